"""A lost database comes back from the ledger, but for people's names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from lamplighter.console.cases.models import Case, Entry
from lamplighter.console.exports.models import Export
from lamplighter.console.leads.models import Lead, State
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.relink import follow_links
from lamplighter.console.review.models import Decision, LinkJudgement, Proposal
from lamplighter.console.review.rebuild import rebuild
from lamplighter.jobs.judged_links import FILE, read_judged

KEPT: dict[Any, tuple[str, ...]] = {
    Decision: ("lead", "person", "made", "verdict", "clause", "labels", "note", "ledger_index"),
    Proposal: ("lead", "deed", "first", "note", "decision__ledger_index", "ledger_index", "state",
               "second", "second_made", "second_note", "second_index"),
    LinkJudgement: ("one", "other", "word", "person", "ledger_index"),
    Case: ("pk", "name", "opened_by", "closed", "leads"),
    Entry: ("case", "person", "text", "task", "done", "ledger_index"),
}  # fmt: skip


def _kept() -> dict[str, list[Any]]:
    """What the tables say; of times not known to the microsecond, whether there is one."""
    return {
        model.__name__: sorted(
            str([bool(one) if isinstance(one, datetime) else one for one in row])
            for row in model.objects.values_list(*fields).order_by("pk")
        )
        for model, fields in KEPT.items()
    }


def test_everything_decided_comes_back_once(desk: Path, sign_in: Any) -> None:
    rebuild()  # what earlier tests left in the ledger
    begun = _kept()
    first, second = sign_in("reviewer", "investigator", name="one"), sign_in("senior", name="two")
    # Nobody asked for anything about these in an earlier test.
    fresh = Lead.objects.filter(state=State.OPEN, proposals__isnull=True)
    leads = list(fresh.order_by("rank")[:6])
    at = [f"/operation/{lead.pk}/" for lead in leads]
    note = {"clause": "control", "note": "why", "label_spam": "4"}
    first.post(at[0] + "decide", {"verdict": "report", **note})
    first.post(at[1] + "decide", {"verdict": "account action", **note})
    first.post(at[2] + "decide", {"verdict": "watch", **note})
    first.post(at[3] + "decide", {"verdict": "case", **note})
    first.post(at[4] + "decide", {"verdict": "report", **note})
    second.post(at[5] + "ask", {"deed": "export", "note": "for the police"})
    for lead, word in zip(leads[:2], ("confirmed", "declined"), strict=True):
        found = Proposal.objects.get(lead=lead, state="waiting")
        second.post(f"/seconds/{found.pk}", {"word": word, "note": "seen"})
    ties = [t for t in first.get(at[0]).context["ties"] if t["tie"].source != t["tie"].target]
    tie = ties[0]["tie"]
    first.post(at[0] + "judge", {"source": tie.source, "target": tie.target, "word": "different"})
    case = Case.objects.order_by("pk").last()
    for given in ({"what": "note", "text": "a note"}, {"what": "task", "text": "a task"},
                  {"what": "attach", "text": leads[5].pk}):  # fmt: skip
        first.post(f"/cases/{case.pk}/", given)
    task = Entry.objects.get(case=case, task=True)
    first.post(f"/cases/{case.pk}/", {"what": "done", "entry": task.pk})
    first.post(f"/cases/{case.pk}/", {"what": "close"})
    told, file = _kept(), read_judged(desk / FILE)
    states = dict(Lead.objects.values_list("pk", "state"))
    assert told != begun and file.different
    assert dict.fromkeys(rebuild(), 0).keys() == {"judged links in the file"}  # nothing lacks

    for model in (Export, Proposal, Decision, LinkJudgement, Entry):
        model.objects.all().delete()
    for one in Case.objects.all():
        one.leads.clear()
        one.delete()
    Lead.objects.update(state=State.OPEN, watched=False)
    (desk / FILE).unlink()
    added = rebuild()
    assert added["decisions"] >= 5 and added["deeds answered"] >= 2
    assert _kept() == told and read_judged(desk / FILE) == file
    assert dict(Lead.objects.values_list("pk", "state")) == states


def test_who_is_not_known_any_more_cannot_sign_in(desk: Path, sign_in: Any) -> None:
    client = sign_in("reviewer", name="gone")
    lead = Lead.objects.filter(state=State.OPEN).order_by("rank")[0]
    client.post(f"/operation/{lead.pk}/decide", {"verdict": "nothing", "clause": "control"})
    number = client.person.pk
    Decision.objects.filter(person=number).delete()
    client.person.delete()
    rebuild()
    found = Person.objects.get(pk=number)
    assert found.username == f"user-{number}" and not found.is_active
    assert not found.has_usable_password() and found.roles == []
    assert Decision.objects.filter(person=found).count() == 1


def test_an_operation_that_is_gone_keeps_its_decision(desk: Path, sign_in: Any) -> None:
    client = sign_in("reviewer")
    lead = Lead.objects.filter(state=State.OPEN).order_by("rank")[0]
    headline = lead.headline
    client.post(f"/operation/{lead.pk}/decide", {"verdict": "nothing", "clause": "control"})
    Decision.objects.all().delete()
    lead.delete()
    rebuild()
    made = Lead.objects.get(pk=lead.pk or Decision.objects.first().lead_id)
    assert made.state == State.GONE and made.headline == headline
    follow_links()
    assert deployment().workspace.ledger.size > 0
