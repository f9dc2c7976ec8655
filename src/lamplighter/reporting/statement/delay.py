"""A delay that an authority asked for: of one statement, or of whatever is decided about a subject.

It is asked for before the decision as a rule: else the poster has read the statement by then. Each
has an end, and ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson

from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.statement.statement import Statement

TOPIC = "statement.delay"
#: Longest delay that one request of an authority gets; it may ask again.
MOST_DAYS = 180


class Subject(StrEnum):
    """What the authority named."""

    STATEMENT = "statement"
    OPERATION = "operation"
    ACCOUNT = "account"
    LISTING = "listing"


def subject_of(name: str) -> Subject:
    """UsageError if it is none."""
    if name not in set(Subject):
        raise UsageError("That cannot be delayed.", where=name[:80],
                         hint=f"One of: {', '.join(Subject)}.")  # fmt: skip
    return Subject(name)


@dataclass(frozen=True)
class Delay:
    """What is not told, until when, and who asked. `by` is who recorded it."""

    subject: Subject
    value: str
    until: datetime
    asked_by: str
    reference: str
    by: str
    entry: int = -1

    def covers(self, statement: Statement) -> bool:
        """Whether the statement is about the subject."""
        if self.subject is Subject.STATEMENT:
            return statement.puid == self.value
        if self.subject is Subject.OPERATION:
            return bool(self.value) and statement.operation == self.value
        if self.subject is Subject.ACCOUNT:
            return bool(self.value) and statement.account == self.value
        return self.value in statement.listings


def check_delay(delay: Delay, now: datetime) -> Delay:
    """The delay, trimmed. UsageError unless it says who asked, for what, and ends in time."""
    value, asked_by, reference = (
        text.strip()[:most]
        for text, most in ((delay.value, 512), (delay.asked_by, 200), (delay.reference, 200))
    )
    if not value:
        raise UsageError("A delay says what is not told.", hint="a statement, operation, …")
    if not asked_by or not reference:
        raise UsageError("A delay says who asked for it and under which reference.",
                         hint='--asked-by "State police" --reference 2026-17')  # fmt: skip
    if not now < delay.until or (delay.until - now).days >= MOST_DAYS:
        raise UsageError(f"A delay ends, in {MOST_DAYS} days at most.",
                         where=delay.until.isoformat(), hint="The authority may ask again.")  # fmt: skip
    return Delay(delay.subject, value, delay.until, asked_by, reference, delay.by)


def delay_act(delay: Delay, now: datetime) -> Act:
    """In the ledger. All that names anything is private: the log is public, and whoever can tell
    their own decision in it must not learn that they are looked at.
    """
    private = {
        "subject": str(delay.subject), "value": delay.value, "asked_by": delay.asked_by,
        "until": delay.until.astimezone(UTC).isoformat(), "reference": delay.reference,
    }  # fmt: skip
    return Act("note", now, delay.by, {"topic": TOPIC}, orjson.dumps(private))


def read_delay(said: Mapping[str, Any], by: str, entry: int) -> Delay:
    """The reverse of `delay_act`."""
    return Delay(Subject(said["subject"]), said["value"], datetime.fromisoformat(said["until"]),
                 said["asked_by"], said["reference"], by, entry)  # fmt: skip


def standing(delays: Iterable[Delay], statement: Statement, now: datetime) -> Delay | None:
    """The delay that holds a new statement back longest, if one does."""
    here = [one for one in delays if one.until > now and one.covers(statement)]
    return max(here, key=lambda one: one.until, default=None)
