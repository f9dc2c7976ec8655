"""Posters are heard: statements by token, appeals, and who may decide them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from lamplighter.console.api.models import ApiKey, Delivery
from lamplighter.console.appeals.following import follow_statements, link_of
from lamplighter.console.appeals.hearing import HearingError, decide, receive
from lamplighter.console.appeals.models import Appeal, Followed, Issued
from lamplighter.console.appeals.tokens import token_of
from lamplighter.console.leads.models import Lead, State
from lamplighter.console.notices.models import Told
from lamplighter.console.notices.taking import take
from lamplighter.console.people.models import Person
from lamplighter.console.project.configuration import Webhook
from lamplighter.console.record.deployment import deployment
from lamplighter.reporting.notice.notice import Channel, Kind, Notice
from lamplighter.reporting.statement.acts import read_held
from lamplighter.reporting.statement.delay import Delay, Subject, delay_act

ACCOUNTS = {"verdict": "account action", "clause": "deception", "note": "internal words"}


@pytest.fixture
def closed(desk: Path, sign_in: Any) -> Issued:
    """Two persons close the accounts of the first operation."""
    first, second = sign_in("reviewer", name="first"), sign_in("senior", name="second")
    lead = Lead.objects.filter(accounts__gt=0).order_by("rank")[0]
    first.post(f"/operation/{lead.pk}/decide", ACCOUNTS)
    asked = lead.proposals.get()
    second.post(f"/seconds/{asked.pk}", {"word": "confirmed", "note": "yes"})
    follow_statements()
    found: Issued | None = Issued.objects.filter(statement__operation=lead.pk).first()
    assert found is not None
    return found


def _removed(name: str = "a-1", reason: str = "fraud", account: str = "acc-1") -> Issued:
    """The platform takes a listing down and says so."""
    screener = deployment().screener
    listing = {"listing_id": name, "title": "Sofa", "text": "A sofa", "account_id": account}
    screener.submit(listing)
    screener.moderated(name, action="removed", by="m1", reason=reason)
    follow_statements()
    made: Issued = Issued.objects.all()[0]
    assert made.read.listings == (name,)
    return made


def test_two_persons_make_a_statement_an_account(closed: Issued) -> None:
    read = closed.read
    lead = Lead.objects.get(pk=read.operation)
    made = [one.read for one in Issued.objects.filter(statement__operation=lead.pk)]
    assert len(made) == lead.accounts and len({one.account for one in made}) == lead.accounts
    assert read.ground.code == "deception" and read.automated_detection
    assert follow_statements() == 0  # made once


def test_the_poster_reads_it_and_objects_without_an_account(closed: Issued, acts: Any) -> None:
    address = f"/statement/{token_of(closed.puid)}"
    page = Client().get(address)
    words = page.content.decode()
    assert page.status_code == 200 and "Object" in words and "internal words" not in words
    assert page["Referrer-Policy"] == "same-origin" and "no-store" in page["Cache-Control"]
    assert "<script" not in words and "default-src 'none'" in page["Content-Security-Policy"]
    sent = Client().post(f"{address}/appeal", {"text": "It is my shop", "contact": "me@x.invalid"})
    assert sent.status_code == 302 and sent["Location"] == address
    after = Client().get(address).content.decode()
    assert "Your objection is here" in after and "It is my shop" in after
    again = Client().post(f"{address}/appeal", {"text": "other words"})
    assert again.status_code == 302 and Appeal.objects.get().text == "It is my shop"
    entry = acts("appeal")[-1]
    assert entry.public["state"] == "received" and entry.public["decision"] == closed.read.decision
    assert b"shop" not in entry.raw and b"me@x" not in entry.raw


def test_who_took_part_does_not_decide_and_a_reversal_puts_it_back(
    closed: Issued, sign_in: Any, acts: Any
) -> None:
    appeal, _ = receive(closed, "It is my shop", "")
    word = {"state": "reversed", "reasons": "The shop is registered"}
    for name, role in (("first", "reviewer"), ("second", "senior")):
        sign_in(role, name=name).post(f"/appeals/{appeal.pk}", word)
        appeal.refresh_from_db()
        assert appeal.state == "received", name
    third = sign_in("reviewer", name="third")
    assert "It is my shop" in third.get(f"/appeals/{appeal.pk}").content.decode()
    assert third.post(f"/appeals/{appeal.pk}", word).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.decided_by) == ("reversed", third.person)
    lead = Lead.objects.get(pk=closed.read.operation)
    assert lead.state == State.OPEN and lead.since == appeal.decided
    entry = acts("appeal")[-1]
    assert entry.public["state"] == "reversed" and not entry.public["clock"]["late"]
    assert acts("note")[-1].public == {"about": "relink", "appeal": appeal.ledger_index}
    page = Client().get(f"/statement/{token_of(closed.puid)}").content.decode()
    assert "You were right" in page and "The shop is registered" in page
    held = read_held(deployment().workspace.ledger)[closed.puid]
    assert held.appeal == "reversed" and len(held.appeal_entries) == 2


def test_a_reversal_is_in_the_history_of_the_listing(desk: Path, sign_in: Any) -> None:
    made = _removed("a-rev")
    appeal, _ = receive(made, "no fraud", "")
    decide(appeal, sign_in("senior", name="s").person, "reversed", "right")
    status = deployment().screener.status("a-rev")
    assert status is not None and [act.actor for act in status.acts][-1] == "platform:appeals"


def test_an_appeal_is_decided_once(desk: Path, sign_in: Any) -> None:
    appeal, _ = receive(_removed("a-once"), "no", "")
    decide(appeal, sign_in("senior", name="s").person, "upheld", "it stands")
    with pytest.raises(HearingError, match="faster"):
        decide(appeal, sign_in("senior", name="t").person, "reversed", "no")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(decided_by=None)


def test_without_a_token_there_is_nothing(desk: Path) -> None:
    made = _removed("a-tok")
    for wrong in ("x", token_of("other"), made.puid, made.digest):
        assert Client().get(f"/statement/{wrong}").status_code == 404
    assert token_of(made.puid) not in json.dumps(made.statement) + made.digest
    codes = {Client().get(f"/statement/guess-{n}").status_code for n in range(40)}
    assert codes == {404, 429}
    # Whoever guesses is stopped, also with the right one: else 429 would tell nothing apart.
    assert Client().get(f"/statement/{token_of(made.puid)}").status_code == 429


def test_an_authority_delays_it_and_the_delay_ends_by_itself(desk: Path, acts: Any) -> None:
    made = _removed("a-delay")
    now = timezone.now()
    until = now + timedelta(days=20)
    delay = Delay(Subject.STATEMENT, made.puid, until, "State police", "2026-17", "user:7")
    index = deployment().record([delay_act(delay, now)])[0]
    follow_statements()
    made.refresh_from_db()
    address = f"/statement/{token_of(made.puid)}"
    assert Client().get(address).status_code == 404 and not made.told
    assert acts("note")[-1].public == {"topic": "statement.delay"}, "public: not which one"
    assert orjson.loads(deployment().workspace.ledger.opening(index) or b"")["asked_by"]
    Issued.objects.filter(pk=made.pk).update(delayed_until=now - timedelta(seconds=1))
    assert Client().get(address).status_code == 200


def test_what_is_decided_under_a_delay_is_made_under_it_and_announced_when_it_ends(
    desk: Path, sign_in: Any, settings: Any
) -> None:
    settings.CONSOLE = replace(settings.CONSOLE, webhooks=(Webhook("https://x.invalid", "S"),))
    follow_statements()  # what other tests left in the ledger
    Delivery.objects.all().delete()
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    form = {"subject": "account", "value": "acc-asked", "until": day, "asked_by": "State police",
            "reference": "2026-17"}  # fmt: skip
    custodian = sign_in("custodian", name="carl")
    assert custodian.post("/appeals/delays", form).status_code == 302
    made = _removed("a-asked", account="acc-asked")
    assert made.delayed_until is not None and not made.told
    assert Client().get(f"/statement/{token_of(made.puid)}").status_code == 404
    assert not Delivery.objects.filter(event="statement.made").exists()
    assert "acc-asked" in custodian.get("/appeals/delays").content.decode()
    held = read_held(deployment().workspace.ledger)[made.puid]
    assert held.delay and held.delay.asked_by == "State police"
    Issued.objects.filter(pk=made.pk).update(delayed_until=timezone.now() - timedelta(seconds=1))
    follow_statements()
    told = Delivery.objects.get(event="statement.made")
    assert token_of(made.puid) in told.body
    follow_statements()
    assert Delivery.objects.filter(event="statement.made").count() == 1


def test_a_delay_hides_nothing_from_whoever_has_objected(desk: Path) -> None:
    made = _removed("a-read", account="acc-read")
    receive(made, "no", "")
    until = timezone.now() + timedelta(days=9)
    delay = Delay(Subject.ACCOUNT, "acc-read", until, "State police", "7", "user:7")
    deployment().record([delay_act(delay, timezone.now())])
    follow_statements()
    assert Client().get(f"/statement/{token_of(made.puid)}").status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [({"asked_by": ""}, "required"), ({"until": "2020-01-01"}, "180 days at most"),
     ({"subject": "statement"}, "no such statement"), ({"until": "soon"}, "valid date")],
)  # fmt: skip
def test_a_delay_that_will_not_do_is_said_to(
    desk: Path, sign_in: Any, change: dict[str, str], words: str
) -> None:
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    form = {"subject": "account", "value": "x", "until": day, "asked_by": "a", "reference": "b"}
    answer = sign_in("senior", name="s").post("/appeals/delays", form | change)
    assert answer.status_code == 200 and words in answer.content.decode()


def test_too_late_is_too_late(desk: Path) -> None:
    made = _removed("a-late")
    Issued.objects.filter(pk=made.pk).update(made=timezone.now() - timedelta(days=190))
    made.refresh_from_db()
    page = Client().get(f"/statement/{token_of(made.puid)}").content.decode()
    assert "The time to object ended" in page and "<form" not in page
    with pytest.raises(HearingError, match="over"):
        receive(made, "late", "")


def test_an_account_that_is_deleted_is_heard_all_the_same(desk: Path, sign_in: Any) -> None:
    made = _removed("a-gone", account="acc-gone")
    appeal, _ = receive(made, "no fraud", "me@x.invalid")
    by, _ = Person.objects.get_or_create(username="keeper", defaults={"roles": ["administrator"]})
    _, key = ApiKey.issue("t", ["act"], by)
    answer = Client().post("/api/v1/accounts/deleted", json.dumps({"account_id": "acc-gone"}),
                           content_type="application/json",
                           headers={"Authorization": f"Bearer {key}"})  # fmt: skip
    assert answer.json() == {"statements": 1, "open_appeals": 1}
    appeal.refresh_from_db()
    assert appeal.contact == "" and appeal.state == "received"
    address = f"/statement/{token_of(made.puid)}"
    assert "decided all the same" in Client().get(address).content.decode()
    decide(appeal, sign_in("senior", name="s").person, "reversed", "right")
    assert "nothing was put back" in Client().get(address).content.decode()
    status = deployment().screener.status("a-gone")
    assert status is not None and len(status.acts) == 1, "nothing is restored"


def test_the_api_says_the_same(desk: Path) -> None:
    made = _removed("a-api")
    path = f"/api/v1/statements/{token_of(made.puid)}"
    page = Client().get(path).json()
    assert page["statement"] == made.puid and page["appeal"] is None
    sent = [Client().post(f"{path}/appeal", json.dumps({"text": "no"}),
                          content_type="application/json") for _ in range(2)]  # fmt: skip
    assert [one.status_code for one in sent] == [201, 200]
    assert sent[0].json()["appeal"]["state"] == "received"
    assert Client().get("/api/v1/statements/nothing").status_code == 404


def test_an_appeal_that_only_the_ledger_has_is_put_back(desk: Path, sign_in: Any) -> None:
    made = _removed("a-crash")
    appeal, _ = receive(made, "no fraud", "me@x.invalid")
    person = sign_in("senior", name="s").person
    decide(appeal, person, "upheld", "it stands")
    Appeal.objects.all().delete()  # as if the disk had filled after the ledger wrote
    Followed.objects.all().delete()
    follow_statements()
    back = Appeal.objects.get(issued=made)
    assert (back.text, back.contact, back.state) == ("no fraud", "me@x.invalid", "upheld")
    assert (back.reasons, back.decided_by, back.due) == ("it stands", person, appeal.due)
    again, new = receive(made, "once more", "")
    assert again == back and not new


def test_a_database_that_was_lost_finds_the_same_statements(desk: Path) -> None:
    _removed("a-lost")
    before = set(Issued.objects.values_list("puid", "digest"))
    entries = deployment().workspace.ledger.size
    Appeal.objects.all().delete()
    Issued.objects.all().delete()
    Followed.objects.all().delete()
    assert follow_statements() == len(read_held(deployment().workspace.ledger))
    assert before <= set(Issued.objects.values_list("puid", "digest"))
    assert deployment().workspace.ledger.size == entries, "nothing is made twice"
    assert link_of("x") != link_of("y")


_NUMBERS = count()
HOSTILE = st.text(max_size=300) | st.sampled_from(
    ["<script>alert(1)</script>", "{{ 7777*7777 }}{% now %}", "\u202eevil", "\ud800", "a\x00b",
     "'\"><img src=x onerror=alert(1)>", "شكرا، هذا متجري", "これは私の店です", "=1+1", "\r\n.\r\n"]
)  # fmt: skip


@trying(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(text=HOSTILE, contact=HOSTILE)
def test_any_script_and_markup_is_kept_and_shown_as_text(
    desk: Path, text: str, contact: str
) -> None:
    made = _removed(f"a-text-{next(_NUMBERS)}")
    try:
        held, new = receive(made, text, contact)
    except HearingError:
        assert not text.replace("\x00", "").strip()
        return
    assert new
    private = deployment().workspace.ledger.opening(held.ledger_index)
    assert orjson.loads(private or b"")["text"] == held.text
    page = Client().get(f"/statement/{token_of(made.puid)}").content.decode()
    assert "<script" not in page and "<img" not in page and "60481729" not in page


def test_what_was_purged_from_the_ledger_goes_from_the_database(desk: Path) -> None:
    gone, stays = _removed("purged-1"), _removed("purged-2")
    receive(gone, "My words", "me@x.invalid")
    appeal = Appeal.objects.get(issued=gone)
    told, _ = take(Notice(Kind.CHILD, Channel.PUBLIC, "purged-1", "their words"), "here")
    ledger = deployment().workspace.ledger
    indices = {gone.ledger_index, appeal.ledger_index, told.ledger_index}
    ledger.erase(indices, actor="user:u7", reason="retention", kind="purge")
    follow_statements()
    assert Issued.objects.filter(pk=stays.pk).exists()
    assert not Issued.objects.filter(pk=gone.pk).exists()
    assert not Appeal.objects.filter(pk=appeal.pk).exists()
    assert not Told.objects.filter(pk=told.pk).exists()
    assert Client().get(f"/statement/{token_of(gone.puid)}").status_code == 404
    Followed.objects.update(upto=0)
    follow_statements()
    assert not Issued.objects.filter(puid=gone.puid).exists(), "nor does it come back"
