"""Searches that people keep, and what came since they last looked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from lamplighter.console.leads.models import Generation
from lamplighter.console.people.models import Person
from lamplighter.console.search.finding import count_after, upto
from lamplighter.console.search.index import FACETS
from lamplighter.console.search.models import SavedSearch

#: Each is counted at every visit of the queue and of search.
_MOST = 20


def chosen_of(given: QueryDict) -> dict[str, str]:
    """Values of facets in an address; others are left out."""
    found = {name: given.get(name, "")[:80].replace("\x00", "") for name in FACETS}
    return {name: value for name, value in found.items() if value}


def news(person: Person) -> list[dict[str, Any]]:
    """The person's searches, with how many listings each finds that came after the last look."""
    kept = list(SavedSearch.objects.filter(person=person)[:_MOST])
    newest = Generation.newest() if kept else None
    if newest is None:
        return [{"search": one, "new": 0} for one in kept]
    folder = Path(newest.folder)
    return [
        {"search": one, "new": count_after(folder, one.words, one.chosen, one.seen)} for one in kept
    ]


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a search; what is indexed now counts as seen."""
    given = QueryDict(request.POST.get("query", "")[:1_000])
    words, newest = given.get("words", "").replace("\x00", "").strip()[:300], Generation.newest()
    if not words or newest is None:
        messages.error(request, "There is nothing to keep.")
    elif SavedSearch.objects.filter(person=request.user).count() >= _MOST:
        messages.error(request, f"You keep {_MOST} searches already; forget one first.")
    else:
        SavedSearch.objects.get_or_create(
            person=request.user, words=words, chosen=chosen_of(given),
            defaults={"seen": upto(Path(newest.folder))},
        )  # fmt: skip
        messages.success(request, "Kept. New listings are told here and above the queue.")
    return redirect("search")


@require_POST
def kept(request: HttpRequest, number: int) -> HttpResponse:
    """Say that what is new was seen, or forget the search."""
    found = get_object_or_404(SavedSearch, pk=number, person=request.user)
    newest = Generation.newest()
    if request.POST.get("what") == "forget":
        found.delete()
    elif request.POST.get("what") == "seen" and newest is not None:
        found.seen = upto(Path(newest.folder))
        found.save(update_fields=["seen"])
    return redirect("search")
