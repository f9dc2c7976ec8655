"""Cases whose answer is known, put among the others without the reviewers' knowing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lamplighter.console.auditing.models import KnownCase, Label
from lamplighter.console.leads.models import Lead, State
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import Decision, Verdict
from lamplighter.evidence.act import Act
from lamplighter.reporting.transparency.audits import ANSWERS


def known(request: HttpRequest) -> HttpResponse:
    """The cases that this person has put, and a form for another."""
    if request.method == "POST":
        problem = _put(request)
        if problem:
            messages.error(request, f"{problem} Nothing was recorded.")
        else:
            messages.success(request, "Put among the others. Tell nobody who reviews.")
        return redirect("audit_known")
    mine = KnownCase.objects.filter(person=request.user).select_related("lead")
    facts = {
        "rows": [{"one": one, "hits": hits([one])} for one in mine],
        "answers": ANSWERS, "verdicts": Verdict.choices,
    }  # fmt: skip
    return render(request, "auditing/known.html", facts)


def hits(cases: Any) -> dict[str, int]:
    """Answers to known cases, and how many were right. Whoever put a case is not counted."""
    shown = right = 0
    for case in cases:
        if case.lead_id is None:
            given = list(
                Label.objects.filter(item__known=case, place__lt=3).values_list("answer", flat=True)
            )
        else:
            first: dict[int, str] = {}
            rows = Decision.objects.filter(lead=case.lead_id, made__gt=case.made).order_by("pk")
            for person, verdict in rows.values_list("person", "verdict"):
                if person != case.person_id:
                    first.setdefault(person, verdict)
            given = list(first.values())
        shown += len(given)
        right += sum(answer == case.expected for answer in given)
    return {"shown": shown, "right": right}


def _put(request: HttpRequest) -> str:
    """Why it cannot be put; empty when it was."""
    name, note = request.POST.get("name", "").strip(), request.POST.get("note", "").strip()[:5_000]
    kind, expected = request.POST.get("kind", ""), request.POST.get("expected", "")
    if not name or not note:
        return "Name the case, and say how its answer was settled."
    lead = entry = None
    if kind == "lead":
        lead = Lead.objects.filter(pk=name, state=State.OPEN).first()
        if lead is None or lead.decisions.exists():
            return "Only a lead that waits in the queue, and that nobody decided on, can be put."
        if expected not in Verdict.values:
            return "Choose the verdict that is right."
    else:
        entry = _entry_of(name)
        if entry is None:
            return "There is no such listing."
        if expected not in ANSWERS:
            return "Choose the answer that is right."
    if KnownCase.objects.filter(lead=lead, entry=entry).exists():
        return "It was put before."
    private = {"lead": lead.pk if lead else None, "listing": None if lead else name, "entry": entry,
               "expected": expected, "note": note}  # fmt: skip
    made = datetime.now(UTC)
    act = Act("audit", made, request.user.actor, {"event": "known", "about": kind},
              orjson.dumps(private, option=orjson.OPT_SORT_KEYS))  # fmt: skip
    index = deployment().record([act])[0]
    KnownCase.objects.create(lead=lead, entry=entry, expected=expected, note=note, made=made,
                             person=request.user, ledger_index=index)  # fmt: skip
    return ""


def _entry_of(listing_id: str) -> int | None:
    """The newest entry of a listing."""
    with deployment().workspace.duckdb() as database:
        found = database.execute(
            "SELECT max(ledger_index) FROM versions WHERE listing_id = ?", [listing_id]
        ).fetchone()
    return found[0] if found else None
