"""What people searched for: seen by everyone at the desk, so that nobody asks twice alone."""

from __future__ import annotations

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
