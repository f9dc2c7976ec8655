"""Cases. What is written in them is also an act in the ledger."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from lamplighter.console.leads.models import Lead


class Case(models.Model):
    """What belongs together in the eyes of a person."""

    name = models.CharField(max_length=200)
    opened = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    closed = models.DateTimeField(null=True)
    leads = models.ManyToManyField(Lead, related_name="cases")

    class Meta:
        """Newest first."""

        ordering = ("-opened",)


class Entry(models.Model):
    """A note, or a task that is done or not."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    made = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    task = models.BooleanField(default=False)
    done = models.DateTimeField(null=True)
    ledger_index = models.BigIntegerField(unique=True)

    class Meta:
        """In the order written."""

        ordering = ("pk",)
