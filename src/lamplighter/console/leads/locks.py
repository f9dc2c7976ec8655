"""Locks: one person works on a lead. The database decides who was first."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from lamplighter.console.leads.models import SEEN, Lead, Lock, Viewer
from lamplighter.console.people.models import Person


def holder(lead: Lead) -> Lock | None:
    """Who holds the lead now."""
    found: Lock | None = (
        Lock.objects.filter(lead=lead, until__gt=timezone.now()).select_related("person").first()
    )
    return found


def take(lead: Lead, person: Person) -> bool:
    """Take or renew the lock; False where another person holds it."""
    now = timezone.now()
    if Lock.objects.filter(lead=lead, person=person).update(until=Lock.end()):
        return True
    Lock.objects.filter(lead=lead, until__lte=now).delete()
    try:
        with transaction.atomic():
            Lock.objects.create(lead=lead, person=person, until=Lock.end())
    except IntegrityError:
        return False
    return True


def free(lead: Lead, person: Person | None) -> bool:
    """Give the lock back; of whomever it is where `person` is None."""
    rows = Lock.objects.filter(lead=lead)
    if person is not None:
        rows = rows.filter(person=person)
    return bool(rows.delete()[0])


def see(lead: Lead, person: Person) -> None:
    """Note that the person has the lead on screen."""
    Viewer.objects.update_or_create(lead=lead, person=person, defaults={"seen": timezone.now()})


def others_seeing(lead: Lead, person: Person) -> list[str]:
    """Names of those who have it on screen too."""
    rows = Viewer.objects.filter(lead=lead, seen__gt=timezone.now() - SEEN).exclude(person=person)
    return list(rows.order_by("person__username").values_list("person__username", flat=True))
