"""Pages that belong to no desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lamplighter.console.people.roles import Role
from lamplighter.console.project.access import DESK

#: Keys of every page, and of the pages that have more; `console.js` reads them off the elements.
KEYS = {
    "Everywhere": [("g q, g s, g c", "the queue, search, cases"), ("?", "this list"), ("Esc", "leave a field; close")],
    "Queue": [
        ("j, k", "down, up"), ("Enter", "open"), ("n", "take the next lead"), ("/", "to the filters"),
    ],
    "Operation": [
        ("1 – 5", "to a label; then 1 – 5 grades it, 0 takes it back"), ("v", "to the decision"),
        ("p", "to the policy clause"), ("m", "to the note"), ("Ctrl Enter", "submit and next"),
        ("t", "take it"), ("s", "skip"), ("h", "hand over, no questions"),
        ("j, k", "next, previous listing"), ("o", "uncover the medium of that listing"),
    ],
    "Blind reading": [
        ("n", "read the next one"), ("v", "to the answers"), ("m", "to the note"),
        ("Ctrl Enter", "keep and next"),
    ],
}  # fmt: skip


def home(request: HttpRequest) -> HttpResponse:
    """The desk of whoever signs in."""
    person = request.user
    if any(role in DESK for role in person.roles):
        return redirect("queue")
    if person.has(Role.ADMINISTRATOR):
        return redirect("people")
    if person.has(Role.AUDITOR):
        return redirect("audit")
    return render(request, "home.html")


def alive(request: HttpRequest) -> HttpResponse:
    """For whoever watches the service."""
    return HttpResponse("alive\n", content_type="text/plain")


def keys(request: HttpRequest) -> HttpResponse:
    """The cheat sheet."""
    return render(request, "keys.html", {"keys": KEYS})
