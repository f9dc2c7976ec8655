"""Statements that posters can open, and their appeals. The ledger has both; this can be rebuilt."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from lamplighter.reporting.statement.delay import Delay, Subject
from lamplighter.reporting.statement.statement import Statement


class Issued(models.Model):
    """A statement, found by a digest of its token. The token itself is kept nowhere."""

    puid = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    statement = models.JSONField()
    ledger_index = models.BigIntegerField(unique=True)
    made = models.DateTimeField()
    #: Not told before, because an authority asked; null: told at once.
    delayed_until = models.DateTimeField(null=True)
    account = models.CharField(max_length=512, db_index=True)
    #: Whether the platform was handed the link; it is when the poster may see it.
    announced = models.BooleanField(default=False, db_index=True)
    #: Told that this account is gone; an open appeal goes on.
    account_deleted = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-ledger_index",)

    @property
    def read(self) -> Statement:
        """The statement itself."""
        return Statement.from_dict(self.statement)

    @property
    def told_from(self) -> datetime:
        """From when the poster may see it: the period to object begins then."""
        start: datetime = max(self.made, self.delayed_until) if self.delayed_until else self.made
        return start

    @property
    def told(self) -> bool:
        """Whether the poster may see it now."""
        # Whoever objects has read it: a delay that comes later hides nothing any more.
        return bool(self.told_from <= timezone.now() or Appeal.objects.filter(issued=self).exists())


class Appeal(models.Model):
    """One objection, decided once."""

    class State(models.TextChoices):
        """Where it stands."""

        RECEIVED = "received", "to be decided"
        UPHELD = "upheld", "the decision stands"
        PARTLY = "partly", "the decision is changed in part"
        REVERSED = "reversed", "the decision is reversed"

    issued = models.OneToOneField(Issued, on_delete=models.PROTECT)
    text = models.TextField()
    #: Where the poster wants to be told, if anywhere; emptied when the account is deleted.
    contact = models.CharField(max_length=200, blank=True)
    made = models.DateTimeField()
    due = models.DateTimeField(db_index=True)
    ledger_index = models.BigIntegerField(unique=True)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.RECEIVED, db_index=True
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    decided = models.DateTimeField(null=True)
    #: What the poster reads.
    reasons = models.TextField(blank=True)
    decided_index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        """What is due first; a decision has a person, a time and an entry."""

        ordering = ("due", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="received", decided_by=None)
                | (~models.Q(state="received") & models.Q(decided_by__isnull=False)),
                name="decided_by_somebody",
            ),
        )

    @property
    def late(self) -> bool:
        """Whether the time to decide is over."""
        return bool(self.state == self.State.RECEIVED and self.due < timezone.now())


class Wait(models.Model):
    """A delay that an authority asked for, of what is decided about a subject."""

    subject = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Subject])
    value = models.CharField(max_length=512)
    until = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    reference = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    ledger_index = models.BigIntegerField(unique=True)

    class Meta:
        """What ends first."""

        ordering = ("until",)

    @property
    def read(self) -> Delay:
        """The delay itself."""
        return Delay(Subject(self.subject), self.value, self.until, self.asked_by, self.reference,
                     self.by, self.ledger_index)  # fmt: skip


class Followed(models.Model):
    """How far the ledger was read for statements; one row."""

    upto = models.BigIntegerField(default=0)
