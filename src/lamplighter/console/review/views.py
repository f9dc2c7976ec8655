"""The operation page and what a person does on it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.leads import locks
from lamplighter.console.leads.models import Generation, Lead
from lamplighter.console.leads.views import SKIPS, to_do
from lamplighter.console.people.roles import Role
from lamplighter.console.project.access import allowed
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.record.kept import KeptReader
from lamplighter.console.review.cards import card
from lamplighter.console.review.deciding import draft, newest
from lamplighter.console.review.judging import judge, ordered, standing
from lamplighter.console.review.models import (
    LABELS,
    STEPS,
    LinkJudgement,
    Verdict,
)
from lamplighter.console.review.seconds import ASKED, waiting_for
from lamplighter.console.wellbeing.views import BEGAN
from lamplighter.jobs.operation_reader import LISTINGS, Reader, Tie
from lamplighter.reporting.operations_report.contact_bars import bars
from lamplighter.reporting.operations_report.sections import (
    definitions,
    sections,
    template_activity,
)


def reader(operation: str) -> Reader:
    """Reads the operation from the result that the queue shows."""
    newest = Generation.newest()
    if newest is None:
        raise Http404("nothing was linked yet")
    folder = Path(newest.folder)
    return KeptReader(deployment().layout(folder), operation, folder)


@require_GET
def operation(request: HttpRequest, operation: str) -> HttpResponse:
    """Everything about one operation, and the column to decide in."""
    lead = get_object_or_404(Lead, pk=operation)
    found = reader(operation)
    row = found.row()
    facts: dict[str, Any] = {"lead": lead, **_column(request, lead)}
    if row is None:  # linked otherwise since
        return render(request, "review/gone.html", facts)
    drawn = found.lead(row)
    after = int(request.GET["after"]) if request.GET.get("after", "").isdigit() else 0
    place = request.GET.get("place", "")[:200].replace("\x00", "")
    shared = [one.template_id for one in drawn.templates]
    strip = template_activity(found.template_days(shared)) if len(shared) > 1 else ""
    rows, more = found.listings(min(after, 10_000_000), place)
    cards = [card(one, deployment().workspace.ledger) for one in rows]
    note_read(request, "operation", [operation])
    note_read(request, "listing", [one.name for one in cards])
    note_read(request, "identifier", [f"{one.kind}:{one.value}" for one in drawn.identifiers])
    ties = found.ties()
    note_read(request, "listing", [end for tie in ties for end in (tie.source, tie.target)])
    facts |= {
        "drawn": drawn, "definitions": definitions(),
        "sections": sections(drawn), "template_activity": strip,
        "contacts": list(zip(drawn.identifiers, bars(drawn.identifiers), strict=True)),
        "cards": cards, "after": after, "more": after + LISTINGS if more else None, "place": place,
        "before": max(0, after - LISTINGS) if after else None,
        "ties": _judged(ties), "related": _named(found.related(list(drawn.identifiers))),
    }  # fmt: skip
    locks.see(lead, request.user)
    request.session.setdefault(BEGAN, int(time.time()))
    return render(request, "review/operation.html", facts)


def _judged(ties: list[Tie]) -> list[dict[str, Any]]:
    held = standing((tie.source, tie.target) for tie in ties)
    pairs = [ordered(tie.source, tie.target) for tie in ties]
    return [{"tie": tie, "judged": held.get(pair)} for tie, pair in zip(ties, pairs, strict=True)]


def _named(related: list[Any]) -> list[dict[str, Any]]:
    leads = Lead.objects.in_bulk([one.operation_id for one in related])
    return [
        {"lead": leads[r.operation_id], "why": r.why} for r in related if r.operation_id in leads
    ]


def _column(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    """What the right-hand column shows."""
    held = locks.holder(lead)
    kept = draft(request, lead.pk)
    return {
        "draft": kept, "seen": newest(lead),
        "lock": held, "mine": bool(held and held.person_id == request.user.pk),
        "viewers": locks.others_seeing(lead, request.user),
        "judges": request.user.has(Role.REVIEWER, Role.SENIOR),
        "labels": [(name, words, f"{place}", kept.get(f"label_{name}", "")) for
                   place, (name, words) in enumerate(LABELS.items(), start=1)],
        "steps": [(str(step), meaning) for step, meaning in STEPS.items()], "verdicts": Verdict.choices,
        "clauses": settings.CONSOLE.clauses, "skips": SKIPS,
        "cases": lead.cases.all(), "history": lead.decisions.select_related("person"),
        "query": request.GET.get("query", "")[:500], "left": sum(to_do()["bands"].values()),
        "asked": list(ASKED.items()), "asks": allowed("ask", request.user.roles),
        "exporter": allowed("export_ask", request.user.roles),
        "seconder": allowed("second", request.user.roles), **waiting_for(lead, request.user),
    }  # fmt: skip


@require_POST
def judge_link(request: HttpRequest, operation: str) -> HttpResponse:
    """Say of two listings of this operation: same hand, different, unsure; or take it back."""
    get_object_or_404(Lead, pk=operation)
    pair = (request.POST.get("source", ""), request.POST.get("target", ""))
    word = request.POST.get("word", "")
    tied = {ordered(tie.source, tie.target) for tie in reader(operation).ties()}
    if word not in LinkJudgement.Word.values or ordered(*pair) not in tied:
        messages.error(request, "That is no link of this operation; nothing was recorded.")
    else:
        judge(request.user, operation, *pair, word)
    return redirect(f"/operation/{operation}/#ties")
