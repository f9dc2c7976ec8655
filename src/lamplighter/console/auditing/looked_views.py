"""Who looked at something, and the concealment report."""

from __future__ import annotations

from typing import Any

import orjson
from csp.decorators import csp_exempt
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamplighter.console.people.models import Person
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment

#: Acts of reading that one search opens, newest first.
MOST = 20_000
#: Entries that it passes over at most to find them.
_PASSED = 400_000


@require_GET
def looked(request: HttpRequest) -> HttpResponse:
    """Who opened a listing, an identifier, a medium or an operation, by its exact name."""
    name = request.GET.get("name", "").strip()[:500]
    rows, opened, whole = _readers(name) if name else ([], 0, True)
    if name:
        note_read(request, "readers of", [name])
    people = {person.actor: person.username for person in Person.objects.all()}
    facts = {
        "name": name, "opened": opened, "whole": whole,
        "rows": [{**row, "person": people.get(row["actor"], row["actor"])} for row in rows],
    }  # fmt: skip
    return render(request, "auditing/looked.html", facts)


def _readers(name: str) -> tuple[list[dict[str, Any]], int, bool]:
    """Reads of `name`, how many acts of reading were opened for it, and whether these were all."""
    ledger = deployment().workspace.ledger
    found: list[dict[str, Any]] = []
    opened, stop, least = 0, ledger.size, max(0, ledger.size - _PASSED)
    while stop > least and opened < MOST:
        start = max(least, stop - 2_000)
        for entry in reversed(list(ledger.entries(start, stop))):
            if entry.kind != "access" or opened >= MOST:
                continue
            opened += 1
            private = ledger.opening(entry.index)
            reads = orjson.loads(private).get("reads", {}) if private else {}
            kinds = [kind for kind, names in reads.items() if name in names]
            if kinds:
                found.append({"index": entry.index, "time": entry.time, "actor": entry.actor,
                              "desk": entry.public.get("desk", ""), "kinds": ", ".join(kinds)})  # fmt: skip
        stop = start
    return found, opened, stop == 0


@csp_exempt()
@require_GET
def concealment(request: HttpRequest) -> HttpResponse:
    """The report of `lamplighter audit`, where it was put into the workspace."""
    path = deployment().workspace.folder / "audit" / "report.html"
    if not path.is_file():
        raise Http404("no concealment report")
    note_read(request, "report", ["concealment"])
    # The page's own policy allows its own style and script, by hash, and nothing else.
    return FileResponse(path.open("rb"), content_type="text/html; charset=utf-8")
