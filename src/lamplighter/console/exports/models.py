"""What people ask to take out of the house. Each request and answer is an act in the ledger."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import models
from django.utils import timezone

from lamplighter.console.cases.models import Case

#: A finished file is offered this long; then it is removed, as what is erased here lives on in it.
OFFERED = timedelta(days=14)
FOLDER = "exports"


class Export(models.Model):
    """One request, with just the listings that it was made for, and what became of it."""

    class Kind(models.TextChoices):
        """What is made of the listings."""

        PACKAGE = "package", "Evidence package"
        LISTINGS = "listings", "List of listings (CSV)"

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "waits for a second person"
        DECLINED = "declined", "declined by the second person"
        CONFIRMED = "confirmed", "confirmed by two; being made"
        READY = "ready", "ready"
        FAILED = "failed", "could not be made"
        REMOVED = "removed", "file removed"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: What was asked for, in words: `case 3`, `phone +1…`.
    title = models.CharField(max_length=600)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="exports")
    operations = models.JSONField(default=list)
    #: Ids of the listings, sorted. What arrives later is not in it.
    names = models.JSONField(default=list)
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    #: Public keys that the package is sealed to, one a line; empty: it is not sealed.
    keys = models.TextField(blank=True)
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    note = models.TextField()
    #: Names in the ledger what two people answer for; holds a digest of all of the above.
    subject = models.CharField(max_length=80)
    ledger_index = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_made = models.DateTimeField(null=True)
    second_note = models.TextField(blank=True)
    second_index = models.BigIntegerField(null=True, unique=True)
    #: Of the finished file.
    file = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    finished = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        """Newest first; the database too refuses that one person is both."""

        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(second=None) | ~models.Q(second=models.F("first")),
                name="export_two_are_two",
            ),
        )

    def what(self) -> dict[str, Any]:
        """All that two people answer for."""
        return {
            "kind": self.kind, "title": self.title, "case": self.case_id,
            "operations": self.operations, "recipient": self.recipient, "purpose": self.purpose,
            "keys": self.keys, "digest": sha256(orjson.dumps(self.names)).hexdigest(),
        }  # fmt: skip

    @property
    def until(self) -> object:
        """Until when the file is offered."""
        return self.finished + OFFERED if self.finished else None


def export_folder(workspace: Path) -> Path:
    """Where finished files lie; nobody else on the machine may read there."""
    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
