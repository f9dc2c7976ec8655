"""A person decides on notices: in the ledger, then here; whoever told reads it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from lamplighter.console.api.webhooks import tell
from lamplighter.console.notices.models import Told
from lamplighter.console.notices.taking import GROUPED, link_of
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act
from lamplighter.foundation.errors import LamplighterError

#: Notices of one act of decision: an entry of the log has at most 65,535 bytes.
_AN_ACT = 1_000


class NoticeError(LamplighterError):
    """A notice that cannot be decided, with what to do."""


def decide(rows: list[int], by: Person, state: str, reasons: str) -> tuple[int, int]:
    """Decide notices (their keys) together; how many, and the first entry that says so.

    An act of the ledger for each thousand. Those that somebody else decided meanwhile stay as they
    are. NoticeError without an outcome or reasons, or where nothing was left to decide.
    """
    if state not in set(Told.State.values) - {Told.State.RECEIVED}:
        raise NoticeError("Choose an outcome; nothing was recorded.")
    if not reasons:
        raise NoticeError("Whoever told is told why: write the reasons; nothing was recorded.")
    done, first = 0, -1
    for start in range(0, len(rows), _AN_ACT):
        count, entry = _decide(rows[start : start + _AN_ACT], by, state, reasons)
        done, first = done + count, entry if first < 0 else first
    if not done:
        raise NoticeError("Another person was faster; nothing was recorded.")
    return done, first


def _decide(rows: list[int], by: Person, state: str, reasons: str) -> tuple[int, int]:
    """Decide these in one act: how many, and its entry (-1: none was left)."""
    with transaction.atomic():
        held = list(Told.objects.select_for_update().filter(pk__in=rows, state=Told.State.RECEIVED))
        if not held:
            return 0, -1
        now = timezone.now()
        public: dict[str, Any] = {
            "topic": "notice.decided", "notices": [one.ledger_index for one in held],
            "outcome": state, "automated_decision": "not",
        }  # fmt: skip
        act = Act("note", now, by.actor, public, reasons.encode())
        index = deployment().record([act])[0]
        Told.objects.filter(pk__in=[one.pk for one in held]).update(
            state=state, reasons=reasons, decided=now, decided_by=by, decided_index=index
        )
        for one in held:
            tell("notice.decided", {"notice": one.ledger_index, "outcome": state,
                                    "contact": one.email, "link": link_of(one)},
                 later=GROUPED if one.rank == Told.Rank.MANY else 0)  # fmt: skip
    return len(held), index
