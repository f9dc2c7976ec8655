"""What the queue shows: filters read from the address, pages by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from lamplighter.console.leads.models import Lead, LeadReason, Lock, Skip, State
from lamplighter.console.people.models import Person

PAGE = 40
BANDS = "ABCD"
_LOCKS = {"": "all", "mine": "taken by me", "free": "taken by nobody"}


@dataclass(frozen=True)
class Filters:
    """As in the address; what is not valid there is left out."""

    bands: tuple[str, ...] = ()
    reason: str = ""
    state: str = "open"
    words: str = ""
    least: int = 0
    lock: str = ""
    late: bool = False
    skipped: bool = False
    after: int = -1
    query: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, given: QueryDict) -> Filters:
        """From a query string."""
        bands = tuple(band for band in BANDS if band in given.getlist("band"))
        state = given.get("state", State.OPEN)
        lock = given.get("lock", "")
        made: dict[str, Any] = {
            "bands": bands if len(bands) < len(BANDS) else (),
            "reason": given.get("reason", "")[:80],
            "state": state if state in State.values else State.OPEN,
            "words": given.get("words", "")[:120].replace("\x00", "").strip(),
            "least": _whole(given.get("least", ""), 0),
            "lock": lock if lock in _LOCKS else "",
            "late": given.get("late") == "1",
            "skipped": given.get("skipped") == "1",
        }
        query = {
            name: value
            for name, value in {
                "band": made["bands"], "reason": made["reason"],
                "state": made["state"] if made["state"] != State.OPEN else "",
                "words": made["words"], "least": made["least"] or "", "lock": made["lock"],
                "late": "1" if made["late"] else "", "skipped": "1" if made["skipped"] else "",
            }.items()
            if value
        }  # fmt: skip
        return cls(**made, after=_whole(given.get("after", ""), -1), query=query)

    @property
    def address(self) -> str:
        """The filters as a query string, without the place in the pages."""
        return urlencode(self.query, doseq=True)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def fitting(filters: Filters, person: Person, unwanted: list[str]) -> QuerySet[Lead]:
    """Leads in the queue's order. `unwanted`: reasons that this person has asked not to see."""
    rows = Lead.objects.filter(state=filters.state)
    if filters.bands:
        rows = rows.filter(band__in=filters.bands)
    if filters.reason:
        # Walks (name, rank): a rare reason would else be looked for in every lead.
        rows = rows.filter(named__name=filters.reason).annotate(at=F("named__rank"))
    for word in filters.words.split()[:6]:
        rows = rows.filter(Q(headline__icontains=word) | Q(operation_id__startswith=word))
    if filters.least:
        rows = rows.filter(listings__gte=filters.least)
    now = timezone.now()
    held = Lock.objects.filter(lead=OuterRef("pk"), until__gt=now)
    if filters.lock == "mine":
        rows = rows.filter(Exists(held.filter(person=person)))
    elif filters.lock == "free":
        rows = rows.exclude(Exists(held))
    if filters.late:
        rows = rows.filter(due__lt=now)
    mine = Skip.objects.filter(lead=OuterRef("pk"), person=person)
    rows = rows.filter(Exists(mine)) if filters.skipped else rows.exclude(Exists(mine))
    if unwanted:
        rows = rows.exclude(
            Exists(LeadReason.objects.filter(lead=OuterRef("pk"), name__in=unwanted))
        )
    return rows.order_by("named__rank" if filters.reason else "rank")


def page(filters: Filters, person: Person, unwanted: list[str]) -> tuple[list[Lead], int | None]:
    """One page, and the key of the next one where there is one."""
    rows = fitting(filters, person, unwanted)
    rows = (
        rows.filter(at__gt=filters.after) if filters.reason else rows.filter(rank__gt=filters.after)
    )
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].rank if len(found) > PAGE else None
