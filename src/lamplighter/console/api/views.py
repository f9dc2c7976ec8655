"""The administrator's page of keys."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lamplighter.console.api.models import SCOPES, ApiKey, Delivery
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act


class KeyForm(forms.Form):
    """A name and scopes."""

    name = forms.CharField(max_length=80, label="For which program")
    scopes = forms.MultipleChoiceField(
        choices=SCOPES, widget=forms.CheckboxSelectMultiple, label="It may"
    )


def api_keys(request: HttpRequest) -> HttpResponse:
    """Keys of programs; a new one is shown once."""
    form, shown = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made, shown = ApiKey.issue(data["name"], data["scopes"], request.user)
        _log(request.user.actor, "key issued", made)
        form = KeyForm()
    facts = {
        "form": form, "shown": shown, "keys": ApiKey.objects.order_by("-pk"),
        "waiting": Delivery.objects.filter(done=False).count(),
        "failed": Delivery.objects.exclude(failed="").order_by("-pk")[:10],
    }  # fmt: skip
    return render(request, "api/keys.html", facts)


@require_POST
def api_key_revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a key; it works for five seconds more at most."""
    key = get_object_or_404(ApiKey, pk=number)
    if key.revoked is None:
        key.revoked = timezone.now()
        key.save(update_fields=["revoked"])
        _log(request.user.actor, "key revoked", key)
    messages.success(request, f"{key.name} is revoked.")
    return redirect("api_keys")


def _log(actor: str, event: str, key: ApiKey) -> None:
    public = {"about": "keys", "event": event, "key": key.pk, "scopes": list(key.scopes)}
    deployment().record([Act("note", datetime.now(UTC), actor, public)])
