"""Blind reading: a listing as submitted, and nothing else. No score, no decision, no other answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.auditing.following import caught_up
from lamplighter.console.auditing.models import Item, Label
from lamplighter.console.people.models import Person
from lamplighter.console.people.roles import Role
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.cards import Medium, media_of
from lamplighter.evidence.act import Act
from lamplighter.reporting.transparency.audits import ANSWERS

_SHOWN = ("category", "city", "region", "country", "price", "currency", "posted_at")
_BLIND = Q(labels__place__lt=3)


def waiting(person: Person) -> QuerySet[Item]:
    """What this person may still read blind: not read by them, nor by two others, nor put by them."""
    return (
        Item.objects.filter(sample__closed=None)
        .exclude(labels__person=person)
        .exclude(known__person=person)
        .annotate(read=Count("labels", filter=_BLIND))
        .filter(read__lt=2)
        .order_by("-read", "token")
    )


def differing(person: Person) -> QuerySet[Item]:
    """What two read differently and this person did not."""
    two = Label.objects.filter(place=2).exclude(item__in=_alike())
    return (
        Item.objects.filter(sample__closed=None, pk__in=two.values("item"))
        .exclude(labels__person=person)
        .exclude(known__person=person)
        .exclude(labels__place=3)
        .order_by("token")
    )


def _alike() -> QuerySet[Any]:
    """Items whose two answers are the same."""
    pairs = Label.objects.filter(place=1, item__labels__place=2, item__labels__answer=F("answer"))
    return pairs.values("item")


@require_GET
def blind(request: HttpRequest) -> HttpResponse:
    """What waits for this person."""
    caught_up()
    person = request.user
    mine = Label.objects.filter(person=person, item__sample__closed=None)
    facts = {
        "waiting": waiting(person).count(), "read": mine.count(), "next": waiting(person).first(),
        "differing": differing(person) if person.has(Role.SENIOR) else None,
    }  # fmt: skip
    return render(request, "auditing/blind.html", facts)


@require_GET
def blind_item(request: HttpRequest, token: str) -> HttpResponse:
    """One listing; to a third person also the two answers, without names."""
    item, place = _open(request, token)
    if item is None:
        return redirect("blind")
    media, row = _listing(item)
    if row is not None:
        note_read(request, "listing", [str(row.get("listing_id"))])
    facts = {
        "item": item, "row": row, "facts": [(name, row[name]) for name in _SHOWN if row and row.get(name)],
        "media": media, "answers": ANSWERS, "clauses": settings.CONSOLE.clauses,
        "both": item.labels.order_by("place") if place == 3 else None,
        "left": waiting(request.user).count(),
    }  # fmt: skip
    return render(request, "auditing/blind_item.html", facts)


@require_POST
def blind_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Keep an answer: first in the ledger, where nobody can read it yet."""
    item, place = _open(request, token)
    answer, note = request.POST.get("answer", ""), request.POST.get("note", "").strip()[:5_000]
    if item is None:
        return redirect("blind")
    if answer not in ANSWERS:
        messages.error(request, "Choose one of the answers; nothing was recorded.")
        return redirect("blind_item", token)
    made = datetime.now(UTC)
    row = _listing(item)[1]
    private = {"item": item.number, "entry": item.entry, "answer": answer, "note": note,
               "listing": row and row.get("listing_id")}  # fmt: skip
    act = Act("audit", made, request.user.actor,
              {"event": "label", "announced": item.sample_id, "as": "third" if place == 3 else "reviewer"},
              orjson.dumps(private, option=orjson.OPT_SORT_KEYS))  # fmt: skip
    try:
        with transaction.atomic():
            label = Label(item=item, person=request.user, place=place, answer=answer, note=note,
                          made=made)  # fmt: skip
            label.save()  # takes the place; another may have been quicker
            label.ledger_index = deployment().record([act])[0]
            label.save(update_fields=["ledger_index"])
    except IntegrityError:
        messages.error(request, "Two others have read this one meanwhile; yours was not needed.")
    following = waiting(request.user).first() if place < 3 else None
    return redirect("blind_item", following.token) if following else redirect("blind")


def _open(request: HttpRequest, token: str) -> tuple[Item | None, int]:
    """The item, and in which place this person would answer; None where they may not (a message
    says why). 404 for no such item.
    """
    item = get_object_or_404(Item.objects.select_related("sample", "known"), token=token)
    person = request.user
    labels = list(item.labels.all())
    if item.sample.closed is not None:
        messages.error(request, "This sample is closed.")
    elif any(label.person_id == person.pk for label in labels):
        messages.error(request, "You have read this one.")
    elif item.known is not None and item.known.person_id == person.pk:
        messages.error(request, "This one is not for you.")
    elif len([label for label in labels if label.place < 3]) < 2:
        taken = {label.place for label in labels}
        return item, 2 if 1 in taken else 1
    elif person.has(Role.SENIOR) and item.answers[2] is None:
        return item, 3
    else:
        messages.error(request, "Two others have read this one.")
    return None, 0


def _listing(item: Item) -> tuple[list[Medium], dict[str, Any] | None]:
    """Media that the store keeps, and the listing as submitted; None where it was erased."""
    ledger = deployment().workspace.ledger
    private = ledger.opening(item.entry)
    media = media_of({"images": [""], "ledger_index": item.entry}, ledger)
    return media, orjson.loads(private)["row"] if private else None
