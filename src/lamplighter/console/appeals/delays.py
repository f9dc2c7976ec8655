"""Where it is recorded that an authority asked for a poster to be told later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lamplighter.console.appeals.following import follow_statements
from lamplighter.console.appeals.models import Issued, Wait
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.statement.delay import Delay, Subject, check_delay, delay_act


class DelayForm(forms.Form):
    """What waits, until which day, and who asked."""

    subject = forms.ChoiceField(choices=[(one.value, one.value) for one in Subject], label="What")
    value = forms.CharField(max_length=512, label="Its id")
    until = forms.DateField(label="Last day (UTC)", widget=forms.DateInput({"type": "date"}))
    asked_by = forms.CharField(max_length=200, label="Which authority asked")
    reference = forms.CharField(max_length=200, label="Its reference")


@require_http_methods(["GET", "POST"])
def delays(request: HttpRequest) -> HttpResponse:
    """Delays that stand, and a form for another."""
    follow_statements()
    form = DelayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        end = datetime.combine(said["until"] + timedelta(days=1), datetime.min.time(), UTC)
        try:
            delay = check_delay(
                Delay(Subject(said["subject"]), said["value"], end, said["asked_by"],
                      said["reference"], request.user.actor),
                now,
            )  # fmt: skip
            _known(delay)
        except UsageError as error:
            form.add_error(None, f"{error.what} {error.hint or ''}")
        else:
            index = deployment().record([delay_act(delay, now)])[0]
            follow_statements()
            messages.success(request, f"Recorded (entry {index} of the ledger). It ends by itself.")
            return redirect("delays")
    now = timezone.now()
    held = Issued.objects.filter(delayed_until__gt=now).order_by("delayed_until")[:200]
    waits = Wait.objects.filter(until__gt=now)[:200]
    note_read(request, "delay", [one.puid for one in held] + [str(w.ledger_index) for w in waits])
    facts: dict[str, Any] = {"form": form, "held": held, "waits": waits}
    return render(request, "appeals/delays.html", facts)


def _known(delay: Delay) -> None:
    """UsageError for a statement that is not there; other subjects may come later."""
    found = Issued.objects.filter(puid=delay.value).exists()
    if delay.subject is Subject.STATEMENT and not found:
        raise UsageError("There is no such statement.", hint="The desk Appeals lists them.")
