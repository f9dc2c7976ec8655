"""Puts into the review database what the ledger says and the database lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from lamplighter.console.cases.models import Case, Entry
from lamplighter.console.exports.restoring import is_export, restore_answer, restore_ask
from lamplighter.console.leads.models import Lead, State, due_of
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.judging import write_judged
from lamplighter.console.review.models import BY_TWO, Decision, LinkJudgement, Proposal, Verdict
from lamplighter.evidence.entry import Entry as Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import Deed
from lamplighter.jobs.judged_links import FILE

_PERSON = "user:"


def rebuild(advance: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Read the ledger through and add rows that are missing; counts by what was added.

    Decisions, deeds for two, exports, judged links and cases. Nothing is changed or removed: run twice, it
    adds nothing. People are not in the ledger but by number: one who is unknown becomes an account
    that nobody can sign in to. What was erased stays without its words.
    """
    ledger = deployment().workspace.ledger
    made = _Rebuild(ledger)
    for entry in ledger.entries():
        advance(1)
        if entry.actor.startswith(_PERSON):
            with transaction.atomic():
                made.take(entry)
    made.settle()
    _reset_sequences()
    made.added["judged links in the file"] = write_judged(deployment().workspace.folder / FILE)
    return dict(made.added)


class _Rebuild:
    """One reading of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.added: Counter[str] = Counter()
        self._ledger = ledger
        self._touched: set[str] = set()
        self._decided = set(Decision.objects.values_list("ledger_index", flat=True))
        self._asked = set(Proposal.objects.values_list("ledger_index", flat=True))
        self._judged = set(LinkJudgement.objects.values_list("ledger_index", flat=True))
        self._written = set(Entry.objects.values_list("ledger_index", flat=True))
        self._opened = set(Case.objects.values_list("pk", flat=True))
        self._fresh: set[int] = set()

    def take(self, act: Act) -> None:
        """Add what the act tells, if it is missing."""
        public = act.public
        if act.kind == "link.judged":
            self._judgement(act)
        elif act.kind == "note" and public.get("about") == "case":
            self._case(act)
        elif act.kind == "decision" and public.get("verdict") in Verdict.values:
            self._decision(act)
        elif is_export(act):
            if restore_ask(act, self._private(act), person_of(act.actor)):
                self.added["exports asked for"] += 1
        elif act.kind == "decision" and public.get("asks") in set(Deed):
            self._ask(act)
        elif act.kind == "decision" and public.get("word") in ("confirmed", "declined"):
            self._answer(act)

    def settle(self) -> None:
        """Let leads of added decisions stand where the last word on them leaves them."""
        for lead in Lead.objects.filter(pk__in=self._touched):
            last = lead.decisions.first()
            if last is None or lead.state == State.GONE:
                continue
            asked = Proposal.objects.filter(decision=last).first()
            lead.state = State.DECIDED
            if last.verdict == Verdict.UNSURE or (asked and asked.state == Proposal.State.DECLINED):
                lead.state = State.OPEN
            elif asked and asked.state == Proposal.State.WAITING:
                lead.state = State.SECOND
            lead.watched = last.verdict == Verdict.WATCH
            lead.decided_listings = lead.decided_listings or lead.listings
            lead.save(update_fields=["state", "watched", "decided_listings"])

    def _decision(self, act: Act) -> None:
        if act.index in self._decided:
            return
        said = self._private(act)
        lead = self._lead(said.get("operation", ""), act, said)
        decision = Decision.objects.create(
            lead=lead, person=person_of(act.actor), made=act.time, verdict=act.public["verdict"],
            clause=str(said.get("clause", ""))[:40], labels=said.get("labels", {}),
            note=said.get("note", ""), ledger_index=act.index,
        )  # fmt: skip
        self.added["decisions"] += 1
        self._touched.add(lead.pk)
        if act.public["verdict"] in BY_TWO and act.index not in self._asked:
            self._propose(lead, act, act.public["verdict"], said, decision)

    def _ask(self, act: Act) -> None:
        said = self._private(act)
        if act.index not in self._asked and said.get("subject"):
            self._propose(
                self._lead(said["subject"], act, said), act, act.public["asks"], said, None
            )

    def _propose(
        self, lead: Lead, act: Act, deed: str, said: dict[str, Any], decision: Decision | None
    ) -> None:
        Proposal.objects.create(
            lead=lead, deed=deed, first=person_of(act.actor), made=act.time, decision=decision,
            note=said.get("note", ""), ledger_index=act.index,
        )  # fmt: skip
        self.added["deeds asked for"] += 1

    def _answer(self, act: Act) -> None:
        found = Proposal.objects.filter(
            ledger_index=act.public.get("asked"), state=Proposal.State.WAITING
        ).first()
        if found is None:
            if restore_answer(act, self._private(act), person_of(act.actor)):
                self.added["exports answered"] += 1
            return
        if found.first.actor == act.actor:
            return
        found.second, found.second_made = person_of(act.actor), act.time
        found.second_note, found.second_index = self._private(act).get("note", ""), act.index
        found.state = act.public["word"]
        found.save()
        self._touched.add(found.lead_id)
        self.added["deeds answered"] += 1

    def _judgement(self, act: Act) -> None:
        said = self._private(act)
        if act.index in self._judged or "one" not in said:
            return
        LinkJudgement.objects.create(
            one=said["one"], other=said["other"], word=act.public["word"],
            person=person_of(act.actor), made=act.time, ledger_index=act.index,
        )  # fmt: skip
        self.added["judged links"] += 1

    def _case(self, act: Act) -> None:
        event, number, said = act.public["event"], act.public["case"], self._private(act)
        if event == "opened" and number not in self._opened:
            lead = self._lead(said.get("operation", ""), act, said)
            case = Case.objects.create(
                pk=number, name=lead.headline[:200], opened=act.time, opened_by=person_of(act.actor)
            )
            case.leads.add(lead)
            self._opened.add(number)
            self._fresh.add(number)
            self.added["cases"] += 1
        elif event in ("note", "task") and act.index not in self._written:
            if number in self._opened:
                Entry.objects.create(
                    case_id=number, person=person_of(act.actor), made=act.time,
                    text=said.get("text", ""), task=event == "task", ledger_index=act.index,
                )  # fmt: skip
                self.added["notes and tasks"] += 1
        elif number in self._fresh:  # of a case that is there people know more than this
            if event == "attached":
                Case.objects.get(pk=number).leads.add(self._lead(said["operation"], act, said))
            elif event == "done" and "of" in said:
                Entry.objects.filter(ledger_index=said["of"]).update(done=act.time)
            elif event in ("close", "reopen"):
                closed = act.time if event == "close" else None
                Case.objects.filter(pk=number).update(closed=closed)

    def _private(self, act: Act) -> dict[str, Any]:
        """The act's own words; none where they were erased."""
        held = self._ledger.opening(act.index) if act.commitment else None
        return orjson.loads(held) if held else {}

    def _lead(self, name: str, act: Act, said: dict[str, Any]) -> Lead:
        """The lead, or a row for one that linking finds no more."""
        band = act.public.get("band", "D")
        made: Lead = Lead.objects.get_or_create(
            pk=name[:64] or "unknown",
            defaults={
                "rank": 0, "band": band, "score": 0.0, "state": State.GONE,
                "headline": said.get("headline") or name or "unknown", "listings": 0,
                "accounts": 0, "phones": 0, "cities": 0, "reasons": said.get("reasons", []),
                "since": act.time, "due": due_of(band, timezone.now()),
            },
        )[0]  # fmt: skip
        return made


def person_of(actor: str) -> Person:
    """The account of a number; a new one that nobody can sign in to where it is unknown."""
    number = int(actor.removeprefix(_PERSON))
    person: Person | None = Person.objects.filter(pk=number).first()
    if person is None:
        person = Person(pk=number, username=f"user-{number}", is_active=False)
        person.set_unusable_password()
        person.save()
    return person


def _reset_sequences() -> None:
    """Let PostgreSQL number new rows above those that came with a number."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Case, Person]):
            cursor.execute(statement)
