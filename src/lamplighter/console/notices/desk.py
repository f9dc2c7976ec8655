"""Where notices are decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from lamplighter.console.appeals.desk import submitted
from lamplighter.console.appeals.hearing import clean
from lamplighter.console.notices.deciding import NoticeError, decide
from lamplighter.console.notices.models import Told
from lamplighter.console.notices.taking import ALONE
from lamplighter.console.project.reads import note_read
from lamplighter.reporting.notice.notice import WORDS, Channel, Kind

OUTCOMES = [choice for choice in Told.State.choices if choice[0] != Told.State.RECEIVED]
#: Notices of one heading, and of a page that has one heading alone.
SHOWN, PAGE = 25, 100
_MOST = 8_000
#: Each kind of notice has its own place on the desk: no flood of one hides another.
HEADINGS: dict[int, str] = {
    Told.Rank.FIRST: "Trusted flaggers, and people who ask for help",
    Told.Rank.CHILD: "A child may be abused",
    Told.Rank.USUAL: "Others of the public",
}


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What is to be decided, by heading; of one heading alone with `?rank=`, and `after=` a notice."""
    open_ = Told.objects.filter(state=Told.State.RECEIVED).select_related("flagger")
    only = request.GET.get("rank", "")
    ranks = [rank for rank in HEADINGS if only == str(int(rank))]
    sections = [
        _section(open_.filter(rank=rank), rank, bool(ranks), request.GET.get("after", ""))
        for rank in ranks or HEADINGS
    ]
    note_read(request, "notice", [str(o.ledger_index) for one in sections for o in one["rows"]])
    facts = {
        "sections": [one for one in sections if one["count"]], "alone": bool(ranks),
        "many": [] if ranks else _groups(open_), "many_from": ALONE, "count": open_.count(),
        "late": open_.filter(due__lt=timezone.now()).count(),
        "done": [] if ranks else Told.objects.exclude(state=Told.State.RECEIVED)
        .select_related("decided_by").order_by("-decided")[:30],
    }  # fmt: skip
    return render(request, "notices/notices.html", facts)


def _section(rows: QuerySet[Told], rank: int, alone: bool, after: str) -> dict[str, Any]:
    """One heading: how many, those that are due first, and after which more follow."""
    count, most = rows.count(), PAGE if alone else SHOWN
    last = Told.objects.filter(pk=_whole(after)).first()
    if last is not None:
        rows = rows.filter(Q(due__gt=last.due) | Q(due=last.due, pk__gt=last.pk))
    shown = list(rows[: most + 1])
    more = len(shown) > most
    return {"rank": rank, "words": HEADINGS[rank], "count": count, "rows": shown[:most],
            "after": shown[most - 1].pk if more else None}  # fmt: skip


def _groups(open_: QuerySet[Told]) -> list[dict[str, Any]]:
    """Many from one address, as lines: by address, channel and kind, what asks for help first."""
    rows = list(
        open_.filter(rank=Told.Rank.MANY).order_by().values("address", "channel", "kind")
        .annotate(count=Count("pk"), first=Min("made"), last=Max("made"), due=Min("due"),
                  listings=Count("listing", distinct=True))
    )  # fmt: skip
    for row in rows:
        row["about"], row["help"] = WORDS[Kind(row["kind"])], row["channel"] == Channel.HELP
    rows.sort(key=lambda row: (not row["help"], row["kind"] != Kind.CHILD, row["due"]))
    return rows[:PAGE]


@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, number: int) -> HttpResponse:
    """One notice, the listing it is about, and the column to decide in."""
    found = get_object_or_404(Told.objects.select_related("flagger", "decided_by"), pk=number)
    if request.method == "POST":
        return _decided(request, [found.pk], redirect("told", number))
    note_read(request, "notice", [str(found.ledger_index)])
    others = Told.objects.filter(listing=found.listing).exclude(pk=found.pk).count()
    facts: dict[str, Any] = {
        "one": found, "outcomes": OUTCOMES, "most": _MOST, "others": others if found.listing else 0,
        "submitted": submitted(request, found.listing) if found.listing else None,
    }  # fmt: skip
    return render(request, "notices/told.html", facts)


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, digest: str, channel: str, kind: str) -> HttpResponse:
    """Many of one kind from one address: read together, decided together."""
    open_: QuerySet[Told] = Told.objects.filter(
        state=Told.State.RECEIVED, rank=Told.Rank.MANY, address=digest[:24], channel=channel,
        kind=kind,
    )  # fmt: skip
    if request.method == "POST":
        # Those that were there when the page was made: what came since is read before it is decided.
        chosen = open_.filter(pk__lte=_whole(request.POST.get("upto", "")))
        return _decided(request, list(chosen.values_list("pk", flat=True)), redirect("notices"))
    found = open_.aggregate(count=Count("pk"), upto=Max("pk"), listings=Count("listing", distinct=True))  # fmt: skip
    if not found["count"]:
        raise Http404
    skip = _whole(request.GET.get("from", ""))
    rows = list(open_[skip : skip + PAGE])
    note_read(request, "notice", [str(one.ledger_index) for one in rows])
    facts = {
        **found, "rows": rows, "outcomes": OUTCOMES, "most": _MOST, "about": WORDS[Kind(kind)],
        "help": channel == Channel.HELP, "start": skip + 1, "end": skip + len(rows),
        "next": skip + PAGE if skip + PAGE < found["count"] else None,
    }  # fmt: skip
    return render(request, "notices/group.html", facts)


def _decided(request: HttpRequest, rows: list[int], back: HttpResponse) -> HttpResponse:
    try:
        count, index = decide(rows, request.user, request.POST.get("state", ""),
                              clean(request.POST.get("reasons", ""), _MOST))  # fmt: skip
    except NoticeError as error:
        messages.error(request, error.what)
        return back
    which = "Recorded" if count == 1 else f"{count:,} decided"
    messages.success(request, f"{which} (entry {index} of the ledger). Whoever told reads it under their link.")  # fmt: skip
    return redirect("notices")


def _whole(said: str) -> int:
    """A number from an address or a form; 0 for anything else."""
    return int(said) if said.isdecimal() and len(said) < 16 else 0
