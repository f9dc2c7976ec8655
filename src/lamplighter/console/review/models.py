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
    "lawful_adult": "Lawful adult",
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


class Proposal(models.Model):
    """A deed that one person asks for and another must confirm (evidence.two_people)."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "waits for a second person"
        CONFIRMED = "confirmed", "confirmed by two"
        DECLINED = "declined", "declined by the second person"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="proposals")
    deed = models.CharField(max_length=20)
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    note = models.TextField()
    decision = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT)
    ledger_index = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_made = models.DateTimeField(null=True)
    second_note = models.TextField(blank=True)
    second_index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        """Oldest first; the database too refuses that one person is both."""

        ordering = ("made", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(second=None) | ~models.Q(second=models.F("first")),
                name="two_are_two",
            ),
        )


class LinkJudgement(models.Model):
    """What a person said of two listings. Rows are added, never changed; the newest one counts."""

    class Word(models.TextChoices):
        """Same hand or not."""

        SAME = "same", "Same"
        DIFFERENT = "different", "Different"
        UNSURE = "unsure", "Unsure"
        UNDONE = "undone", "Undone"

    #: The two listing ids, the smaller one first.
    one = models.CharField(max_length=512)
    other = models.CharField(max_length=512)
    word = models.CharField(max_length=10, choices=Word.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    made = models.DateTimeField(default=timezone.now)
    ledger_index = models.BigIntegerField(unique=True)

    class Meta:
        """Found by the pair."""

        indexes = (models.Index(fields=["one", "other", "-id"]),)
