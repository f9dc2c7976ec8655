"""People of one deployment, and invitations."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from lamplighter.console.people.roles import DUTIES, Role

#: How long an invitation can be used.
VALID = timedelta(hours=72)


class Person(AbstractUser):
    """An account. `actor` is the name under which acts stand in the ledger: never a person's name."""

    roles = models.JSONField(default=list)

    @property
    def actor(self) -> str:
        """The pseudonym in the ledger."""
        return f"user:{self.pk}"

    def has(self, *roles: Role) -> bool:
        """Whether the person has one of the roles."""
        return any(role.value in self.roles for role in roles)

    @property
    def duties(self) -> list[str]:
        """Roles in words."""
        return [DUTIES[Role(role)][0] for role in self.roles]


class Invitation(models.Model):
    """A link that makes one account; only a digest of its secret is kept."""

    digest = models.CharField(max_length=64, unique=True)
    roles = models.JSONField(default=list)
    made = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    used_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    @classmethod
    def invite(cls, roles: list[str], by: Person | None) -> tuple[Invitation, str]:
        """A new invitation and its secret, which is shown once."""
        secret = secrets.token_urlsafe(24)
        made = cls.objects.create(digest=_digest(secret), roles=roles, made_by=by)
        return made, secret

    @classmethod
    def find(cls, secret: str) -> Invitation | None:
        """The invitation, if it can still be used."""
        found: Invitation | None = cls.objects.filter(
            digest=_digest(secret), used_by=None, made__gt=timezone.now() - VALID
        ).first()
        return found


def _digest(secret: str) -> str:
    # 192 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
