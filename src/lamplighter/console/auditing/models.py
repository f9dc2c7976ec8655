"""Blind samples, their answers, and cases whose answer is known. Each row is an act in the ledger."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from lamplighter.console.leads.models import Lead
from lamplighter.reporting.transparency.audits import ANSWERS


def _token() -> str:
    return secrets.token_urlsafe(16)


class Scan(models.Model):
    """How far the ledger was read for acts about samples."""

    upto = models.BigIntegerField(default=0)


class Sample(models.Model):
    """A sample as the ledger tells of it; `announced` is the entry that does."""

    announced = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    shown = models.IntegerField()
    acted = models.IntegerField()
    outside = models.TextField(null=True)
    simulated = models.BooleanField(default=False)
    #: Entries of drawing and closing, to be read again from the ledger.
    entries = models.JSONField(default=list)
    #: Who asked that it be drawn, with what the source outside said, until it is or cannot be.
    asked_by = models.CharField(max_length=80, blank=True)
    value = models.TextField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    drawn = models.BigIntegerField(null=True)
    closed = models.BigIntegerField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-announced",)

    @property
    def last(self) -> datetime:
        """The last moment of the period."""
        until: datetime = self.until
        return until - timedelta(microseconds=1)

    @property
    def state(self) -> str:
        """In words."""
        if self.closed is not None:
            return "closed"
        if self.drawn is not None:
            return "being read"
        return "being drawn" if self.asked_by else "announced"


class KnownCase(models.Model):
    """A case whose answer is settled, put among what reviewers get without their knowing: a listing
    among the blind ones, or a lead that is in the queue anyway.
    """

    entry = models.BigIntegerField(null=True)  # of a listing
    lead = models.ForeignKey(Lead, null=True, on_delete=models.PROTECT, related_name="+")
    expected = models.CharField(max_length=16)  # an answer, or a verdict
    note = models.TextField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    made = models.DateTimeField(default=timezone.now)
    ledger_index = models.BigIntegerField(unique=True)

    class Meta:
        """Newest first."""

        ordering = ("-pk",)


class Item(models.Model):
    """A listing that two people read. `token` is its address, which tells nothing of it. `number` is
    its place in the draw; None: a known case.
    """

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    token = models.CharField(max_length=32, unique=True, default=_token)
    number = models.IntegerField(null=True)
    entry = models.BigIntegerField()
    known = models.ForeignKey(KnownCase, null=True, on_delete=models.PROTECT, related_name="items")

    class Meta:
        """In no order that tells anything."""

        ordering = ("token",)
        constraints = (
            models.UniqueConstraint(fields=["sample", "number"], name="one_item_a_number"),
        )

    @property
    def answers(self) -> tuple[str | None, str | None, str | None]:
        """Of the first and the second reader, and the last word; None where it is not given."""
        given = {label.place: label.answer for label in self.labels.all()}
        first, second = given.get(1), given.get(2)
        last = first if first is not None and first == second else given.get(3)
        return first, second, last


class Label(models.Model):
    """One person's answer. `place` 1 and 2 read blind, 3 decides where they differ."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="labels")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    place = models.SmallIntegerField()
    answer = models.CharField(max_length=16, choices=list(ANSWERS.items()))
    note = models.TextField(blank=True)
    made = models.DateTimeField(default=timezone.now)
    ledger_index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        """The database too refuses a second answer of one person, or a third first one."""

        constraints = (
            models.UniqueConstraint(fields=["item", "person"], name="one_answer_a_person"),
            models.UniqueConstraint(fields=["item", "place"], name="one_answer_a_place"),
        )
