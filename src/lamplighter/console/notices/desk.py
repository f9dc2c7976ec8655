"""Where notices are decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lamplighter.console.appeals.desk import submitted
from lamplighter.console.appeals.hearing import clean
from lamplighter.console.notices.models import Told
from lamplighter.console.notices.taking import NoticeError, decide
from lamplighter.console.project.reads import note_read

OUTCOMES = [choice for choice in Told.State.choices if choice[0] != Told.State.RECEIVED]
#: Notices on one page, and decided together at most.
PAGE, TOGETHER = 100, 1_000
_MOST = 8_000


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Flaggers and those who ask for help first; many from one address as one line, last."""
    open_ = Told.objects.filter(state=Told.State.RECEIVED).select_related("flagger")
    rows = list(open_.exclude(rank=Told.Rank.MANY)[:PAGE])
    many = (
        open_.filter(rank=Told.Rank.MANY).values("address")
        .annotate(count=Count("pk"), first=Min("made"), last=Max("made"), due=Min("due"),
                  listings=Count("listing", distinct=True))
        .order_by("due")[:PAGE]
    )  # fmt: skip
    note_read(request, "notice", [str(one.ledger_index) for one in rows])
    facts = {
        "rows": rows, "many": list(many), "count": open_.count(),
        "late": sum(one.late for one in rows),
        "done": Told.objects.exclude(state=Told.State.RECEIVED)
        .select_related("decided_by").order_by("-decided")[:30],
    }  # fmt: skip
    return render(request, "notices/notices.html", facts)


@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, number: int) -> HttpResponse:
    """One notice, the listing it is about, and the column to decide in."""
    found = get_object_or_404(Told.objects.select_related("flagger", "decided_by"), pk=number)
    if request.method == "POST":
        return _decided(request, [found], redirect("told", number))
    note_read(request, "notice", [str(found.ledger_index)])
    others = Told.objects.filter(listing=found.listing).exclude(pk=found.pk).count()
    facts: dict[str, Any] = {
        "one": found, "outcomes": OUTCOMES, "most": _MOST, "others": others if found.listing else 0,
        "submitted": submitted(request, found.listing) if found.listing else None,
    }  # fmt: skip
    return render(request, "notices/told.html", facts)


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, digest: str) -> HttpResponse:
    """Many from one address: read together, decided together."""
    open_: QuerySet[Told] = Told.objects.filter(
        state=Told.State.RECEIVED, rank=Told.Rank.MANY, address=digest[:24]
    )
    if request.method == "POST":
        return _decided(request, list(open_[:TOGETHER]), redirect("notices"))
    rows = list(open_[:PAGE])
    if not rows:
        raise Http404
    note_read(request, "notice", [str(one.ledger_index) for one in rows])
    facts = {"rows": rows, "count": open_.count(), "together": TOGETHER, "outcomes": OUTCOMES,
             "most": _MOST, "digest": digest}  # fmt: skip
    return render(request, "notices/group.html", facts)


def _decided(request: HttpRequest, rows: list[Told], back: HttpResponse) -> HttpResponse:
    try:
        index = decide(rows, request.user, request.POST.get("state", ""),
                       clean(request.POST.get("reasons", ""), _MOST))  # fmt: skip
    except NoticeError as error:
        messages.error(request, error.what)
        return back
    messages.success(request, f"Recorded (entry {index} of the ledger). Whoever told reads it under their link.")  # fmt: skip
    return redirect("notices")
