"""Error pages: what happened and where to go."""

from __future__ import annotations

import sys

from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lamplighter.evidence.errors import LedgerError


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    facts = {"title": title, "words": words, "status": status}
    return render(request, "fault.html", facts, status=status)


def bad(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400, "That request cannot be read", "Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(
        request, 403, "Not with your roles",
        "Your roles do not open this page. An administrator gives roles.",
    )  # fmt: skip


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our page."""
    return _page(
        request, 403, "The form was too old",
        "Nothing was recorded. Open the page again and send the form from there.",
    )  # fmt: skip


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(request, 404, "There is no such page", "It may have been linked otherwise since.")


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database or the ledger cannot be written to now.

    Renders without the frame, which may be what broke. A form may have reached the ledger and no
    further: nothing is promised.
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError | LedgerError | OSError)
    words = (
        "The database or the ledger cannot be reached just now. Try again in a minute."
        if away
        else "The log of the server says why."
    )
    answer = HttpResponse(
        "<!doctype html><meta charset=utf-8><title>Failed</title><h1>This did not work</h1>"
        f"<p>{words} If you sent a form, open its page again and look whether it was recorded, "
        "before you send it once more.</p><p><a href='/'>Start</a></p>",
        status=503 if away else 500,
    )
    if away:
        answer["Retry-After"] = "30"
    return answer
