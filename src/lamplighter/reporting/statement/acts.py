"""The acts of statements and appeals in the ledger, and back.

What is public lets a stranger count: measure, ground, means, clocks, outcomes. It names no listing
and no account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.reporting.statement.delay import TOPIC, Delay, Subject, read_delay
from lamplighter.reporting.statement.statement import Statement

ACTOR = "system:statements"


class Outcome(StrEnum):
    """Where an appeal stands."""

    RECEIVED = "received"
    UPHELD = "upheld"
    PARTLY = "partly"
    REVERSED = "reversed"


def statement_act(statement: Statement, now: datetime) -> Act:
    """A statement is made. Public: what transparency counts."""
    public: dict[str, Json] = {
        "decision": statement.decision,
        "measure": str(statement.measure),
        "ground": statement.ground.kind,
        "category": statement.ground.category,
        "automated_detection": statement.automated_detection,
        "automated_decision": str(statement.automated_decision),
        "source": str(statement.source),
    }
    private = orjson.dumps(statement.as_dict(), option=orjson.OPT_SORT_KEYS)
    return Act("statement", now, ACTOR, public, private)


def appeal_act(
    decision: int, statement: int, outcome: Outcome, *, by: str, now: datetime,
    clock: Mapping[str, Json], private: Mapping[str, Any],
) -> Act:  # fmt: skip
    """An appeal comes in or is decided. `decision`, `statement`: entries of the ledger."""
    public: dict[str, Json] = {
        "decision": decision, "statement": statement, "state": str(outcome), "clock": dict(clock),
    }  # fmt: skip
    return Act("appeal", now, by, public, orjson.dumps(private, option=orjson.OPT_SORT_KEYS))


@dataclass(frozen=True)
class Held:
    """A statement as the ledger has it."""

    entry: int
    made: datetime
    statement: Statement
    delay: Delay | None = None
    appeal: Outcome | None = None
    appeal_entries: tuple[int, ...] = field(default=())

    def told(self, now: datetime) -> bool:
        """Whether the poster may see it: a delay ends by itself."""
        return self.delay is None or self.delay.until <= now

    @property
    def told_from(self) -> datetime:
        """When the poster could first see it: the period to object begins then."""
        return max(self.made, self.delay.until) if self.delay else self.made


def read_held(ledger: Ledger) -> dict[str, Held]:
    """All statements by puid, in the order made. Those whose text was erased are left out."""
    found: dict[str, Held] = {}
    by_entry: dict[int, str] = {}
    for entry in ledger.entries(kinds=["appeal", "note", "statement"]):
        if entry.kind == "statement":
            private = ledger.opening(entry.index)
            if private is not None:
                statement = Statement.from_dict(orjson.loads(private))
                found[statement.puid] = Held(entry.index, entry.time, statement)
                by_entry[entry.index] = statement.puid
        elif entry.kind == "note" and entry.public.get("topic") == TOPIC:
            private = ledger.opening(entry.index)
            if private is not None:
                _delayed(found, read_delay(orjson.loads(private), entry.actor, entry.index))
        elif entry.kind == "appeal":
            puid = by_entry.get(entry.public.get("statement", -1))
            if puid:
                held = found[puid]
                found[puid] = replace(
                    held, appeal=Outcome(entry.public["state"]),
                    appeal_entries=(*held.appeal_entries, entry.index),
                )  # fmt: skip
    return found


def _delayed(found: dict[str, Held], delay: Delay) -> None:
    if delay.subject is Subject.STATEMENT:  # the usual one: no need to look at all
        names = [delay.value] if delay.value in found else []
    else:
        names = [name for name, held in found.items() if delay.covers(held.statement)]
    for name in names:
        found[name] = replace(found[name], delay=delay)


def decided_entries(entries: Iterable[Any]) -> set[int]:
    """Decisions that have their statements."""
    return {e.public["decision"] for e in entries if e.kind == "statement"}
