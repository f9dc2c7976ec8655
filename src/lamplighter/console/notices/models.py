"""Notices. What is wrong is also an act in the ledger; who told stands here alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from lamplighter.reporting.notice.notice import WORDS, Channel, Kind


class Told(models.Model):
    """One notice."""

    class State(models.TextChoices):
        """Where it stands."""

        RECEIVED = "received", "to be decided"
        ACTED = "acted", "something was done"
        PASSED = "passed", "passed on to an authority"
        NOTHING = "nothing", "nothing was done"

    class Rank(models.IntegerChoices):
        """What comes first. Many from one address wait behind everyone else."""

        FIRST = 0
        CHILD = 1
        USUAL = 2
        MANY = 3

    kind = models.CharField(max_length=8, choices=list(WORDS.items()))
    channel = models.CharField(max_length=8)
    rank = models.IntegerField(choices=Rank.choices)
    listing = models.CharField(max_length=500)
    explanation = models.TextField()
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    flagger = models.ForeignKey("api.ApiKey", null=True, on_delete=models.PROTECT)
    #: A pseudonym of the network address (appeals.tokens.hidden_address).
    address = models.CharField(max_length=24, db_index=True)
    #: Of address, listing and words: the same told again is one notice, counted.
    same = models.CharField(max_length=64, unique=True)
    times = models.IntegerField(default=1)
    made = models.DateTimeField()
    due = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True)
    ledger_index = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    decided = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    decided_index = models.BigIntegerField(null=True)

    class Meta:
        """First what comes first, then what is due."""

        ordering = ("rank", "due", "pk")
        indexes = (
            models.Index(fields=["state", "rank", "due"]),
            models.Index(fields=["state", "rank", "address"]),
            models.Index(fields=["listing"]),
        )

    @property
    def late(self) -> bool:
        """Whether the time to decide is over."""
        return bool(self.state == self.State.RECEIVED and self.due < timezone.now())

    @property
    def about(self) -> str:
        """The kind in words."""
        return WORDS[Kind(self.kind)]

    @property
    def whose(self) -> str:
        """Who told, for the desk."""
        if self.flagger:
            return f"trusted flagger {self.flagger.name}"
        return "someone who asks for help" if self.channel == Channel.HELP else "the public"
