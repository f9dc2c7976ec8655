"""Where somebody who took no part decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lamplighter.console.appeals.following import follow_statements, link_of, statement_settings
from lamplighter.console.appeals.hearing import (
    MOST_REASONS,
    HearingError,
    appeal_until,
    decide,
    took_part,
)
from lamplighter.console.appeals.models import Appeal, Issued
from lamplighter.console.leads.models import Lead
from lamplighter.console.project.access import allowed
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.reporting.statement.words import sections, title

OUTCOMES = [
    (Appeal.State.REVERSED, "Reversed: the decision was wrong"),
    (Appeal.State.PARTLY, "Changed in part"),
    (Appeal.State.UPHELD, "Upheld: the decision stands"),
]


@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """Open appeals, due first; those decided lately; statements made lately."""
    follow_statements()
    rows = list(Appeal.objects.filter(state=Appeal.State.RECEIVED).select_related("issued")[:200])
    latest = list(Issued.objects.all()[:20])
    decided = Appeal.objects.exclude(state=Appeal.State.RECEIVED)
    counts = {words: decided.filter(state=state).count() for state, words in Appeal.State.choices
              if state != Appeal.State.RECEIVED}  # fmt: skip
    facts = {
        "rows": [_row(request, one) for one in rows], "counts": counts,
        "late": sum(one.late for one in rows),
        "done": decided.select_related("issued", "decided_by").order_by("-decided")[:30],
        "latest": [{"one": one, "title": title(one.read), "link": link_of(one.puid)}
                   for one in latest],
        "clock": statement_settings().clocks["decide"],
        "delays": allowed("delays", request.user.roles),
    }  # fmt: skip
    note_read(request, "statement", [one.puid for one in latest])
    return render(request, "appeals/appeals.html", facts)


def _row(request: HttpRequest, one: Appeal) -> dict[str, Any]:
    read = one.issued.read
    return {"one": one, "title": title(read), "barred": request.user.actor in took_part(read)}


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, number: int) -> HttpResponse:
    """One appeal: what was decided, what the poster says, the column to decide in."""
    found = get_object_or_404(Appeal.objects.select_related("issued", "decided_by"), pk=number)
    if request.method == "POST":
        try:
            held = decide(found, request.user, request.POST.get("state", ""),
                          request.POST.get("reasons", ""))  # fmt: skip
        except HearingError as error:
            messages.error(request, f"{error.what} {error.hint or ''}")
            return redirect("appeal", number)
        messages.success(request, f"Recorded (entry {held.decided_index} of the ledger). The poster reads it under their link.")  # fmt: skip
        return redirect("appeals")
    read = found.issued.read
    note_read(request, "appeal", [found.issued.puid])
    facts = {
        "one": found, "title": title(read), "read": read, "most": MOST_REASONS,
        "sections": sections(read, statement_settings(), appeal_until(found.issued)),
        "barred": request.user.actor in took_part(read), "outcomes": OUTCOMES,
        "lead": Lead.objects.filter(pk=read.operation).first() if read.operation else None,
        "submitted": submitted(request, read.listings[0]) if len(read.listings) == 1 else None,
        "link": link_of(found.issued.puid),
    }  # fmt: skip
    return render(request, "appeals/appeal.html", facts)


def submitted(request: HttpRequest, name: str) -> dict[str, Any] | None:
    """The listing as submitted, from the store; its read is logged."""
    with deployment().workspace.duckdb() as database:
        row = database.execute(
            "SELECT listing_id, title, text FROM listings WHERE listing_id = ?", [name]
        ).fetchone()
    if row is None:
        return None
    note_read(request, "listing", [row[0]])
    return {"name": row[0], "title": row[1] or "", "text": row[2] or ""}
