"""Keys of programs, and what is still to be told to others."""

from __future__ import annotations

import hashlib
import secrets
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils import timezone


class Scope(StrEnum):
    """What a key may do."""

    SUBMIT = "submit"
    ACT = "act"
    READ = "read"
    FLAG = "flag"


#: As an administrator reads them.
SCOPES = [
    (Scope.SUBMIT.value, "submit listings for a decision"),
    (Scope.ACT.value, "say what was published, moderated, reported"),
    (Scope.READ.value, "read what is known of a listing by its id"),
    (Scope.FLAG.value, "tell of listings as a trusted flagger: its notices come first"),
]


class ApiKey(models.Model):
    """A key; only a digest of it is kept. It starts with its number, which is no secret."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    per_minute = models.IntegerField(default=60_000)
    made = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    revoked = models.DateTimeField(null=True)

    @classmethod
    def issue(cls, name: str, scopes: list[str], by: object) -> tuple[ApiKey, str]:
        """A new key and its text, which is shown once."""
        secret = secrets.token_urlsafe(32)
        made = cls.objects.create(name=name, digest=digest(secret), scopes=scopes, made_by=by)
        return made, f"lamp_{made.pk}_{secret}"


def digest(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Delivery(models.Model):
    """One event for one webhook; kept until it was taken or a day is over."""

    url = models.CharField(max_length=500)
    event = models.CharField(max_length=40)
    body = models.TextField()
    made = models.DateTimeField(default=timezone.now)
    tries = models.IntegerField(default=0)
    due = models.DateTimeField(default=timezone.now, db_index=True)
    failed = models.CharField(max_length=200, blank=True)
    done = models.BooleanField(default=False)
