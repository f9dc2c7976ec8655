"""Puts exports back that the ledger knows and the database lacks."""

from __future__ import annotations

from typing import Any

from lamplighter.console.cases.models import Case
from lamplighter.console.exports.models import Export
from lamplighter.console.people.models import Person
from lamplighter.evidence.entry import Entry


def is_export(act: Entry) -> bool:
    """Whether the act asks for an export of this desk (not for one of a single operation)."""
    return act.kind == "decision" and act.public.get("of") in Export.Kind.values


def restore_ask(act: Entry, said: dict[str, Any], person: Person) -> bool:
    """Add the request that an act makes, if it is missing; its words are gone where they were erased."""
    if Export.objects.filter(ledger_index=act.index).exists():
        return False
    Export.objects.create(
        kind=act.public["of"], title=said.get("title", "erased")[:600],
        case=Case.objects.filter(pk=said.get("case") or 0).first(),
        operations=said.get("operations", []), names=said.get("names", []),
        recipient=said.get("recipient", "erased")[:200], purpose=said.get("purpose", "")[:500],
        keys=said.get("keys", ""), first=person, made=act.time, note=said.get("note", ""),
        subject=said.get("subject", "")[:80], ledger_index=act.index,
    )  # fmt: skip
    return True


def restore_answer(act: Entry, said: dict[str, Any], person: Person) -> bool:
    """Let a request that waits have its answer. What was confirmed is not made by itself: a person
    asks for it again, who knows whether the first one was handed over."""
    found = Export.objects.filter(
        ledger_index=act.public.get("asked"), state=Export.State.WAITING
    ).first()
    if found is None or found.first_id == person.pk:
        return False
    found.second, found.second_made, found.second_index = person, act.time, act.index
    found.second_note = said.get("note", "")
    declined = act.public["word"] == "declined"
    found.state = Export.State.DECLINED if declined else Export.State.REMOVED
    found.save()
    return True
