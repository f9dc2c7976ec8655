"""Everything about one value: an identifier, or the account that posted."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamplighter.console.leads.models import Generation, Lead
from lamplighter.console.project.access import allowed
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.search.finding import by_names, of_account
from lamplighter.console.search.index import ACCOUNT

#: Listings that a page shows.
SHOWN = 50

Row = tuple[str, str]


def listings_of(folder: Path, kind: str, value: str) -> list[Row]:
    """Each listing that has the value, with its operation (empty: in none); none by id first."""
    if kind == ACCOUNT:
        return of_account(folder, value)
    found = deployment().layout(folder).execute(
        "SELECT listing_id, coalesce(operation_id, '') FROM contacts WHERE value = ? AND kind = ? "
        "ORDER BY operation_id NULLS LAST, listing_id",
        [value, kind],
    )  # fmt: skip
    return found.fetchall()


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Operations and listings that have one value, and the identifiers that go with it."""
    kind, value = request.GET.get("kind", "")[:20], request.GET.get("value", "")[:500]
    newest = Generation.newest()
    folder = Path(newest.folder) if newest else None
    rows = listings_of(folder, kind, value) if folder else []
    if not rows or folder is None:
        raise Http404("no listing has it")
    after = request.GET.get("after", "")
    at = int(after) if after.isdigit() and len(after) < 9 else 0
    some = rows[at : at + SHOWN]
    operations = sorted({operation for _, operation in rows if operation})
    leads = sorted(Lead.objects.in_bulk(operations[:500]).values(), key=lambda lead: lead.rank)
    beside = _beside(folder, rows, value)
    note_read(request, ACCOUNT if kind == ACCOUNT else "identifier", [f"{kind}:{value}"])
    note_read(request, "identifier", [f"{one}:{other}" for one, other, _ in beside])
    note_read(request, "listing", [name for name, _ in some])
    facts = {
        "kind": kind, "value": value, "total": len(rows), "leads": leads, "beside": beside,
        "hits": by_names(folder, [name for name, _ in some]), "operations": len(operations),
        "outside": sum(not operation for _, operation in rows),
        "exports": allowed("export_ask", request.user.roles),
        "before": max(0, at - SHOWN) if at else None,
        "after": at + SHOWN if at + SHOWN < len(rows) else None,
    }  # fmt: skip
    return render(request, "search/about.html", facts)


def _beside(folder: Path, rows: list[Row], value: str) -> list[tuple[str, str, int]]:
    """Other identifiers of these listings (of those in an operation), most frequent first."""
    names = {name for name, operation in rows if operation}
    operations = sorted({operation for _, operation in rows if operation})
    if not operations:
        return []
    database = deployment().layout(folder)
    found = database.execute(
        "SELECT i.kind, i.value, count(DISTINCT m.listing_id) FROM "
        "(SELECT listing_id, unnest(identifiers) AS i FROM members WHERE operation_id IN "
        "(SELECT unnest(?::VARCHAR[]))) m WHERE m.listing_id IN (SELECT unnest(?::VARCHAR[])) "
        "AND i.value <> ? AND i.kind <> 'domain' GROUP BY ALL ORDER BY 3 DESC, 2 LIMIT 30",
        [operations, sorted(names), value],
    )  # fmt: skip
    return found.fetchall()
