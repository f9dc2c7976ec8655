"""What people searched for: seen by everyone at the desk, so that nobody asks twice alone."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.utils import timezone


class Query(models.Model):
    """One search."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    made = models.DateTimeField(default=timezone.now)
    words = models.CharField(max_length=300)
    found = models.IntegerField()

    class Meta:
        """Newest first."""

        ordering = ("-made",)


class SavedSearch(models.Model):
    """A search that a person keeps; listings that came after entry `seen` of the ledger are new."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    words = models.CharField(max_length=300)
    #: Facet → value.
    chosen = models.JSONField(default=dict)
    made = models.DateTimeField(default=timezone.now)
    seen = models.BigIntegerField()

    class Meta:
        """In the order in which they were kept."""

        ordering = ("pk",)

    @property
    def address(self) -> str:
        """The search as a query string."""
        return urlencode({"words": self.words, **self.chosen})
