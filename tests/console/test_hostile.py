"""What comes from outside stays text: script, paths, addresses, failures at the door."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lamplighter.console.leads.models import Lead, due_of
from lamplighter.console.people.models import Invitation, Person
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.cards import card

from .conftest import PASSWORD

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e{{7*7}}{% now %}"
FIELDS = ("listing_id", "title", "text", "category", "account_id", "city", "currency",
          "published_text", "moderated_by", "moderation_action")  # fmt: skip


def _row(**given: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(
        (*FIELDS, "identifiers", "indicators", "images", "posted_at", "price")
    )
    return row | {"listing_id": "L1", "text": "a sofa", **given}


@pytest.mark.parametrize("field", FIELDS)
def test_a_listing_cannot_put_script_on_the_page(
    field: str, desk: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lamplighter.jobs.operation_reader import Reader

    shown = _row(**({"published_text": "a sofa, sold"} | {field: EVIL}))
    monkeypatch.setattr(Reader, "listings", lambda *_: ([shown], False))
    lead = Lead.objects.order_by("rank")[0]
    page = sign_in("reviewer").get(f"/operation/{lead.pk}/").content.decode()
    assert "<script>" not in page and "<img src=x" not in page and "\u202e" not in page
    # It is shown as text: cut to eight letters, or left out where something was published.
    assert "alert(1)" in page or field in ("currency", "moderation_action")


def test_what_linking_says_cannot_put_script_on_the_queue(desk: Path, sign_in: Any) -> None:
    now = timezone.now()
    Lead.objects.create(
        operation_id="op-evil", rank=0, band="A", score=1.0, headline=EVIL, listings=1, accounts=1,
        phones=1, cities=1, due=due_of("A", now),
        reasons=[{"name": EVIL, "points": 1.0, "sentence": EVIL, "grade": EVIL}],
    )  # fmt: skip
    page = sign_in("reviewer").get("/queue/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "name", ["../../keys/log.key", "..%2f..%2fkeys%2flog.key", "/etc/passwd", "A" * 64, "0" * 63]
)
def test_no_path_leads_out_of_the_object_store(name: str, desk: Path, sign_in: Any) -> None:
    assert sign_in("reviewer").get(f"/medium/{name}").status_code == 404


def test_media_come_from_the_store_only(desk: Path) -> None:
    ledger = deployment().workspace.ledger
    kept = ledger.put_object(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    drawing = ledger.put_object(b"<svg onload='alert(1)'></svg>")
    images = ["https://elsewhere.example/a.jpg", "../../etc/passwd", "pdq:" + "0" * 64, "b" * 64,
              drawing, f"sha256:{kept}"]  # fmt: skip
    made = card(_row(images=images), ledger)
    assert [one.digest for one in made.media] == [kept] and made.missing == 4


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(to: str, desk: Path, sign_in: Any) -> None:
    lead = Lead.objects.order_by("rank")[0]
    client = sign_in("reviewer")
    assert client.post(f"/operation/{lead.pk}/free", {"next": to})["Location"] == "/queue/"
    Person.objects.create_user("door", password=PASSWORD, roles=["reviewer"])
    anonymous = Client()
    answer = anonymous.post("/account/login/", {"login": "door", "password": PASSWORD, "next": to})
    assert answer.status_code == 302 and answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


def test_a_form_from_elsewhere_is_refused(desk: Path) -> None:
    strict = Client(enforce_csrf_checks=True)
    person = Person.objects.create_user("csrf", password=PASSWORD, roles=["reviewer"])
    strict.force_login(person)
    lead = Lead.objects.order_by("rank")[0]
    assert strict.post(f"/operation/{lead.pk}/take").status_code == 403


def test_five_wrong_passwords_close_a_name(desk: Path) -> None:
    Person.objects.create_user("closed", password=PASSWORD, roles=["reviewer"])
    client = Client()
    for _ in range(5):
        client.post("/account/login/", {"login": "closed", "password": "wrong"})
    client.post("/account/login/", {"login": "closed", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_session_ends_when_nobody_uses_it(desk: Path, sign_in: Any, settings: Any) -> None:
    client = sign_in("reviewer")
    assert client.get("/queue/").status_code == 200
    session = client.session
    session["seen"] = int(time.time()) - settings.CONSOLE.idle_minutes * 60 - 1
    session.save()
    assert client.get("/queue/").status_code == 302


def test_a_page_that_asks_by_itself_does_not_keep_a_session(desk: Path, sign_in: Any) -> None:
    client = sign_in("reviewer")
    client.get("/queue/")
    session = client.session
    session["seen"] = before = int(time.time()) - 600
    session.save()
    client.get("/keys", headers={"X-Quiet": "1"})
    assert client.session["seen"] == before


def test_an_invitation_makes_one_account(desk: Path) -> None:
    _, secret = Invitation.invite(["reviewer"], None)
    given = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post(f"/invitation/{secret}", given).status_code == 302
    assert Client().post(f"/invitation/{secret}", {**given, "username": "two"}).status_code == 404
    made = Person.objects.get(username="new")
    assert made.roles == ["reviewer"] and made.password.startswith("argon2")


def test_who_is_barred_is_out_at_once_and_nobody_changes_their_own_roles(
    desk: Path, sign_in: Any
) -> None:
    admin, other = sign_in("administrator"), sign_in("reviewer")
    admin.post(f"/people/{other.person.pk}", {"roles": ["reviewer"]})
    assert other.get("/queue/").status_code == 302
    admin.post(f"/people/{admin.person.pk}", {"roles": ["reviewer", "senior"], "active": "on"})
    admin.person.refresh_from_db()
    assert admin.person.roles == ["administrator"]


def test_headers_of_every_page(desk: Path, sign_in: Any) -> None:
    for client, address in ((Client(), "/account/login/"), (sign_in("reviewer"), "/queue/")):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer.get("Cache-Control", ""), address
