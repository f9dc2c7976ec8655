"""Thousands of notices from one address, through form and API, while others tell of theirs too."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.test import Client

from lamplighter.console.api.models import ApiKey, Scope
from lamplighter.console.notices import taking
from lamplighter.console.notices.models import Told
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment

ADDRESS = "198.51.100.7"
#: One of so many also comes from each of: another address, a trusted flagger, someone in need.
OTHERS = 10


@dataclass
class Flood:
    """What was sent, and what came back."""

    links: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    waits: int = 0
    seconds_waited: int = 0


class Clock:
    """Stands still, but where a sender who was asked to wait does so."""

    def __init__(self) -> None:
        self.now = 1_764_072_000.0

    def time(self) -> float:
        return self.now


def flood(count: int, clock: Clock) -> Flood:
    """Send `count` different notices from one address, half by each way; whoever is asked to wait
    does, as told, and sends again. The clock must be that of `taking`."""
    vars(taking)["time"] = SimpleNamespace(time=clock.time)
    by, _ = Person.objects.get_or_create(username="keeper", defaults={"roles": ["administrator"]})
    key = ApiKey.issue("Flaggers", [Scope.FLAG], by)[1]
    told, every = Flood(), max(1, count // OTHERS)
    for number in range(count):
        kind = "child" if number % 10 == 0 else "fraud"
        body = _body(f"l-{number}", f"words {number}", kind)
        told.links.append(_patient(told, clock, body, form=number % 2 == 0))
        if number % every == every - 1:
            other = _body(f"other-{number}", "the oven was never sent", "goods")
            told.others.append(_form(body=other, address="203.0.113.9").headers["Location"])
            told.others.append(_api(other, "203.0.113.10", key).json()["link"])
            said = {"explanation": f"they keep my papers {number}"}
            sent = Client(REMOTE_ADDR=ADDRESS).post("/help/", said)
            told.others.append(sent.headers["Location"])
    return told


def check(told: Flood, count: int) -> None:
    """Nothing is lost, and nothing of others waits behind it."""
    assert len(set(told.links)) == count and Told.objects.count() == count + len(told.others)
    kept = {one.ledger_index for one in Told.objects.all()}
    entries = {
        entry.index
        for entry in deployment().workspace.ledger.entries()
        if entry.kind == "note" and entry.public.get("topic") == "notice"
    }
    assert kept <= entries, "each is in the ledger"
    ranks = Told.objects.filter(rank=Told.Rank.MANY)
    assert ranks.count() == count - min(count, taking.ALONE * (1 + told.seconds_waited // 3_600))
    assert set(ranks.values_list("channel", flat=True)) <= {"public"}
    for link in (told.links[0], told.links[-1], *told.others):
        page = Client().get(link)
        assert page.status_code == 200 and "We have your" in page.content.decode(), link


def desk_shows(page: str, told: Flood) -> None:
    """Flaggers and help first, others next, the flood last, as a line for each kind."""
    # The first notices of the flood stand by themselves under their headings; the rest is grouped.
    order = ["Trusted flaggers, and people", "trusted flagger Flaggers", "Others of the public",
             "Many from one address", "from one address: a child", "from one address: a fraud"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places), places


def _patient(told: Flood, clock: Clock, body: dict[str, Any], *, form: bool) -> str:
    while True:
        answer = _form(body, ADDRESS) if form else _api(body, ADDRESS)
        if answer.status_code != 429:
            assert answer.status_code in (201, 302), answer.content
            return str(answer.headers["Location"] if form else answer.json()["link"])
        wait = int(answer.headers["Retry-After"])
        told.waits, told.seconds_waited = told.waits + 1, told.seconds_waited + wait
        clock.now += wait


def _body(listing: str, words: str, kind: str) -> dict[str, Any]:
    return {"kind": kind, "listing": listing, "explanation": words, "name": "Ann Example",
            "email": "ann@example.invalid", "good_faith": True}  # fmt: skip


def _form(body: dict[str, Any], address: str) -> Any:
    return Client(REMOTE_ADDR=address).post("/notice/", body | {"good_faith": "on"})


def _api(body: dict[str, Any], address: str, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client(REMOTE_ADDR=address).post(
        "/api/v1/notices", json.dumps(body), content_type="application/json", headers=headers
    )
