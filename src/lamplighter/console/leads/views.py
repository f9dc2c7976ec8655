"""The queue's pages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.leads import locks
from lamplighter.console.leads.models import (
    SEEN,
    Lead,
    LeadReason,
    Lock,
    SavedView,
    Skip,
    State,
    Viewer,
)
from lamplighter.console.leads.queue import BANDS, Filters, fitting, page
from lamplighter.console.people.roles import Role
from lamplighter.console.search.saved import news
from lamplighter.console.wellbeing.models import unwanted_reasons

#: Skips that a person chooses from; a hand-over has its own button.
SKIPS = [choice for choice in Skip.Reason.choices if choice[0] != Skip.Reason.HANDOVER]


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Leads to do, most urgent first."""
    filters = Filters.read(request.GET)
    unwanted = unwanted_reasons(request.user)
    leads, after = page(filters, request.user, unwanted)
    shown = [lead.pk for lead in leads]
    now = timezone.now()
    held = {
        lock.lead_id: lock
        for lock in Lock.objects.filter(lead__in=shown, until__gt=now).select_related("person")
    }
    seen: dict[str, list[str]] = {}
    for viewer in (
        Viewer.objects.filter(lead__in=shown, seen__gt=now - SEEN)
        .exclude(person=request.user)
        .select_related("person")
    ):
        seen.setdefault(viewer.lead_id, []).append(viewer.person.username)
    rows = [
        {"lead": lead, "lock": held.get(lead.pk), "seen": seen.get(lead.pk, [])} for lead in leads
    ]
    counts = to_do()
    facts = {
        "rows": rows, "filters": filters, "after": after, "bands": BANDS,
        "counts": counts["bands"], "late": counts["late"],
        "reasons": reason_names(), "states": State.choices,
        "views": SavedView.objects.filter(person=request.user).order_by("name"),
        "shared": SavedView.objects.filter(shared=True).exclude(person=request.user),
        "judges": request.user.has(Role.REVIEWER, Role.SENIOR), "unwanted": unwanted,
        "news": [one for one in news(request.user) if one["new"]],
    }  # fmt: skip
    return render(request, "leads/queue.html", facts)


def to_do() -> dict[str, Any]:
    """Leads to do by band, and how many are late; counted anew every five seconds."""
    held: dict[str, Any] | None = cache.get("to_do")
    if held is None:
        rows = Lead.objects.filter(state=State.OPEN)
        found: Counter[str] = Counter(dict(rows.values_list("band").annotate(Count("pk"))))
        held = {
            "bands": {band: found[band] for band in BANDS},
            "late": rows.filter(due__lt=timezone.now()).count(),
        }
        cache.set("to_do", held, 5)
    return held


def reason_names() -> list[str]:
    """Names of reasons that some lead has; counted anew once a minute."""
    names: list[str] | None = cache.get("reason_names")
    if names is None:
        rows = LeadReason.objects.values_list("name", flat=True).distinct().order_by("name")
        names = list(rows[:200])
        cache.set("reason_names", names, 60)
    return names


@require_POST
def queue_next(request: HttpRequest) -> HttpResponse:
    """Take the first lead of these filters that nobody holds, and open it."""
    return redirect_to_next(request, request.POST.get("query", ""))


def redirect_to_next(request: HttpRequest, query: str) -> HttpResponse:
    """As `queue_next`, for other pages."""
    from django.http import QueryDict

    filters = Filters.read(QueryDict(query[:1_000]))
    rows = fitting(filters, request.user, unwanted_reasons(request.user))
    held = Lock.objects.filter(until__gt=timezone.now()).exclude(person=request.user)
    for lead in rows.exclude(pk__in=held.values("lead"))[:20]:
        if locks.take(lead, request.user):
            return redirect("operation", lead.pk)
    messages.info(request, "Nothing is left to do under these filters.")
    return redirect("queue")


@require_POST
def lead_take(request: HttpRequest, operation: str) -> HttpResponse:
    """Take the lock."""
    lead = get_object_or_404(Lead, pk=operation)
    if not locks.take(lead, request.user):
        held = locks.holder(lead)
        name = held.person.username if held else "another person"
        messages.error(request, f"{name} has taken it. You can read it, not decide it.")
    return redirect("operation", operation)


@require_POST
def lead_free(request: HttpRequest, operation: str) -> HttpResponse:
    """Give the lock back; a senior reviewer may free another person's."""
    lead = get_object_or_404(Lead, pk=operation)
    whose = None if request.user.has(Role.SENIOR) else request.user
    if not locks.free(lead, whose):
        messages.error(request, "The lock is not yours.")
    return redirect(_back(request))


@require_POST
def lead_skip(request: HttpRequest, operation: str) -> HttpResponse:
    """Put it aside for this person for good, and open the next."""
    lead = get_object_or_404(Lead, pk=operation)
    reason = request.POST.get("reason", "")
    if reason not in Skip.Reason.values:
        messages.error(request, "Choose why you skip it; or hand it over, no questions.")
        return redirect("operation", operation)
    note = "" if reason == Skip.Reason.HANDOVER else request.POST.get("note", "")[:500]
    Skip.objects.update_or_create(
        lead=lead, person=request.user, defaults={"reason": reason, "note": note}
    )
    locks.free(lead, request.user)
    if reason == Skip.Reason.HANDOVER:
        messages.success(request, "Handed over. It will not come back to you.")
        return redirect("queue")
    return redirect_to_next(request, request.POST.get("query", ""))


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep these filters under a name."""
    filters = Filters.read(_parsed(request.POST.get("query", "")))
    name = request.POST.get("name", "").strip()[:60]
    if name:
        SavedView.objects.update_or_create(
            person=request.user, name=name,
            defaults={"query": filters.address[:500], "shared": "shared" in request.POST},
        )  # fmt: skip
    return redirect(f"/queue/?{filters.address}")


@require_POST
def view_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Forget a view of one's own."""
    SavedView.objects.filter(pk=number, person=request.user).delete()
    return redirect("queue")


def lead_viewers(request: HttpRequest, operation: str) -> HttpResponse:
    """Who else looks at it; the page asks every half minute, which also says it is still open."""
    lead = get_object_or_404(Lead, pk=operation)
    locks.see(lead, request.user)
    held = locks.holder(lead)
    if held and held.person_id == request.user.pk:
        locks.take(lead, request.user)
    body: dict[str, Any] = {
        "viewers": locks.others_seeing(lead, request.user),
        "holder": held.person.username if held else "",
    }
    return JsonResponse(body)


def _parsed(query: str) -> Any:
    from django.http import QueryDict

    return QueryDict(query[:1_000])


def _back(request: HttpRequest) -> str:
    """Where the form says to go next, if that is a page of ours."""
    to = str(request.POST.get("next", ""))
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()})
    return to if safe and to.startswith("/") else "/queue/"
