"""The door: every view passes here, and a route that is in no table stays shut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from lamplighter.console.project.access import ROUTES, allowed


class GateMiddleware:
    """Asks `access.ROUTES` before a view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the check is in `process_view`, where the route is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None to go on; a redirect for who is not signed in; 403 for who may not."""
        route = request.resolver_match.view_name
        if route in ROUTES and ROUTES[route] is None:
            return None
        if not request.user.is_authenticated:
            if request.method in ("GET", "HEAD"):
                answer: HttpResponse = redirect_to_login(request.get_full_path())
                return answer
            raise PermissionDenied
        if not allowed(route, request.user.roles):
            raise PermissionDenied
        return None
