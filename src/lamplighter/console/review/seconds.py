"""Deeds by two: one asks, another looks at the evidence and says yes or no, then sees why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.exports.views import to_confirm
from lamplighter.console.leads.models import Lead, State
from lamplighter.console.people.models import Person
from lamplighter.console.project.access import allowed
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import Decision, Proposal
from lamplighter.console.tips.desk import to_release
from lamplighter.evidence.act import Act
from lamplighter.evidence.confirmed import answering, asking
from lamplighter.evidence.two_people import Deed, SecondPersonError, check_second_person

#: Deeds asked for by themselves; reports and account actions come from a decision.
ASKED = {
    Deed.EXPORT: "Hand out its digests, or export it by command",
    Deed.HOLD_RELEASE: "Release a hold",
}


def propose(
    lead: Lead, deed: str, first: Person, note: str, index: int, decision: Decision | None = None
) -> Proposal:
    """Keep what waits for a second person; `index` is the act in the ledger that asks."""
    made: Proposal = Proposal.objects.create(
        lead=lead, deed=deed, first=first, note=note, ledger_index=index, decision=decision
    )
    return made


@require_POST
def ask(request: HttpRequest, operation: str) -> HttpResponse:
    """Ask for an export or for the release of a hold."""
    lead = get_object_or_404(Lead, pk=operation)
    deed, note = request.POST.get("deed", ""), request.POST.get("note", "").strip()[:5_000]
    if deed not in set(ASKED) or not note:
        messages.error(request, "Say what and why; nothing was recorded.")
        return redirect("operation", operation)
    act = asking(Deed(deed), lead.pk, request.user.actor, datetime.now(UTC), note)  # fmt: skip
    with transaction.atomic():
        index = deployment().record([act])[0]
        propose(lead, deed, request.user, note, index)
    messages.success(request, f"Asked: {deed}. It waits for a second person.")
    return redirect("operation", operation)


@require_GET
def seconds(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was decided by two lately."""
    rows = Proposal.objects.select_related("lead", "first", "second")
    facts = {
        "waiting": rows.filter(state=Proposal.State.WAITING).exclude(first=request.user),
        "own": rows.filter(state=Proposal.State.WAITING, first=request.user),
        "done": rows.exclude(state=Proposal.State.WAITING)
        .filter(Q(first=request.user) | Q(second=request.user))
        .order_by("-second_made")[:30],
    }
    facts["tips"] = to_release(request.user.actor)
    if allowed("export", request.user.roles):
        facts["exports"] = to_confirm(request.user)
    return render(request, "review/seconds.html", facts)


@require_POST
def second(request: HttpRequest, number: int) -> HttpResponse:
    """Record the second person's own opinion; only then is the first one's shown."""
    word, note = request.POST.get("word", ""), request.POST.get("note", "").strip()[:5_000]
    if word not in ("confirmed", "declined"):
        messages.error(request, "Say yes or no; nothing was recorded.")
        return redirect("seconds")
    with transaction.atomic():
        found = get_object_or_404(Proposal.objects.select_for_update(), pk=number)
        try:
            check_second_person(Deed(found.deed), found.first.actor, request.user.actor)
        except SecondPersonError as error:
            messages.error(request, f"{error.what} {error.hint}")
            return redirect("seconds")
        if found.state != Proposal.State.WAITING:
            messages.error(request, "Another person was faster; nothing was recorded.")
            return redirect("seconds")
        found.second, found.second_note, found.state = request.user, note, word
        found.second_made = datetime.now(UTC)
        found.second_index = deployment().record([_act(found, note)])[0]
        found.save()
        if found.decision_id:
            after = State.DECIDED if word == "confirmed" else State.OPEN
            Lead.objects.filter(pk=found.lead_id).update(state=after)
    return redirect("seconded", number)


@require_GET
def seconded(request: HttpRequest, number: int) -> HttpResponse:
    """Both opinions, for the two persons once there are two."""
    found = get_object_or_404(
        Proposal.objects.select_related("lead", "first", "second"),
        Q(first=request.user) | Q(second=request.user), pk=number,
    )  # fmt: skip
    return render(request, "review/seconded.html", {"one": found})


def _act(found: Proposal, note: str) -> Act:
    asked = deployment().workspace.ledger.entry(found.ledger_index)
    return answering(asked, found.second.actor, found.second_made, note,
                     confirm=found.state == Proposal.State.CONFIRMED)  # fmt: skip


def waiting_for(lead: Lead, person: Person) -> dict[str, Any]:
    """For the column: what this person could second here, and which decisions stay hidden."""
    rows = list(lead.proposals.filter(state=Proposal.State.WAITING))
    return {
        "to_second": [row for row in rows if row.first_id != person.pk],
        "hidden": {row.decision_id for row in rows if row.first_id != person.pk},
    }
