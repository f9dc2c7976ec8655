"""What people decided. Each row is also an act in the ledger; `ledger_index` says which."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from lamplighter.console.leads.models import Lead

#: Graded labels (DESIGN 6), judged apart from each other; absent: not judged.
LABELS = {
    "trafficking": "Trafficking",
    "spam": "Spam",
    "scam": "Scam",
    "lawful_adult": "Lawful adult work",
    "ordinary": "Ordinary trade",
}
STEPS = {1: "very unlikely", 2: "unlikely", 3: "even", 4: "likely", 5: "very likely"}


class Verdict(models.TextChoices):
    """What happens next."""

    NOTHING = "nothing", "Nothing to do"
    WATCH = "watch", "Watch: back when it grows"
    CASE = "case", "Open a case"
    REPORT = "report", "Report it"
    ACCOUNT = "account action", "Act on the accounts"
    UNSURE = "unsure", "Unsure: to a senior reviewer"


#: Verdicts that a second person must confirm before anything follows (evidence.two_people).
BY_TWO = {Verdict.REPORT, Verdict.ACCOUNT}


class Decision(models.Model):
    """One person's decision on one operation, never edited; a later one stands beside it."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    made = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    clause = models.CharField(max_length=40)
    labels = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    seconds = models.IntegerField(default=0)
    ledger_index = models.BigIntegerField(unique=True)

    class Meta:
        """Newest first."""

        ordering = ("-made", "-pk")
        indexes = (models.Index(fields=["person", "-made"]),)

    @property
    def graded(self) -> list[tuple[str, str]]:
        """Labels in words."""
        return [(LABELS[name], STEPS[step]) for name, step in self.labels.items() if name in LABELS]
