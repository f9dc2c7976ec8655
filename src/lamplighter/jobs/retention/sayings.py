"""What the ledger says of listings besides their versions: statements, appeals, notices, reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.jobs.custody.kept_by_rule import concerned
from lamplighter.jobs.custody.selection import Selection
from lamplighter.reporting.statement.delay import TOPIC as DELAY

#: Kinds of entries that are read.
_KINDS = ("appeal", "export", "note", "report", "statement")
#: Those of a set that are in the store.
Known = Callable[[set[str]], set[str]]


@dataclass
class Saying:
    """Entries that go together, once nothing that they are about is kept any more.

    `young`: something of it was recorded after the cutoff, so it does not go yet. `open`: somebody
    may still object, or waits for an answer. `stray`: it names no listing that could be held.
    `record`: its openings say who was given what, and stay; only its objects go.
    """

    entries: list[int] = field(default_factory=list)
    listings: set[str] = field(default_factory=set)
    account: str = ""
    objects: set[str] = field(default_factory=set)
    young: bool = False
    open: bool = False
    stray: bool = False
    record: bool = False

    def add(self, entry: Entry, cutoff: datetime) -> None:
        """A further entry of it."""
        self.entries.append(entry.index)
        self.objects.update(entry.objects)
        self.young |= entry.time >= cutoff


class Sayings:
    """Reads a ledger entry by entry. `cutoff`: what is younger stays. `objection`: until when one
    may object to what was told at a time."""

    def __init__(
        self, ledger: Ledger, selection: Selection, cutoff: datetime, now: datetime,
        objection: Callable[[datetime], datetime],
    ) -> None:  # fmt: skip
        self._ledger, self._selection = ledger, selection
        self._cutoff, self._now, self._objection = cutoff, now, objection
        self._statements: dict[int, Saying] = {}
        self._notices: dict[int, Saying] = {}
        self._reports: dict[str, Saying] = {}
        self._others: list[Saying] = []
        self._by_name: dict[str, Saying] = {}
        for entry in ledger.entries(kinds=_KINDS):
            self._look(entry)

    def all(self) -> list[Saying]:
        """In no order."""
        return [*self._statements.values(), *self._notices.values(), *self._reports.values(),
                *self._others]  # fmt: skip

    def keeping(self) -> set[str]:
        """Listings to be kept: their poster may object or waits for a decision, a report about them
        is under way, or somebody told of them since the cutoff."""
        open_ = [one.listings for one in (*self._statements.values(), *self._reports.values()) if one.open]  # fmt: skip
        told = [one.listings for one in self._notices.values() if one.young]
        return set().union(*open_, *told)

    def going(self, known: Known, accounts: Known, *, unheld: bool) -> list[Saying]:
        """What is about nothing that is kept. `unheld`: no hold is active at all."""
        old = [
            one for one in self.all()
            if not one.young and not one.open and (unheld or not one.stray)
        ]  # fmt: skip
        kept = known(set().union(*(one.listings for one in old)))
        owners = accounts({one.account for one in old if not one.listings and one.account})
        return [one for one in old if not one.listings & kept and one.account not in owners]

    def reports_in(self, going: list[Saying]) -> set[str]:
        """Names of the reports among them."""
        gone = {id(one) for one in going}
        return {name for name, one in self._reports.items() if id(one) in gone}

    def objects_apart(self, going: list[Saying]) -> tuple[set[int], set[str], set[str]]:
        """Entries read here; their objects that go; those that stay."""
        gone = {id(one) for one in going}
        staying = [one.objects for one in self.all() if id(one) not in gone]
        return (
            {entry for one in self.all() for entry in one.entries if one.objects},
            set().union(*(one.objects for one in going)), set().union(*staying),
        )  # fmt: skip

    def _look(self, entry: Entry) -> None:
        public = entry.public
        if entry.kind == "statement":
            self._statement(entry)
        elif entry.kind == "appeal":
            self._appeal(entry)
        elif entry.kind == "report" and "report" in public:
            self._report(entry, str(public["report"]))
        elif entry.kind in ("report", "export") and entry.objects:
            opening = self._ledger.opening(entry.index)
            found = Saying(listings=concerned(entry, opening, self._selection), record=True)
            found.add(entry, self._cutoff)
            found.young |= not found.listings  # whom it concerns is not known: it stays
            self._others.append(found)
        elif entry.kind == "note" and (topic := public.get("topic")):
            self._note(entry, str(topic))

    def _statement(self, entry: Entry) -> None:
        said = self._opened(entry)
        one = Saying(listings=set(said.get("listings", ())), account=said.get("account", ""))
        one.add(entry, self._cutoff)
        one.open = self._objection(entry.time) > self._now
        self._statements[entry.index] = one
        self._by_name[said.get("puid", "")] = one

    def _appeal(self, entry: Entry) -> None:
        one = self._statements.get(int(entry.public["statement"]))
        if one is not None:
            one.add(entry, self._cutoff)
            one.open = entry.public["state"] == "received"

    def _report(self, entry: Entry, name: str) -> None:
        one = self._reports.setdefault(name, Saying())
        one.add(entry, self._cutoff)
        one.listings.update(self._opened(entry).get("listings", ()))
        step = entry.public.get("step")
        if step in ("drafted", "finished", "retracted"):
            one.open = False
        elif step == "released":
            one.open = True

    def _note(self, entry: Entry, topic: str) -> None:
        if topic == "notice":
            name = self._opened(entry).get("listing_id", "")
            one = Saying(listings={name} - {""}, stray=entry.public.get("received") is None)
            one.add(entry, self._cutoff)
            self._notices[entry.index] = one
        elif topic == "notice.decided":
            told = [self._notices[n] for n in entry.public["notices"] if n in self._notices]
            one = Saying(listings=set().union(*(notice.listings for notice in told)),
                         stray=any(notice.stray for notice in told))  # fmt: skip
            one.add(entry, self._cutoff)
            self._others.append(one)
        elif topic == DELAY:
            self._delay(entry)

    def _delay(self, entry: Entry) -> None:
        """It goes when it is long over; the period to object to a statement begins with its end."""
        said = self._opened(entry)
        one = Saying(stray=True)
        one.add(entry, self._cutoff)
        self._others.append(one)
        if said:
            until = datetime.fromisoformat(said["until"])
            one.open = until > self._cutoff
            held = self._by_name.get(said["value"]) if said["subject"] == "statement" else None
            if held is not None and len(held.entries) == 1:
                held.open |= self._objection(until) > self._now

    def _opened(self, entry: Entry) -> dict[str, Any]:
        private = self._ledger.opening(entry.index)
        return orjson.loads(private) if private else {}
