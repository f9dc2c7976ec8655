"""What a person set for themselves. Nobody else sees it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

BREAKS = [(20, "20 minutes"), (40, "40 minutes"), (60, "an hour"), (90, "an hour and a half")]
BLURS = [(1, "light"), (2, "strong"), (3, "very strong")]


class Preference(models.Model):
    """Settings of one person; these are the defaults for who has none."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE
    )
    blur = models.IntegerField(choices=BLURS, default=2)
    colour = models.BooleanField(default=False)
    break_after = models.IntegerField(choices=BREAKS, default=40)
    #: Names of reasons whose leads this person does not want to be given.
    unwanted = models.JSONField(default=list)
    #: No media at all, whatever the lead.
    no_media = models.BooleanField(default=False)


def preference(person: Any) -> Preference:
    """The person's settings, or the defaults."""
    found: Preference | None = Preference.objects.filter(person=person).first()
    return found or Preference(person=person)


def unwanted_reasons(person: Any) -> list[str]:
    """Reasons whose leads are kept from this person at their own wish."""
    row: list[list[str]] = list(
        Preference.objects.filter(person=person).values_list("unwanted", flat=True)
    )
    return row[0] if row else []
