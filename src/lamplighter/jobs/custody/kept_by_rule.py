"""What a policy pack keeps without a hold: listings of reports filed and of decisions made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.holds.pack import Rule
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.custody.selection import Selection


def rule_of(entry: Entry, rules: Iterable[Rule]) -> Rule | None:
    """The rule whose period an act starts, if any. A screening that lets a listing pass takes
    nothing from its poster and starts none.
    """
    if entry.kind == "report":
        starts = f"report:{entry.public.get('channel', '')}"
    elif entry.kind == "decision" and entry.public.get("outcome") != "publish":
        starts = "decision"
    else:
        return None
    return next((rule for rule in rules if rule.starts == starts), None)


def kept_by_rules(
    ledger: Ledger, selection: Selection, rules: Iterable[Rule], now: datetime
) -> set[str]:
    """Ids of listings whose period under a rule is not over.

    Raises LamplighterError where an act names nothing that can be found: removal must not guess.
    """
    rules = [rule for rule in rules if rule.starts != "hold"]
    kept: set[str] = set()
    versions: set[int] = set()
    for entry in ledger.entries() if rules else ():
        rule = rule_of(entry, rules)
        if rule is None:
            continue
        end = rule.keep.end(entry.time)
        if end is not None and end <= now:
            continue
        if (received := received_of(entry)) is not None:
            versions.add(received)  # one that is not in the store any more was removed before
            continue
        found = concerned(entry, ledger.opening(entry.index), selection)
        if not found:
            raise LamplighterError(
                f"It cannot be told whom entry {entry.index} ({entry.kind}) concerns, and "
                f"{rule.id} keeps that until {f'{end:%Y-%m-%d}' if end else 'further notice'}.",
                where=str(ledger.folder),
                hint="Nothing was removed. Link again if links/ is not there; or place a hold on "
                "what it concerns and wait.",
            )
        kept |= found
    return kept | set(selection.of_entries(versions).values())


def received_of(entry: Entry) -> int | None:
    """The entry in which the version was received that an act is about, if it says so."""
    received = entry.public.get("received")
    return received if isinstance(received, int) else None


def concerned(entry: Entry, opening: bytes | None, selection: Selection) -> set[str]:
    """Ids of listings that an act names, itself or by operation, in its public or private part."""
    said: dict[str, Any] = dict(entry.public)
    if opening:
        try:
            private = orjson.loads(opening)
        except orjson.JSONDecodeError:
            private = None
        if isinstance(private, dict):
            said |= private
    listings: set[str] = set()
    operations: set[str] = set()
    reads = said.get("reads")
    for source in (said, reads if isinstance(reads, dict) else {}):
        for key in ("listings", "listing_ids", "listing", "listing_id", "one", "other"):
            listings |= _texts(source.get(key))
        for key in ("operation", "operation_id", "operations"):
            operations |= _texts(source.get(key))
    for operation in operations:
        listings |= selection.once_in(operation) | selection.known([operation])
    return listings


def _texts(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()
