"""Pages of exports: all of them, one with what leaves, the second person's answer, the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.exports.models import Export, export_folder
from lamplighter.console.leads.models import Generation, Lead, State, Viewer
from lamplighter.console.people.models import Person
from lamplighter.console.people.roles import Role
from lamplighter.console.project.access import allowed
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.search.finding import by_names
from lamplighter.evidence.confirmed import answering
from lamplighter.evidence.two_people import Deed, SecondPersonError, check_second_person

#: Listings of one page of what leaves.
SHOWN = 50
_TYPES = {".csv": "text/csv; charset=utf-8", ".zip": "application/zip"}


def to_confirm(person: Person) -> Any:
    """Exports that wait for a second person who is not this one."""
    return Export.objects.filter(state=Export.State.WAITING).exclude(first=person).defer("names")


@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and what was asked for, newest first."""
    rows = Export.objects.select_related("first", "second").defer("names")
    facts = {"waiting": to_confirm(request.user).select_related("first"), "rows": rows[:100]}
    return render(request, "exports/exports.html", facts)


@require_GET
def export(request: HttpRequest, number: int) -> HttpResponse:
    """What leaves, for whom; to the second person not why, before their own opinion."""
    found = get_object_or_404(Export.objects.select_related("case", "first", "second"), pk=number)
    after = request.GET.get("after", "")
    at = min(int(after), 10_000_000) if after.isdigit() and len(after) < 9 else 0
    unread = _unread(found, request.user)
    waits = found.state == Export.State.WAITING
    facts: dict[str, Any] = {
        "one": found, "count": len(found.names), "unread": unread, "waits": waits,
        "own": found.first_id == request.user.pk, "opinions": not waits or found.first_id == request.user.pk,
        "leads": _leads(found, unread), "seconds": allowed("export_second", request.user.roles),
        "takes": _takes(found, request.user),
    }  # fmt: skip
    if found.kind == Export.Kind.LISTINGS:
        newest = Generation.newest()
        some = found.names[at : at + SHOWN]
        facts["hits"] = by_names(Path(newest.folder), some) if newest else []
        facts |= {"before": max(0, at - SHOWN) if at else None,
                  "after": at + SHOWN if at + SHOWN < len(found.names) else None}  # fmt: skip
        note_read(request, "listing", some)
    note_read(request, "export", [found.subject])
    return render(request, "exports/export.html", facts)


def _leads(found: Export, unread: list[str]) -> list[dict[str, Any]]:
    leads = Lead.objects.in_bulk(found.operations)
    return [{"name": name, "lead": leads.get(name), "unread": name in unread}
            for name in found.operations]  # fmt: skip


def _unread(found: Export, person: Person) -> list[str]:
    """Operations that the person has not opened since the export was asked for."""
    there = Lead.objects.filter(pk__in=found.operations).exclude(state=State.GONE)
    seen = Viewer.objects.filter(
        person=person, lead__in=found.operations, seen__gte=found.made
    ).values("lead")
    return list(there.exclude(pk__in=seen).values_list("pk", flat=True))


def _takes(found: Export, person: Person) -> bool:
    two = person.pk in (found.first_id, found.second_id)
    return found.state == Export.State.READY and (two or person.has(Role.CUSTODIAN))


@require_POST
def second(request: HttpRequest, number: int) -> HttpResponse:
    """Record the second person's own opinion, once they have opened what would leave."""
    word = request.POST.get("word", "")
    note = request.POST.get("note", "").replace("\x00", "").strip()[:5_000]
    with transaction.atomic():
        found = get_object_or_404(Export.objects.select_for_update(), pk=number)
        problem = _problem(found, request.user, word, note)
        if problem:
            messages.error(request, problem)
            return redirect("export", number)
        now = datetime.now(UTC)
        asked = deployment().workspace.ledger.entry(found.ledger_index)
        act = answering(asked, request.user.actor, now, note, confirm=word == "confirmed")
        found.second, found.second_made, found.second_note = request.user, now, note
        found.state, found.second_index = word, deployment().record([act])[0]
        found.save()
    return redirect("export", number)


def _problem(found: Export, person: Person, word: str, note: str) -> str:
    """Why the answer cannot be recorded; empty where it can."""
    try:
        check_second_person(Deed.EXPORT, found.first.actor, person.actor)
    except SecondPersonError as error:
        return f"{error.what} {error.hint}"
    if found.state != Export.State.WAITING:
        return "Another person was faster; nothing was recorded."
    if word not in ("confirmed", "declined") or not note:
        return "Say yes or no, and why; nothing was recorded."
    if word == "confirmed" and _unread(found, person):
        return "Open each operation first: the second person answers for what they saw."
    return ""


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Let one that could not be made, or whose file was removed, be made again."""
    changed = Export.objects.filter(
        pk=number, state__in=(Export.State.FAILED, Export.State.REMOVED)
    ).update(state=Export.State.CONFIRMED, fault="")
    if not changed:
        messages.error(request, "There is nothing to make again.")
        return redirect("exports")
    return redirect("export", number)


@require_GET
def file(request: HttpRequest, number: int) -> HttpResponse:
    """The finished file, to the two people and to custodians; each download is an act."""
    found = get_object_or_404(Export.objects.defer("names"), pk=number)
    path = export_folder(deployment().workspace.folder) / found.file
    if not _takes(found, request.user) or not path.is_file():
        raise Http404("there is no file for you")
    note_read(request, "export file", [found.digest])
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    answer = FileResponse(
        path.open("rb"), content_type=kind, as_attachment=True, filename=path.name
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
