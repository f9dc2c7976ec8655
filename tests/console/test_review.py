"""From the queue to a decision, in the database and in the ledger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from lamplighter.console.leads.models import Lead, Lock, State
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import Decision

GOOD = {"verdict": "nothing", "clause": "none", "label_ordinary": "5", "label_spam": "2"}


def test_the_queue_shows_the_most_urgent_first_with_reasons(desk: Path, sign_in: Any) -> None:
    page = sign_in("reviewer").get("/queue/").content.decode()
    first = Lead.objects.order_by("rank")[0]
    assert first.reasons and first.reasons[0]["sentence"][:30] in page
    shown = [page.index(lead.pk) for lead in Lead.objects.order_by("rank")[:20]]
    assert shown == sorted(shown)


def test_pages_by_key_show_each_lead_once(desk: Path, sign_in: Any) -> None:
    client, seen, address = sign_in("reviewer"), [], "/queue/"
    while address:
        context = client.get(address).context
        seen += [row["lead"].pk for row in context["rows"]]
        address = f"/queue/?after={context['after']}" if context["after"] is not None else ""
    assert seen == list(Lead.objects.order_by("rank").values_list("pk", flat=True))


def test_a_decision_is_in_the_ledger_and_opens_the_next(
    desk: Path, sign_in: Any, acts: Any
) -> None:
    client = sign_in("reviewer")
    lead = Lead.objects.order_by("rank")[0]
    answer = client.post(f"/operation/{lead.pk}/decide", {**GOOD, "note": "seen with care"})
    assert answer["Location"].startswith("/operation/op-") and lead.pk not in answer["Location"]
    made = Decision.objects.get()
    assert made.labels == {"ordinary": 5, "spam": 2}
    entry = acts("decision")[-1]
    assert entry.index == made.ledger_index and entry.actor == client.person.actor
    opening = deployment().workspace.ledger.opening(entry.index)
    assert opening and orjson.loads(opening)["note"] == "seen with care"
    lead.refresh_from_db()
    assert lead.state == State.DECIDED


@pytest.mark.parametrize("lack", ["verdict", "clause"])
def test_what_is_not_complete_is_not_recorded(lack: str, desk: Path, sign_in: Any) -> None:
    lead = Lead.objects.order_by("rank")[0]
    given = {name: value for name, value in GOOD.items() if name != lack}
    sign_in("reviewer").post(f"/operation/{lead.pk}/decide", given)
    assert not Decision.objects.exists()


def test_a_lock_keeps_the_second_person_out(desk: Path, sign_in: Any) -> None:
    one, two = sign_in("reviewer", name="one"), sign_in("reviewer", name="two")
    lead = Lead.objects.order_by("rank")[0]
    one.post(f"/operation/{lead.pk}/take")
    two.post(f"/operation/{lead.pk}/decide", GOOD)
    assert not Decision.objects.exists()
    assert Lock.objects.get().person == one.person
    assert two.post("/queue/next")["Location"] != f"/operation/{lead.pk}/"


def test_a_skipped_lead_does_not_come_back_to_the_same_person(desk: Path, sign_in: Any) -> None:
    one, two = sign_in("reviewer", name="one"), sign_in("reviewer", name="two")
    lead = Lead.objects.order_by("rank")[0]
    one.post(f"/operation/{lead.pk}/skip", {"reason": "known"})
    assert lead.pk not in one.get("/queue/").content.decode()
    assert lead.pk in two.get("/queue/").content.decode()


def test_every_read_is_in_the_ledger_before_the_page_leaves(
    desk: Path, sign_in: Any, acts: Any
) -> None:
    client = sign_in("investigator")
    lead = Lead.objects.order_by("rank")[0]
    page = client.get(f"/operation/{lead.pk}/")
    entry = acts("access")[-1]
    assert entry.actor == client.person.actor and entry.public["desk"] == "operation"
    opening = deployment().workspace.ledger.opening(entry.index)
    assert opening is not None
    read = orjson.loads(opening)["reads"]
    for card in page.context["cards"]:
        assert card.name in read["listing"]
    for one, _ in page.context["contacts"]:
        assert f"{one.kind}:{one.value}" in read["identifier"]


def test_nothing_is_shown_when_the_ledger_fails(
    desk: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Any) -> range:
        raise OSError("disk full")

    client = sign_in("reviewer")
    client.raise_request_exception = False
    monkeypatch.setattr(deployment(), "record", fails)
    lead = Lead.objects.order_by("rank")[0]
    answer = client.get(f"/operation/{lead.pk}/")
    assert answer.status_code == 503 and lead.headline not in answer.content.decode()
    client.post(f"/operation/{lead.pk}/decide", GOOD)
    assert not Decision.objects.exists()


def test_a_strip_by_template_counts_every_listing_once(desk: Path, sign_in: Any) -> None:
    client = sign_in("reviewer")
    for lead in Lead.objects.order_by("-listings")[:40]:
        context = client.get(f"/operation/{lead.pk}/").context
        if context["template_activity"]:
            break
    else:
        raise AssertionError("the market has an operation of two texts")
    rows = re.findall(
        r'data-template="([^"]+)".*?class="n">([\d,]+)<', context["template_activity"], re.S
    )
    assert {one.template_id for one in context["drawn"].templates} >= {n for n, _ in rows} - {
        "other texts"
    }
    assert sum(int(count) for _, count in rows) == sum(n for *_, n in context["drawn"].days)
