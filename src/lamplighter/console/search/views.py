"""Search, everything about one value, and lists that leave as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamplighter.console.leads.models import Generation, Lead
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.search.finding import PAGE, search_text
from lamplighter.console.search.index import FACETS, NONE
from lamplighter.console.search.models import Query
from lamplighter.console.search.saved import chosen_of, news

#: Listings of one value that the page shows; the export has all.
SHOWN = 100


def _generation() -> Generation:
    newest = Generation.newest()
    if newest is None:
        raise Http404("nothing was linked yet")
    return newest


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Full text over all listings, and identifiers that begin with what was typed."""
    words = request.GET.get("words", "").replace("\x00", "").strip()[:300]
    chosen = chosen_of(request.GET)
    facts: dict[str, Any] = {
        "words": words, "history": Query.objects.select_related("person")[:15],
        "saved": news(request.user), "chosen": chosen, "address": _address(words, chosen),
    }  # fmt: skip
    if words:
        newest = _generation()
        offset = int(request.GET["from"]) if request.GET.get("from", "").isdigit() else 0
        after = request.GET.get("after", "")
        since = int(after) if after.isdigit() and len(after) < 18 else -1
        found = search_text(Path(newest.folder), words, min(offset, 1_000_000), chosen, after=since)
        values = _identifiers(newest, words) if not (offset or chosen or since >= 0) else []
        note_read(request, "listing", [hit.listing_id for hit in found.hits])
        note_read(request, "identifier", [f"{row['kind']}:{row['value']}" for row in values])
        note_read(request, "query", [words])
        if not offset:
            Query.objects.create(person=request.user, words=words, found=found.total)
        leads = Lead.objects.in_bulk({hit.operation_id for hit in found.hits if hit.operation_id})
        facts |= {
            "hits": [{"hit": hit, "lead": leads.get(hit.operation_id)} for hit in found.hits],
            "total": found.total, "values": values, "since": since,
            "facets": _facets(found.facets, words, chosen, found.total),
            "next": offset + PAGE if offset + PAGE < found.total else None,
        }  # fmt: skip
    return render(request, "search/search.html", facts)


_UNKNOWN = {"band": "in no operation"}


def _address(words: str, chosen: dict[str, str]) -> str:
    return urlencode({"words": words, **chosen})


def _facets(
    found: dict[str, list[tuple[str, int]]], words: str, chosen: dict[str, str], total: int
) -> list[dict[str, Any]]:
    """Each facet with its values: where a click leads, and the share of hits that have it."""
    return [
        {
            "title": title,
            "chosen": chosen.get(name),
            "off": _address(words, {key: one for key, one in chosen.items() if key != name}),
            "values": [
                {
                    "value": _UNKNOWN.get(name, "not known") if value == NONE else value, "count": count,
                    "share": 100 * count / max(total, 1),
                    "address": _address(words, {**chosen, name: value}),
                }
                for value, count in found[name]
            ],
        }
        for name, title in FACETS.items()
        if found.get(name)
    ]  # fmt: skip


def _identifiers(newest: Generation, words: str) -> list[dict[str, Any]]:
    """Identifiers whose value begins with `words`, with or without the + of a number."""
    bare = words.lower()
    starts = [bare, f"+{bare}"] if bare[:1].isdigit() else [bare]
    rows = []
    for start in starts:
        found = deployment().layout(Path(newest.folder)).execute(
            "SELECT kind, value, count(*) AS listings, count(DISTINCT operation_id) AS operations "
            "FROM contacts WHERE value >= ? AND value < ? GROUP BY ALL "
            "ORDER BY listings DESC, value LIMIT 12",
            [start, start + "\U0010ffff"],
        )  # fmt: skip
        rows += [dict(zip(("kind", "value", "listings", "operations"), row, strict=True))
                 for row in found.fetchall()]  # fmt: skip
    return rows


def _about(kind: str, value: str) -> tuple[list[tuple[str, str]], Generation]:
    newest = _generation()
    found = deployment().layout(Path(newest.folder)).execute(
        "SELECT listing_id, coalesce(operation_id, '') FROM contacts WHERE value = ? AND kind = ? "
        "ORDER BY operation_id NULLS LAST, listing_id",
        [value, kind],
    )  # fmt: skip
    return found.fetchall(), newest


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Everything about one identifier: operations and listings that have it, and what goes with it."""
    kind, value = request.GET.get("kind", "")[:20], request.GET.get("value", "")[:500]
    rows, newest = _about(kind, value)
    if not rows:
        raise Http404("no listing has it")
    operations = sorted({operation for _, operation in rows if operation})
    leads = sorted(Lead.objects.in_bulk(operations[:500]).values(), key=lambda lead: lead.rank)
    beside = deployment().layout(Path(newest.folder)).execute(
        "WITH mine AS (SELECT listing_id, operation_id FROM contacts WHERE value = ? AND kind = ?) "
        "SELECT i.kind, i.value, count(DISTINCT m.listing_id) FROM "
        "(SELECT listing_id, unnest(identifiers) AS i FROM members WHERE operation_id IN "
        "(SELECT operation_id FROM mine)) m WHERE m.listing_id IN (SELECT listing_id FROM mine) "
        "AND i.value <> ? AND i.kind <> 'domain' GROUP BY ALL ORDER BY 3 DESC, 2 LIMIT 30",
        [value, kind, value],
    ).fetchall()  # fmt: skip
    note_read(request, "identifier", [f"{kind}:{value}"])
    note_read(request, "identifier", [f"{one}:{other}" for one, other, _ in beside])
    note_read(request, "listing", [name for name, _ in rows[:SHOWN]])
    facts = {"kind": kind, "value": value, "rows": rows[:SHOWN], "total": len(rows),
             "leads": leads, "beside": beside, "outside": sum(not o for _, o in rows)}  # fmt: skip
    return render(request, "search/about.html", facts)


@require_GET
def about_csv(request: HttpRequest) -> HttpResponse:
    """All listings that have an identifier, without a cap."""
    kind, value = request.GET.get("kind", "")[:20], request.GET.get("value", "")[:500]
    rows, _ = _about(kind, value)
    note_read(request, "identifier", [f"{kind}:{value}"])
    note_read(request, "listing", [name for name, _ in rows])
    table = [("listing_id", "operation_id", "kind", "value")]
    table += [(name, operation, kind, value) for name, operation in rows]
    answer = StreamingHttpResponse(csv_lines(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="listings.csv"'
    return answer


def csv_lines(rows: Sequence[tuple[str, ...]]) -> Iterator[bytes]:
    """RFC 4180 lines in which no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _safe(cell: str) -> str:
    # OWASP: what begins like a formula gets an apostrophe before it.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell
