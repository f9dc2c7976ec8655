"""What people do with a report: ask, confirm or decline, go on, take back, make its case file."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lamplighter.console.leads.models import Lead, State
from lamplighter.console.people.models import Person
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import Proposal
from lamplighter.console.tips.desk import tip_desk
from lamplighter.console.tips.views import found_or_404
from lamplighter.evidence.confirmed import answering
from lamplighter.evidence.two_people import Deed
from lamplighter.foundation.errors import LamplighterError
from lamplighter.jobs.case_file import make_case_file
from lamplighter.jobs.cybertipline import deeds, filing


def _note(request: HttpRequest) -> str:
    return str(request.POST.get("note", "")).replace("\x00", "").strip()[:5_000]


@require_POST
def ask(request: HttpRequest, report: str) -> HttpResponse:
    """The first person asks that the draft be released."""
    found_or_404(report)
    note = _note(request)
    if not note:
        messages.error(request, "Say why, for the second person; nothing was recorded.")
        return redirect("tip", report)
    try:
        deeds.ask(tip_desk(), report, by=request.user.actor, note=note)
    except LamplighterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Asked. Another person must confirm it before anything is sent.")
    return redirect("tip", report)


@require_POST
def second(request: HttpRequest, report: str) -> HttpResponse:
    """The second person says yes or no. A yes also answers a report that waits on the operation."""
    found = found_or_404(report)
    word, note = request.POST.get("word", ""), _note(request)
    if word not in ("confirmed", "declined") or not note:
        messages.error(request, "Say yes or no, and why; nothing was recorded.")
        return redirect("tip", report)
    actor = request.user.actor
    try:
        if word == "declined":
            deeds.decline(tip_desk(), report, by=actor, note=note)
            messages.success(request, "Declined. It stays a draft.")
            return redirect("tip", report)
        deeds.check(tip_desk(), report, by=actor)
        with transaction.atomic():
            entry = _answer(
                found.draft.operation, found.standing.asked_by or "", request.user, note
            )
            deeds.confirm(tip_desk(), report, by=actor, note=note, confirmed=entry)
    except LamplighterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Released by two people. It is being filed.")
    return redirect("tip", report)


def _answer(operation: str, asker: str, person: Person, note: str) -> int | None:
    """Confirm the report that waits on the operation's own page; the entry that does, if any."""
    rows = Proposal.objects.select_for_update().filter(
        lead_id=operation, deed=Deed.REPORT, state=Proposal.State.WAITING
    )
    waiting = rows.select_related("first").first()
    if waiting is None:
        return None
    if waiting.first_id == person.pk:  # who decided it confirms the draft of another
        other = Person.objects.filter(pk=asker.removeprefix("user:")).first()
        if other is None:
            return None
        person, note = other, "Drafted the report and asked for its release."
    now = datetime.now(UTC)
    asked = deployment().workspace.ledger.entry(waiting.ledger_index)
    act = answering(asked, person.actor, now, note, confirm=True)
    entry = deployment().record([act])[0]
    waiting.second, waiting.second_note, waiting.second_made = person, note, now
    waiting.state, waiting.second_index = Proposal.State.CONFIRMED, entry
    waiting.save()
    Lead.objects.filter(pk=operation).update(state=State.DECIDED)
    return entry


@require_POST
def resume(request: HttpRequest, report: str) -> HttpResponse:
    """Go on after a stop, with what was done about it."""
    found_or_404(report)
    note = _note(request)
    if not note:
        messages.error(request, "Say what was done about it; nothing was recorded.")
        return redirect("tip", report)
    filing.resume(tip_desk(), report, by=request.user.actor, note=note)
    messages.success(request, "It goes on.")
    return redirect("tip", report)


@require_POST
def retract(request: HttpRequest, report: str) -> HttpResponse:
    """Take back a report that is open at NCMEC."""
    found_or_404(report)
    try:
        filing.retract(tip_desk(), report, by=request.user.actor, reason=_note(request))
    except LamplighterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Retracted: NCMEC has no such report now.")
    return redirect("tip", report)


@require_POST
def casefile(request: HttpRequest, report: str) -> HttpResponse:
    """The case file of the operation, which the two who released the report answer for."""
    found = found_or_404(report)
    people = found.standing.released_by
    if people is None:
        messages.error(
            request, "A case file leaves the house: two people must release the report first."
        )
        return redirect("tip", report)
    number = found.standing.report_id
    try:
        pdf, _ = make_case_file(
            deployment().workspace, found.draft.operation, prepared_by=people[0],
            approved_by=people[1], recipient="NCMEC, CyberTipline",
            reference=f"CyberTipline report {number}" if number else report,
        )  # fmt: skip
    except LamplighterError as error:
        messages.error(request, str(error))
        return redirect("tip", report)
    note_read(request, "listing", found.draft.listings)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{report}.pdf"'
    return answer
