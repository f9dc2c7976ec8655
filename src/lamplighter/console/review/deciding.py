"""A person decides: in the ledger, then in the database, then on to the next lead."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from lamplighter.console.api.webhooks import tell
from lamplighter.console.cases.views import open_case
from lamplighter.console.leads import locks
from lamplighter.console.leads.models import Lead, Lock, Skip, State
from lamplighter.console.leads.views import redirect_to_next
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import BY_TWO, LABELS, STEPS, Decision, Verdict
from lamplighter.console.review.seconds import propose
from lamplighter.evidence.act import Act

#: Session key: a decision that was not recorded.
DRAFT = "decision_draft"


@require_POST
def decide(request: HttpRequest, operation: str) -> HttpResponse:
    """Record a decision: in the ledger, then in the database, then on to the next lead."""
    lead = get_object_or_404(Lead, pk=operation)
    given = request.POST
    problem = _problem(given)
    if problem:
        return _unrecorded(request, operation, problem)
    labels = {
        name: int(given[f"label_{name}"])
        for name in LABELS
        if given.get(f"label_{name}", "") in {str(step) for step in STEPS}
    }
    with transaction.atomic():
        # Whoever comes second waits here, then finds the lock gone.
        Lead.objects.select_for_update().get(pk=operation)
        if not Lock.objects.filter(lead=lead, person=request.user).exists() and not locks.take(
            lead, request.user
        ):
            return _unrecorded(
                request, operation, "Another person has taken this lead; nothing was recorded."
            )
        if given.get("seen", newest(lead)) != newest(lead):
            return _unrecorded(
                request, operation,
                "Another person decided this while you looked; nothing was recorded. "
                "Read the history; what you wrote is still in the form.",
            )  # fmt: skip
        verdict, note = given["verdict"], given.get("note", "").strip()[:5_000]
        made = datetime.now(UTC)
        index = deployment().record([_act(request, lead, verdict, labels, note, made)])[0]
        made_decision = Decision.objects.create(
            lead=lead, person=request.user, made=made, verdict=verdict, clause=given["clause"],
            labels=labels, note=note, ledger_index=index,
        )  # fmt: skip
        lead.state = State.DECIDED
        if verdict in BY_TWO:
            lead.state = State.SECOND
            propose(lead, verdict, request.user, note, index, made_decision)
        if verdict == Verdict.UNSURE:
            lead.state = State.OPEN
            Skip.objects.get_or_create(
                lead=lead, person=request.user, defaults={"reason": Skip.Reason.SKILL}
            )
        if verdict == Verdict.CASE:
            open_case(lead, request.user)
        lead.decided_listings = lead.listings
        lead.watched = verdict == Verdict.WATCH
        lead.save(update_fields=["state", "decided_listings", "watched"])
        locks.free(lead, request.user)
    tell("operation.decided", {"operation": lead.pk, "verdict": verdict, "log_index": index})
    messages.success(request, f"Recorded for {operation} (entry {index} of the ledger).")
    if verdict == Verdict.REPORT:
        return redirect("tip_draft", operation)
    if "stay" in given:
        return redirect("operation", operation)
    return redirect_to_next(request, given.get("query", ""))


def newest(lead: Lead) -> str:
    """Names the last decision on the lead; a form says which one its person had seen."""
    return str(lead.decisions.values_list("ledger_index", flat=True).first() or "")


def _unrecorded(request: HttpRequest, operation: str, why: str) -> HttpResponse:
    """Say why nothing was recorded, and keep what was written for the form."""
    kept = {name: request.POST.get(name, "")[:5_000] for name in
            ("verdict", "clause", "note", *(f"label_{label}" for label in LABELS))}  # fmt: skip
    request.session[DRAFT] = {"operation": operation, **kept}
    messages.error(request, why)
    return redirect("operation", operation)


def draft(request: HttpRequest, operation: str) -> dict[str, str]:
    """What this person wrote on this lead and what was not recorded; shown once."""
    held: dict[str, str] = request.session.get(DRAFT, {})
    if held.get("operation") != operation:
        return {}
    del request.session[DRAFT]
    return held


def _problem(given: Any) -> str:
    """Why the form cannot be recorded; empty where it can."""
    if given.get("verdict") not in Verdict.values:
        return "Choose what happens next; nothing was recorded."
    if given.get("clause") not in {clause.code for clause in settings.CONSOLE.clauses}:
        return "Choose the clause of the policy it rests on; nothing was recorded."
    if given["verdict"] in BY_TWO and not given.get("note", "").strip():
        return "What leaves the house needs a note for the second person; nothing was recorded."
    return ""


def _act(
    request: HttpRequest,
    lead: Lead,
    verdict: str,
    labels: dict[str, int],
    note: str,
    made: datetime,
) -> Act:
    private = {"operation": lead.pk, "labels": labels, "note": note, "clause": request.POST["clause"],
               "headline": lead.headline, "reasons": lead.reasons}  # fmt: skip
    return Act(
        kind="decision",
        time=made,
        actor=request.user.actor,
        public={
            "verdict": verdict,
            "band": lead.band,
            "clause": request.POST["clause"],
        },
        private=orjson.dumps(private, option=orjson.OPT_SORT_KEYS),
    )
