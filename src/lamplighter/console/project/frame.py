"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from lamplighter import __version__
from lamplighter.console.project.access import allowed
from lamplighter.console.wellbeing.models import preference
from lamplighter.console.wellbeing.views import exposure

_DESKS = (
    ("queue", "Queue"),
    ("search", "Search"),
    ("cases", "Cases"),
    ("seconds", "Second person"),
    ("tips", "Reports"),
    ("exports", "Exports"),
    ("appeals", "Appeals"),
    ("notices", "Notices"),
    ("blind", "Blind reading"),
    ("audit_known", "Known cases"),
    ("audit", "Audit"),
    ("audit_samples", "Samples"),
    ("people", "People"),
    ("api_keys", "Programs"),
)
#: Desks in one row of a narrow screen; whoever has more finds the others behind a word.
_FEW = 6


def frame(request: HttpRequest) -> dict[str, Any]:
    """Desks that this person's roles open, and the version (which also renews cached styles)."""
    roles = request.user.roles if getattr(request, "user", None) and request.user.is_authenticated else []  # fmt: skip
    here = request.resolver_match.view_name if request.resolver_match else ""
    desks = [(route, words, route == here) for route, words in _DESKS if allowed(route, roles)]
    facts: dict[str, Any] = {
        "desks": desks[:_FEW], "more_desks": desks[_FEW:], "version": __version__,
        "more_here": next((words for _, words, at in desks[_FEW:] if at), ""),
        "providers": _providers(),
    }  # fmt: skip
    if roles:
        facts |= {"exposure": exposure(request), "preference": preference(request.user)}
    return facts


def _providers() -> list[dict[str, str]]:
    """Sign-in elsewhere, as `[[oidc]]` of console.toml names it."""
    return [
        {"name": one.name, "url": reverse("openid_connect_login", args=[f"oidc{place}"])}
        for place, one in enumerate(settings.CONSOLE.oidc)
    ]
