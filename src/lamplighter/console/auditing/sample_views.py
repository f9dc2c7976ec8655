"""Samples: announced, drawn and closed by whoever audits. No listing is seen here."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.auditing import drawing
from lamplighter.console.auditing.following import audit_of, caught_up, sampling
from lamplighter.console.auditing.models import Sample
from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.transparency.audits import rates


class AnnounceForm(forms.Form):
    """What is to be drawn."""

    first = forms.DateField(label="First day (UTC)", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    shown = forms.IntegerField(
        label="Published listings", min_value=0, max_value=20_000, initial=200
    )
    acted = forms.IntegerField(
        label="Listings held, refused or removed", min_value=0, max_value=20_000, initial=100
    )
    outside = forms.CharField(
        label="Source of chance outside this house", required=False, max_length=200,
        help_text="If you like: a beacon's round or a lottery's drawing that is still to come.",
    )  # fmt: skip


@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """All samples, newest first, and a form to announce one."""
    read, size = caught_up()
    now = timezone.now()
    start = (now.replace(day=1) - timedelta(days=1)).replace(day=1)
    form = AnnounceForm(
        initial={"first": start.date(), "last": now.replace(day=1) - timedelta(days=1)}
    )
    rows = [{"one": one, "counts": _counts(one)} for one in Sample.objects.all()]
    return render(
        request, "auditing/samples.html", {"rows": rows, "form": form, "read": read, "size": size}
    )


@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Commit to a sample, before anybody can know what it will hold."""
    form = AnnounceForm(request.POST)
    if not form.is_valid():
        problem = next(f"{name}: {errors[0]}" for name, errors in form.errors.items())
        messages.error(request, f"Not announced. {problem}")
        return redirect("audit_samples")
    data = form.cleaned_data
    since, last = (
        datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (data["first"], data["last"])
    )
    try:
        of = sampling().announce(
            request.user.actor, since, min(last + timedelta(days=1), timezone.now()), data["shown"],
            data["acted"], outside=data["outside"] or None,
        )  # fmt: skip
    except (UsageError, OverflowError) as error:
        messages.error(request, f"Not announced. {error}")
        return redirect("audit_samples")
    caught_up()
    messages.success(request, f"Announced in entry {of:,}. Hand out the checkpoint, then draw.")
    there = Sample.objects.filter(
        pk=of
    ).exists()  # else the log is being read, and that page says so
    return redirect("audit_sample", of) if there else redirect("audit_samples")


@require_GET
def sample(request: HttpRequest, number: int) -> HttpResponse:
    """One sample: how far it is read, and once closed, what it says."""
    caught_up()
    found = get_object_or_404(Sample, pk=number)
    facts: dict[str, Any] = {"one": found, "counts": _counts(found)}
    facts["read"], facts["size"] = drawing.read_of(found)
    if found.drawn is not None:
        audit = audit_of(found)
        facts["strata"] = audit.draw.strata
        facts["value"] = audit.value
        if found.closed is not None:
            facts["rates"] = rates(audit)
    return render(request, "auditing/sample.html", facts)


@require_POST
def draw(request: HttpRequest, number: int) -> HttpResponse:
    """Have it drawn; a thread of the server does."""
    found = get_object_or_404(Sample, pk=number)
    value = request.POST.get("value", "").strip()[:500] or None
    try:
        drawing.ask(found, request.user.actor, value)
    except UsageError as error:
        messages.error(request, f"Not drawn. {error}")
    return redirect("audit_sample", number)


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Make the answers public, without persons; what was not read stays unread."""
    found = get_object_or_404(Sample, pk=number)
    if found.simulated or found.drawn is None or found.closed is not None:
        messages.error(request, "This sample cannot be closed.")
        return redirect("audit_sample", number)
    items = list(found.items.prefetch_related("labels", "known"))
    drawn = sorted((item for item in items if item.number is not None), key=lambda i: i.number)
    hidden = [item for item in items if item.known is not None and item.labels.all()]
    answers = [
        (label.answer, item.known.expected)
        for item in hidden for label in item.labels.all() if label.place < 3
    ]  # fmt: skip
    known = {"shown": len(hidden), "answers": len(answers),
             "hit": sum(answer == wanted for answer, wanted in answers)}  # fmt: skip
    try:
        sampling().close(
            request.user.actor, found.announced, [item.answers for item in drawn],
            known if hidden else {},
        )  # fmt: skip
    except UsageError as error:
        messages.error(request, f"Not closed. {error}")
        return redirect("audit_sample", number)
    caught_up()
    messages.success(request, "Closed. lamplighter report transparency shows it from now on.")
    return redirect("audit_sample", number)


def _counts(found: Sample) -> dict[str, int]:
    """How far it is read; the known cases are among them, or they would show."""
    counts: Counter[str] = Counter()
    for item in found.items.prefetch_related("labels"):
        first, second, last = item.answers
        counts["items"] += 1
        counts["done"] += last is not None
        counts["differ"] += first is not None and second is not None and last is None
        counts["answers"] += (first is not None) + (second is not None)
    return dict(counts)
