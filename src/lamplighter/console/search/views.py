"""Search: words, phrases and the beginnings of identifiers, over all current listings."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamplighter.console.leads.models import Generation, Lead
from lamplighter.console.project.access import allowed
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.search.finding import PAGE, search_text
from lamplighter.console.search.index import FACETS, NONE
from lamplighter.console.search.models import Query
from lamplighter.console.search.saved import chosen_of, news


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
    if words or chosen:
        newest = _generation()
        offset = int(request.GET["from"]) if request.GET.get("from", "").isdigit() else 0
        after = request.GET.get("after", "")
        since = int(after) if after.isdigit() and len(after) < 18 else -1
        found = search_text(Path(newest.folder), words, min(offset, 1_000_000), chosen, after=since)
        values = (
            _identifiers(newest, words) if words and not (offset or chosen or since >= 0) else []
        )
        note_read(request, "listing", [hit.listing_id for hit in found.hits])
        note_read(request, "identifier", [f"{row['kind']}:{row['value']}" for row in values])
        note_read(request, "query", [words])
        if words and not offset:
            Query.objects.create(person=request.user, words=words, found=found.total)
        leads = Lead.objects.in_bulk({hit.operation_id for hit in found.hits if hit.operation_id})
        facts |= {
            "hits": [{"hit": hit, "lead": leads.get(hit.operation_id)} for hit in found.hits],
            "total": found.total, "values": values, "since": since,
            "exports": allowed("export_ask", request.user.roles),
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
