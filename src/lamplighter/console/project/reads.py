"""Every read of a listing, a medium or an identifier by a person goes into the ledger first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act


def note_read(request: HttpRequest, kind: str, names: Iterable[str]) -> None:
    """Say that this request shows `names`, which are of `kind`: listing, medium, identifier, …"""
    held: dict[str, dict[str, None]] = request.__dict__.setdefault("_reads", {})
    held.setdefault(kind, {}).update(dict.fromkeys(names))


class ReadsMiddleware:
    """Writes one `access` act before the answer leaves; if that fails, nothing is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The act is durable when this returns."""
        response = self.get_response(request)
        held: dict[str, dict[str, None]] = request.__dict__.get("_reads", {})
        if held and response.status_code < 400:
            deployment().record([access_act(request.user.actor, request, held)])
        if request.user.is_authenticated:
            # The next person at this machine must not find the page by going back.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def access_act(actor: str, request: HttpRequest, held: dict[str, dict[str, None]]) -> Act:
    """Public: which desk and how many of what. Private: their names."""
    route = request.resolver_match.view_name if request.resolver_match else ""
    counts: dict[str, Any] = {kind: len(names) for kind, names in sorted(held.items())}
    private = {"reads": {kind: list(names) for kind, names in sorted(held.items())}}
    return Act(
        kind="access",
        time=datetime.now(UTC),
        actor=actor,
        public={"desk": route, "reads": counts},
        private=orjson.dumps(private, option=orjson.OPT_SORT_KEYS),
    )
