"""What led to a decision about a listing, by the notices that the ledger has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson

from lamplighter.evidence.ledger import Ledger
from lamplighter.reporting.statement.statement import Source

#: Somebody's notice, a trusted flagger's, or nobody's.
SourceOf = Callable[[str], Source]


def told_sources(ledger: Ledger) -> SourceOf:
    """By the notices in the ledger, which is read once, when the first listing is asked for."""

    @cache
    def sources() -> dict[str, Source]:
        found: dict[str, Source] = {}
        for entry in ledger.entries(kinds=["note"]):
            if entry.public.get("topic") == "notice":
                name = (opened(ledger, entry.index) or {}).get("listing_id", "")
                if entry.actor.startswith("notifier:flagger-"):
                    found[name] = Source.FLAGGER
                else:
                    found.setdefault(name, Source.NOTICE)
        return found

    return lambda listing: sources().get(listing, Source.OWN)


def opened(ledger: Ledger, entry: int) -> dict[str, Any] | None:
    """The private part of an entry; None if it was erased."""
    private = ledger.opening(entry)
    found: dict[str, Any] | None = orjson.loads(private) if private else None
    return found
