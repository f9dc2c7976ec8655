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
    """The rule whose period an act starts, if any."""
    starts = {"decision": "decision"}.get(entry.kind)
    if entry.kind == "report":
        starts = f"report:{entry.public.get('channel', '')}"
    return next((rule for rule in rules if rule.starts == starts), None)


def kept_by_rules(
    ledger: Ledger, selection: Selection, rules: Iterable[Rule], now: datetime
) -> set[str]:
    """Ids of listings whose period under a rule is not over.

    Raises LamplighterError where an act names nothing that can be found: removal must not guess.
    """
    rules = [rule for rule in rules if rule.starts != "hold"]
    kept: set[str] = set()
    if not rules:
        return kept
    for entry in ledger.entries():
        rule = rule_of(entry, rules)
        if rule is None:
            continue
        end = rule.keep.end(entry.time)
        if end is not None and end <= now:
            continue
        found = concerned(entry, ledger.opening(entry.index), selection)
        if not found:
            raise LamplighterError(
                f"It cannot be told whom entry {entry.index} ({entry.kind}) concerns, and "
                f"{rule.id} keeps that until {f'{end:%Y-%m-%d}' if end else 'further notice'}.",
                where=str(ledger.folder),
                hint="Nothing was removed. Place a hold on what it concerns, and ask for help.",
            )
        kept |= found
    return kept


def concerned(entry: Entry, opening: bytes | None, selection: Selection) -> set[str]:
    """Ids of listings that an act names: `listings`, `listing` or `operation`, in its public or
    private part.
    """
    said: dict[str, Any] = dict(entry.public)
    if opening:
        try:
            private = orjson.loads(opening)
        except orjson.JSONDecodeError:
            private = None
        if isinstance(private, dict):
            said |= private
    ids: set[str] = set()
    for key in ("listings", "listing_ids"):
        if isinstance(said.get(key), list):
            ids |= {str(one) for one in said[key]}
    for key in ("listing", "listing_id"):
        if isinstance(said.get(key), str):
            ids.add(said[key])
    operation = said.get("operation", said.get("operation_id"))
    if isinstance(operation, str):
        ids |= selection.members(selection.successors(operation)) | selection.known([operation])
    return ids
