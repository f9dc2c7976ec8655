"""The public is heard: notices, receipts, flaggers first, many from one address, calm help."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.console.api.models import ApiKey, Scope
from lamplighter.console.appeals.following import follow_statements
from lamplighter.console.appeals.limits import address_of
from lamplighter.console.appeals.models import Issued
from lamplighter.console.notices import deciding, taking
from lamplighter.console.notices import desk as desk_pages
from lamplighter.console.notices.models import Told
from lamplighter.console.notices.taking import SlowError, take, token_for
from lamplighter.console.people.models import Person
from lamplighter.console.record.deployment import deployment
from lamplighter.reporting.notice.notice import Channel, Kind, Notice
from tests.console import flood

FULL = {"kind": "fraud", "listing": "https://market.invalid/l/7", "explanation": "The sofa does not exist",
        "name": "Ann Example", "email": "ann@example.invalid", "good_faith": "on"}  # fmt: skip


#: A clock that stands: no test runs into the next minute.
NOON = SimpleNamespace(time=lambda: 1_764_072_000.0)


def _notice(number: int = 0, kind: Kind = Kind.FRAUD, channel: Channel = Channel.PUBLIC) -> Notice:
    return Notice(kind, channel, f"l-{number}", f"words {number}", "Ann", "a@b.invalid", True)


def _key(*scopes: str) -> str:
    by, _ = Person.objects.get_or_create(username="keeper", defaults={"roles": ["administrator"]})
    return ApiKey.issue("The flaggers", list(scopes), by)[1]


def _tell(body: dict[str, Any], key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client().post("/api/v1/notices", json.dumps(body), content_type="application/json",
                         headers=headers)  # fmt: skip


def test_a_notice_is_acknowledged_decided_and_told(desk: Path, sign_in: Any, acts: Any) -> None:
    page = Client().get("/notice/")
    assert page.status_code == 200 and "<script" not in page.content.decode()
    sent = Client().post("/notice/", FULL)
    assert sent.status_code == 302
    receipt = Client().get(sent["Location"]).content.decode()
    assert "We have your notice" in receipt and "The sofa does not exist" in receipt
    told = Told.objects.get()
    entry = acts("note")[-1]
    assert entry.public["topic"] == "notice" and entry.index == told.ledger_index
    private = deployment().workspace.ledger.opening(entry.index) or b""
    assert b"does not exist" in private and b"Ann" not in private and b"ann@" not in private
    desk_ = sign_in("reviewer", name="rita")
    assert "A fraud" in desk_.get("/notices/").content.decode()
    assert "Ann Example" in desk_.get(f"/notices/{told.pk}").content.decode()
    desk_.post(f"/notices/{told.pk}", {"state": "acted", "reasons": "It was taken down"})
    after = Client().get(sent["Location"]).content.decode()
    assert "Something was done" in after and "It was taken down" in after
    entry = acts("note")[-1]
    assert entry.public["topic"] == "notice.decided" and entry.public["notices"] == [
        told.ledger_index
    ]
    again = desk_.post(f"/notices/{told.pk}", {"state": "nothing", "reasons": "x"}, follow=True)
    assert "faster" in again.content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"name": ""}, "Your name is needed"), ({"email": ""}, "Your e-mail address is needed"),
     ({"good_faith": ""}, "Confirm that you believe"), ({"listing": ""}, "Say where it is"),
     ({"explanation": " "}, "Say what is wrong"), ({"email": "nobody"}, "no e-mail address"),
     ({"explanation": "ซ" * 4_000}, "longer than 10,000 bytes")],
)  # fmt: skip
def test_what_the_law_asks_for_is_asked_for(desk: Path, change: dict[str, str], words: str) -> None:
    sent = Client().post("/notice/", FULL | change)
    assert sent.status_code == 422 and words in sent.content.decode()
    assert not Told.objects.exists()


def test_nobody_has_to_say_who_they_are_where_a_child_may_be_abused(desk: Path) -> None:
    sent = Client().post("/notice/", FULL | {"kind": "child", "name": "", "email": ""})
    assert sent.status_code == 302 and Told.objects.get().rank == Told.Rank.CHILD


def test_help_is_calm_and_asks_for_nothing(desk: Path) -> None:
    page = Client().get("/help/?country=gb").content.decode()
    assert page.index("08000 121 700") < page.index("1-888-373-7888") < page.index("116 000")
    assert Client().get("/help/?country=de").content.decode().index("116 000") < page.index(
        "116 000"
    )
    sent = Client().post("/help/", {"explanation": "They keep my passport"})
    told = Told.objects.get()
    assert (told.rank, told.channel, told.name) == (Told.Rank.FIRST, "help", "")
    receipt = Client().get(sent["Location"]).content.decode()
    assert "We have your message" in receipt and "1-888-373-7888" in receipt
    assert "passport" not in receipt, "somebody else may open the link"
    assert Client().post("/help/", {}).status_code == 422


def test_flaggers_come_first_and_only_with_a_key(desk: Path, sign_in: Any) -> None:
    take(_notice(1), "a1")
    body = {"kind": "fraud", "listing": "l-2", "explanation": "flagged", "good_faith": True}
    assert _tell(body).status_code == 422, "the public says who it is"
    assert _tell(body, _key(Scope.ACT)).status_code == 403
    first = _tell(body, key := _key(Scope.FLAG))
    assert first.status_code == 201 and first.json()["new"]
    assert _tell(body, key).json() == first.json() | {"new": False}
    order = [told.listing for told in Told.objects.all()]
    assert order == ["l-2", "l-1"]
    told = Told.objects.get(listing="l-2")
    assert (told.due - told.made).days == 1 and told.times == 2
    page = sign_in("reviewer").get("/notices/").content.decode()
    assert page.index("trusted flagger The flaggers") < page.index("from the public")


def test_many_from_one_address_are_kept_as_one_group_behind_everyone(
    desk: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "time", NOON)  # put back what the flood sets
    monkeypatch.setattr(deciding, "_AN_ACT", 50)
    cache.clear()
    told = flood.flood(150, flood.Clock())
    assert told.waits == 1, "the clock stands until somebody is asked to wait"
    flood.check(told, 150)
    desk_ = sign_in("senior", name="s")
    page = desk_.get("/notices/").content.decode()
    flood.desk_shows(page, told)
    group = re.search(r"/notices/many/\w+/public/fraud", page)
    assert group and "117 from one address: a fraud" in page
    assert "words 149" in desk_.get(f"{group[0]}?from=100").content.decode()
    upto = re.search(r'name="upto" value="(\d+)"', desk_.get(group[0]).content.decode())
    assert upto
    late, _ = take(_notice(7), Told.objects.get(listing="l-149").address)
    answer = {"state": "nothing", "reasons": "looked at all", "upto": upto[1]}
    after = desk_.post(group[0], answer, follow=True).content.decode()
    assert "117 decided" in after and "13 from one address: a child" in after
    late.refresh_from_db()
    assert late.state == "received", "what came after the page was made is not decided with it"
    assert "looked at all" in Client().get(told.links[-1]).content.decode()
    assert "It will be decided" in Client().get(told.links[140]).content.decode()
    entries = [e for e in deployment().workspace.ledger.entries()
               if e.kind == "note" and e.public.get("topic") == "notice.decided"]  # fmt: skip
    assert [len(e.public["notices"]) for e in entries[-3:]] == [50, 50, 17]


def test_told_again_after_a_crash_between_ledger_and_database(desk: Path) -> None:
    before, _ = take(_notice(77), "crash")
    Told.objects.filter(pk=before.pk).delete()
    after, new = take(_notice(77), "crash")
    assert new and after.ledger_index == before.ledger_index


def test_a_heading_is_read_to_its_end(
    desk: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_pages, "SHOWN", 2)
    monkeypatch.setattr(desk_pages, "PAGE", 3)
    for number in range(7):
        take(_notice(number), f"a{number}")
    read = sign_in("reviewer").get
    first = read("/notices/").content.decode()
    assert "All 7" in first and "l-1" in first and "l-2" not in first
    seen: list[str] = []
    address = "/notices/?rank=2"
    while True:
        page = read(address).content.decode()
        seen += re.findall(r"(l-\d) · from", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        address = "/notices/" + following[1].replace("&amp;", "&")
    assert seen == [f"l-{number}" for number in range(7)]


def test_more_than_a_minute_bears_is_asked_to_wait(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "time", NOON)
    cache.clear()
    for number in range(taking.A_MINUTE):
        take(_notice(number), "fast")
    with pytest.raises(SlowError):
        take(_notice(-1), "fast")
    take(_notice(5), "fast")  # the same as before is answered all the same
    take(_notice(-1, channel=Channel.HELP), "fast")  # and who asks for help is let in
    assert Told.objects.count() == taking.A_MINUTE + 1
    form, seen = FULL | {"explanation": "the words I wrote"}, address_of(RequestFactory().get("/"))
    cache.set(f"told:public:{seen}:{int(NOON.time() // 60)}", taking.A_MINUTE, 120)
    slow = Client().post("/notice/", form)
    assert slow.status_code == 429 and "the words I wrote" in slow.content.decode()
    assert int(slow["Retry-After"]) <= 60
    cache.delete(f"told:public:{seen}:{int(NOON.time() // 60)}")
    answers = {
        Client().post("/notice/", FULL | {"explanation": f"{n}"}).status_code for n in range(3)
    }
    assert answers == {302}, "another address is not held up"


def test_a_flood_for_help_is_one_line_too_and_reads_first_of_them(
    desk: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "A_MINUTE", 10**9)
    monkeypatch.setattr(taking, "time", NOON)
    for number in range(taking.ALONE + 5):
        take(_notice(number, channel=Channel.HELP), "many")
        take(_notice(number, Kind.CHILD), "many")
    page = sign_in("reviewer").get("/notices/").content.decode()
    assert page.index("5 from one address: asking for help") < page.index(
        "5 from one address: a ch"
    )


def test_a_statement_says_that_a_notice_led_to_it(desk: Path) -> None:
    screener = deployment().screener
    for name in ("n-1", "n-2", "n-3"):
        screener.submit({"listing_id": name, "text": "A sofa", "account_id": "acc"})
    take(Notice(Kind.FRAUD, Channel.PUBLIC, "n-1", "x", "Ann", "a@b.invalid", True), "a")
    key = ApiKey.objects.get(pk=int(_key(Scope.FLAG).split("_")[1]))
    take(Notice(Kind.FRAUD, Channel.FLAGGER, "n-2", "x", good_faith=True), "b", key)
    for name in ("n-1", "n-2", "n-3"):
        screener.moderated(name, action="removed", by="m1", reason="fraud")
    follow_statements()
    made = {one.read.listings[0]: str(one.read.source) for one in Issued.objects.all()[:3]}
    assert made == {"n-1": "notice", "n-2": "trusted flagger", "n-3": "own initiative"}


def test_a_wrong_link_shows_nothing(desk: Path) -> None:
    told, _ = take(_notice(3), "a")
    assert Client().get(f"/notice/{token_for(told)}").status_code == 200
    assert Client().get(f"/notice/{told.digest}").status_code == 404


HOSTILE = st.text(max_size=200) | st.sampled_from(
    ["<script>alert(1)</script>", "{{ 7*7 }}", "\u202eevil", "a\x00b", "Ω≈ç√", "这张沙发不存在", "\ud800"]
)  # fmt: skip


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(words=HOSTILE, name=HOSTILE, listing=HOSTILE)
def test_any_script_and_markup_is_text(desk: Path, words: str, name: str, listing: str) -> None:
    cache.clear()
    body = {
        "kind": "child",
        "listing": listing,
        "explanation": words,
        "name": name,
        "good_faith": True,
    }
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    answer = Client().post("/api/v1/notices", data, content_type="application/json")
    assert answer.status_code in (200, 201, 422), answer.content
    if answer.status_code != 422:
        page = Client().get(answer.json()["link"]).content.decode()
        assert "<script" not in page and "alert(1)" not in page.replace(
            "&lt;script&gt;alert(1)", ""
        )
