"""Sessions end when nobody uses them."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

_SEEN = "seen"


class IdleMiddleware:
    """Signs a person out who did nothing for `console.idle_minutes`.

    What a page fetches by itself (`X-Quiet`) is no sign that a person is there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check before the view, note the time at most once a minute."""
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(_SEEN, now)
            if now - seen > settings.CONSOLE.idle_minutes * 60:
                logout(request)
            elif "X-Quiet" not in request.headers and (
                now - seen >= 60 or _SEEN not in request.session
            ):
                request.session[_SEEN] = now
        return self.get_response(request)
