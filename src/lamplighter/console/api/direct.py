"""The short way for submissions: past Django's middleware, which is there for people with browsers.

A program's submission needs no session, no form token and no page; going through what guards those
takes longer than deciding. The key, its scope and limit, the bounds, the answers and the problems are
the same: it is the same code that is called, and all other requests go the usual way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from lamplighter.console.api.endpoints import batch, problem_of, submit
from lamplighter.console.api.keys import calling
from lamplighter.console.api.models import Scope
from lamplighter.console.api.problems import Problem
from lamplighter.foundation.errors import LamplighterError

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_LOG = logging.getLogger("lamplighter.console")
_check = calling(Scope.SUBMIT.value)
_WAYS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/api/v1/listings": submit,
    "/api/v1/batches": batch,
}
_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
]


class Direct:
    """A WSGI application around another one."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a submission; hand on everything else."""
        way = _WAYS.get(environ.get("PATH_INFO", ""))
        if way is None or environ.get("REQUEST_METHOD") != "POST":
            return self._application(environ, start)
        request = WSGIRequest(environ)
        try:
            request.get_host()
        except DisallowedHost:
            return self._application(environ, start)
        try:
            response = _answer(way, request)
        finally:
            close_old_connections()
        status = f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
        size = ("Content-Length", str(len(response.content)))
        start(status, [*response.items(), size, *_HEADERS])
        return [response.content]


def _answer(way: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    try:
        _check(request)
        return way(request)
    except (Problem, LamplighterError) as error:
        return problem_of(error).response()
    except Exception:
        _LOG.exception("a submission failed")
        return Problem(500, "The service failed; its log says how.").response()
