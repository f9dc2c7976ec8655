"""Pages of cases."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.cases.models import Case, Entry
from lamplighter.console.leads.models import Lead
from lamplighter.console.people.models import Person
from lamplighter.console.project.access import allowed
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act


def log(person: Person, event: str, case: int, private: dict[str, str | int]) -> int:
    """Put what happened to a case into the ledger; the entry's index."""
    act = Act("note", datetime.now(UTC), person.actor,
              {"about": "case", "event": event, "case": case}, orjson.dumps(private))  # fmt: skip
    return deployment().record([act])[0]


def open_case(lead: Lead, person: Person) -> Case:
    """A case with this lead; the newest open one that has it already, where there is one."""
    held: Case | None = lead.cases.filter(closed=None).first()
    if held is not None:
        return held
    made: Case = Case.objects.create(name=lead.headline[:200], opened_by=person)
    made.leads.add(lead)
    log(person, "opened", made.pk, {"operation": lead.pk})
    return made


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, open ones first."""
    rows = Case.objects.select_related("opened_by").annotate(
        operations=Count("leads", distinct=True),
        todo=Count("entries", filter=Q(entries__task=True, entries__done=None), distinct=True),
    )
    facts = {"open": rows.filter(closed=None), "closed": rows.exclude(closed=None)[:50]}
    return render(request, "cases/cases.html", facts)


def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case: read it, write a note or a task, tick a task off, attach, close."""
    found = get_object_or_404(Case, pk=number)
    if request.method == "POST":
        with transaction.atomic():
            problem = _write(request, found)
        if problem:
            messages.error(request, problem)
        return redirect("case", number)
    facts = {
        "case": found, "leads": found.leads.order_by("rank"),
        "notes": found.entries.filter(task=False).select_related("person"),
        "tasks": found.entries.filter(task=True).select_related("person"),
        "deconflicts": allowed("deconflict", request.user.roles),
        "exporter": allowed("export_ask", request.user.roles),
        "exports": found.exports.select_related("first").defer("names")[:20],
    }  # fmt: skip
    return render(request, "cases/case.html", facts)


def _write(request: HttpRequest, found: Case) -> str:
    """Do what the form asks; a sentence where that cannot be."""
    text = request.POST.get("text", "").replace("\x00", "").strip()[:5_000]
    what = request.POST.get("what", "")
    if what in ("note", "task"):
        if not text:
            return "There is nothing written."
        index = log(request.user, what, found.pk, {"text": text})
        Entry.objects.create(
            case=found, person=request.user, text=text, task=what == "task", ledger_index=index
        )
    elif what == "done":
        number = request.POST.get("entry", "")
        task = found.entries.filter(
            pk=number if number.isdigit() else 0, task=True, done=None
        ).first()
        if task is not None:
            task.done = timezone.now()
            task.save(update_fields=["done"])
            log(request.user, "done", found.pk, {"entry": number, "of": task.ledger_index})
    elif what == "attach":
        lead = Lead.objects.filter(pk=text).first()
        if lead is None:
            return "There is no operation of that id."
        found.leads.add(lead)
        log(request.user, "attached", found.pk, {"operation": lead.pk})
    elif what in ("close", "reopen"):
        found.closed = timezone.now() if what == "close" else None
        found.save(update_fields=["closed"])
        log(request.user, what, found.pk, {})
    return ""


@require_POST
def case_open(request: HttpRequest, operation: str) -> HttpResponse:
    """Open a case from an operation page."""
    lead = get_object_or_404(Lead, pk=operation)
    with transaction.atomic():
        made = open_case(lead, request.user)
    return redirect("case", made.pk)
