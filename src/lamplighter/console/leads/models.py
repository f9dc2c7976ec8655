"""Leads as the queue needs them: a copy of operations.parquet with what people did to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

#: A lock that nobody renews is free again after this.
LOCK = timedelta(minutes=30)
#: How long after the last sign of a viewer others still see that one is here.
SEEN = timedelta(seconds=75)


class State(models.TextChoices):
    """Where a lead stands."""

    OPEN = "open", "to do"
    SECOND = "second", "waits for a second person"
    DECIDED = "decided", "decided"
    GONE = "gone", "no longer found"


class Lead(models.Model):
    """One operation. `rank` is its place in operations.parquet, most urgent first, from 0."""

    operation_id = models.CharField(max_length=64, primary_key=True)
    rank = models.IntegerField()
    band = models.CharField(max_length=1)
    score = models.FloatField()
    headline = models.TextField()
    listings = models.IntegerField()
    accounts = models.IntegerField()
    phones = models.IntegerField()
    cities = models.IntegerField()
    first_seen = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)
    #: The three weightiest reasons: name, points, sentence, grade.
    reasons = models.JSONField(default=list)
    #: Since when it waits: first seen by this console, or reopened.
    since = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    #: Its listings when it was decided; more now means that it grew since.
    decided_listings = models.IntegerField(null=True)
    #: To do again when it has more listings than that.
    watched = models.BooleanField(default=False)

    class Meta:
        """The queue walks (state, rank); `due` finds what is late."""

        indexes = (
            models.Index(fields=["state", "rank"]),
            models.Index(fields=["state", "band", "rank"]),
            models.Index(fields=["state", "due"]),
        )

    def __str__(self) -> str:
        return str(self.operation_id)

    @property
    def late(self) -> bool:
        """Whether the time to decide is over."""
        return bool(self.state == State.OPEN and self.due < timezone.now())

    @property
    def grew(self) -> int:
        """Listings that came after the decision."""
        return max(0, self.listings - self.decided_listings) if self.decided_listings else 0


class LeadReason(models.Model):
    """One reason of one lead, for filters and for what a person does not want to see."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="named")
    name = models.CharField(max_length=80)
    rank = models.IntegerField()

    class Meta:
        """Walks one reason in the queue's order."""

        indexes = (models.Index(fields=["name", "rank"]),)


class Lock(models.Model):
    """One person works on a lead; the database lets no second one in."""

    lead = models.OneToOneField(Lead, primary_key=True, on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    taken = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    @staticmethod
    def end() -> datetime:
        """Until when a lock taken now holds."""
        until: datetime = timezone.now() + LOCK
        return until


class Viewer(models.Model):
    """Who has a lead on screen."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    seen = models.DateTimeField()

    class Meta:
        """One row a person and lead."""

        constraints = (models.UniqueConstraint(fields=["lead", "person"], name="viewer_once"),)


class Skip(models.Model):
    """A lead that does not come back to this person. No reason is asked of a hand-over."""

    class Reason(models.TextChoices):
        """Why, in the person's words or in these."""

        KNOWN = "known", "I know someone in it"
        LANGUAGE = "language", "I do not read the language"
        SKILL = "skill", "Needs knowledge that I lack"
        LATER = "other", "Another reason"
        HANDOVER = "handover", "Handed over, no questions"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="skips")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.TextField(blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """One row a person and lead."""

        constraints = (models.UniqueConstraint(fields=["lead", "person"], name="skip_once"),)


class SavedView(models.Model):
    """A named set of filters; `shared` ones are seen by everyone at the desk."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)


class Generation(models.Model):
    """Which result of linking the leads are a copy of."""

    digest = models.CharField(max_length=64)
    folder = models.CharField(max_length=500)
    made = models.DateTimeField(default=timezone.now)
    operations = models.IntegerField()

    @classmethod
    def newest(cls) -> Generation | None:
        """The one the leads are from."""
        found: Generation | None = cls.objects.order_by("-pk").first()
        return found


def due_of(band: str, since: datetime) -> datetime:
    """When a lead of this band is to be decided."""
    hours: dict[str, Any] = settings.CONSOLE.service_hours
    return since + timedelta(hours=hours.get(band, hours["D"]))
