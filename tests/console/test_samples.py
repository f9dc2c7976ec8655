"""Blind samples in the console: two read without knowing, a third decides, the answers come out at
the end; known cases hide among them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction

from lamplighter.console.auditing import drawing, following
from lamplighter.console.auditing.blind_views import differing, waiting
from lamplighter.console.auditing.drawing import draw_asked
from lamplighter.console.auditing.following import sampling
from lamplighter.console.auditing.models import Item, KnownCase, Label, Sample, Scan
from lamplighter.console.auditing.restoring import restore
from lamplighter.console.leads.models import Lead
from lamplighter.console.record.deployment import deployment
from lamplighter.evidence.act import Act
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.transparency import open_log, period, read_figures

TODAY = datetime.now(UTC).date()
FORM = {"first": (TODAY - timedelta(days=30)).isoformat(), "last": TODAY.isoformat(),
        "shown": "6", "acted": "4", "outside": ""}  # fmt: skip


@pytest.fixture
def moderated(desk: Path) -> Path:
    """A platform that published the first hundred listings and removed twenty."""
    ledger = deployment().workspace.ledger
    came = [entry.index for entry in ledger.entries(0, 400) if entry.kind == "listing.received"]
    acts = [Act("listing.published", datetime.now(UTC), "platform:x", {"received": at})
            for at in came[:100]]  # fmt: skip
    acts += [Act("moderation", datetime.now(UTC), "platform:x", {"received": at, "action": "removed"})
             for at in came[80:100]]  # fmt: skip
    deployment().record(acts)
    Scan.objects.create(pk=1, upto=ledger.size)  # not the samples of other tests
    return desk


def _row(entry: int) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads(deployment().workspace.ledger.opening(entry) or b"")["row"]
    return row


def _announced(client: Any, **more: str) -> int:
    answer = client.post("/audit/samples/announce", FORM | more)
    return int(re.findall(r"/audit/samples/(\d+)/", answer["Location"])[0])


def _draw(client: Any, of: int, said: dict[str, str] | None = None) -> None:
    """Ask for it, and let the server's thread come by."""
    client.post(f"/audit/samples/{of}/draw", said)
    draw_asked(Event())


def _read_all(client: Any, say: Any) -> None:
    for _ in range(40):
        item = waiting(client.person).first()
        if item is None:
            return
        client.post(f"/blind/{item.token}/answer", {"answer": say(item), "note": "n"})


def test_two_read_blind_a_third_decides_and_the_report_has_it(
    moderated: Path, sign_in: Any, acts: Any
) -> None:
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor)
    assert b"Hand out" in auditor.get(f"/audit/samples/{of}/").content
    _draw(auditor, of)
    assert (Item.objects.count(), Sample.objects.get().state) == (10, "being read")
    one, two = sign_in("reviewer", name="rita"), sign_in("reviewer", name="ralf")
    # Other tests' listings may be drawn too, and not all of them have every field.
    item = next(
        item for item in waiting(one.person) if {"text", "account_id"} <= _row(item.entry).keys()
    )
    page = one.get(f"/blind/{item.token}").content.decode()
    row = _row(item.entry)
    assert row["text"][:20] in page
    # Nothing that tells what became of it, who posted it, or which entry it is.
    for word in ("removed", "published_at", "platform:x", f">{item.entry}<", row["account_id"]):
        assert word not in page, word
    assert acts("access")[-1].public == {"desk": "blind_item", "reads": {"listing": 1}}
    _read_all(one, lambda item: "in order")
    assert waiting(one.person).count() == 0
    _read_all(two, lambda item: "against" if item.number == 0 else "in order")
    label = acts("audit")[-1]
    assert label.public == {"event": "label", "announced": of, "as": "reviewer"}
    senior, other = sign_in("senior", name="sara"), sign_in("reviewer", name="rolf")
    (differs,) = differing(senior.person)
    assert differs.number == 0 and not differing(one.person).exists()
    assert other.get(f"/blind/{differs.token}")["Location"] == "/blind/"
    page = senior.get(f"/blind/{differs.token}").content.decode()
    assert "What the two said" in page and "rita" not in page
    senior.post(f"/blind/{differs.token}/answer", {"answer": "against"})
    auditor.post(f"/audit/samples/{of}/close")
    page = auditor.get(f"/audit/samples/{of}/").content.decode()
    assert "Over-removal" in page and "95 % interval" in page
    found = read_figures(open_log(moderated, None), *period(None, None), Steps(quiet=True))
    (audit,) = [one for one in found["audits"] if one["announced"] == of]
    assert (audit["draw"], audit["sampled"], audit["read"]) == ("as selected", 10, 10)
    assert audit["agreement"]["observed"] == 0.9
    assert sum(row["against"] for row in audit["strata"]) == 1
    # What is public names no person but by number, and no listing but by entry.
    for entry in acts("audit"):
        assert "rita" not in str(entry.public) and row["listing_id"] not in str(entry.public)


def test_nobody_reads_twice_and_two_are_enough(moderated: Path, sign_in: Any) -> None:
    auditor, one = sign_in("administrator", name="adam"), sign_in("reviewer", name="rita")
    _draw(auditor, _announced(auditor))
    item = waiting(one.person).first()
    for _ in range(2):
        one.post(f"/blind/{item.token}/answer", {"answer": "in order"})
    one.post(f"/blind/{item.token}/answer", {"answer": "nonsense"})
    assert item.labels.count() == 1
    for name in ("ralf", "rolf"):
        sign_in("reviewer", name=name).post(f"/blind/{item.token}/answer", {"answer": "in order"})
    assert [label.place for label in item.labels.order_by("pk")] == [1, 2]
    # A third has nothing to decide where two agree.
    sign_in("senior", name="sara").post(f"/blind/{item.token}/answer", {"answer": "against"})
    assert item.labels.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(item=item, person=auditor.person, place=2, answer="unsure")


def test_known_cases_hide_among_the_others_and_are_counted_apart(
    moderated: Path, sign_in: Any, acts: Any
) -> None:
    keeper = sign_in("custodian", "senior", name="carl")
    entry = next(e for e in deployment().workspace.ledger.entries() if e.kind == "listing.received")
    name = _row(entry.index)["listing_id"]
    form = {"kind": "listing", "name": name, "expected": "in order", "note": "settled in court"}
    for given in (form | {"name": "none"}, form | {"expected": "report"}, form | {"note": ""}):
        keeper.post("/audit/known/", given)
    assert not KnownCase.objects.exists()
    keeper.post("/audit/known/", form)
    keeper.post("/audit/known/", form)
    assert KnownCase.objects.count() == 1
    assert acts("audit")[-1].public == {"event": "known", "about": "listing"}
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor)
    _draw(auditor, of)
    hidden = Item.objects.get(number=None)
    assert hidden not in waiting(keeper.person)
    for reviewer, say in (("rita", "in order"), ("ralf", "against")):
        client = sign_in("reviewer", name=reviewer)
        page = client.get(f"/blind/{hidden.token}").content.decode()
        assert "court" not in page
        client.post(f"/blind/{hidden.token}/answer", {"answer": say})
    assert "1 of 2" in keeper.get("/audit/known/").content.decode()
    auditor.post(f"/audit/samples/{of}/close")
    closed = acts("audit")[-1].public
    assert closed["known"] == {"shown": 1, "answers": 2, "hit": 1}
    assert len(closed["results"]) == 10


def test_answers_and_cases_come_back_from_the_ledger(moderated: Path, sign_in: Any) -> None:
    keeper = sign_in("custodian", name="carl")
    entry = next(e for e in deployment().workspace.ledger.entries() if e.kind == "listing.received")
    name = _row(entry.index)["listing_id"]
    form = {"kind": "listing", "name": name, "expected": "in order", "note": "settled"}
    keeper.post("/audit/known/", form)
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor)
    _draw(auditor, of)
    _read_all(
        sign_in("reviewer", name="rita"), lambda item: "against" if item.number == 3 else "in order"
    )
    _read_all(sign_in("reviewer", name="ralf"), lambda item: "in order")

    def held() -> list[Any]:
        fields = (
            "item__number",
            "item__entry",
            "person",
            "place",
            "answer",
            "note",
            "ledger_index",
        )
        return sorted(Label.objects.filter(item__sample=of).values_list(*fields), key=str)

    told = held()
    assert len(told) == 22
    first = restore()
    assert held() == told
    assert restore() == {}
    start = Scan.objects.get().upto
    for model in (Label, Item, KnownCase, Sample, Scan):
        model.objects.all().delete()
    added = restore()
    assert held() == told and added["blind answers"] >= 22 and added["known cases"] >= 1
    assert Item.objects.get(sample=of, number=None).known.note == "settled"
    assert start <= Scan.objects.get().upto and isinstance(first, dict)


def test_a_lead_of_the_queue_can_be_a_known_case(desk: Path, sign_in: Any) -> None:
    keeper = sign_in("custodian", name="carl")
    lead, decided = Lead.objects.order_by("rank")[:2]
    rita = sign_in("reviewer", name="rita")
    decision = {"verdict": "nothing", "clause": "control", "note": "x"}
    rita.post(f"/operation/{decided.pk}/decide", decision)
    form = {"kind": "lead", "expected": "nothing", "note": "asked the poster"}
    keeper.post("/audit/known/", form | {"name": decided.pk})
    assert not KnownCase.objects.exists()
    keeper.post("/audit/known/", form | {"name": lead.pk})
    assert "asked the poster" not in rita.get(f"/operation/{lead.pk}/").content.decode()
    rita.post(f"/operation/{lead.pk}/decide", decision)
    assert "1 of 1" in keeper.get("/audit/known/").content.decode()
    page = sign_in("auditor", name="alma").get("/audit/").content.decode()
    assert "1 of 1 answers hit" in page


def test_a_source_outside_must_speak_and_bad_periods_are_refused(
    moderated: Path, sign_in: Any
) -> None:
    auditor = sign_in("auditor", name="alma")
    for bad in ({"first": "x"}, {"first": TODAY.isoformat(), "last": FORM["first"]},
                {"shown": "0", "acted": "0"}):  # fmt: skip
        auditor.post("/audit/samples/announce", FORM | bad)
    assert not Sample.objects.exists()
    of = _announced(auditor, outside="beacon, round 7")
    _draw(auditor, of)
    assert Sample.objects.get().drawn is None
    _draw(auditor, of, {"value": "c0ffee"})
    assert Sample.objects.get().drawn is not None
    assert b"c0ffee" in auditor.get(f"/audit/samples/{of}/").content


def test_the_auditor_finds_who_looked_and_the_concealment_report(
    moderated: Path, sign_in: Any
) -> None:
    rita, auditor = sign_in("reviewer", name="rita"), sign_in("auditor", name="alma")
    lead = Lead.objects.order_by("rank")[0]
    page = rita.get(f"/operation/{lead.pk}/")
    name = page.context["cards"][0].name
    found = auditor.get("/audit/looked", {"name": name}).context["rows"]
    assert found[0]["person"] == "rita" and found[0]["desk"] == "operation"
    assert auditor.get("/audit/looked", {"name": "never-read"}).context["rows"] == []
    assert auditor.get("/audit/concealment").status_code == 404
    folder = moderated / "audit"
    folder.mkdir()
    try:
        (folder / "report.html").write_text("<!doctype html><title>x</title>")
        answer = auditor.get("/audit/concealment")
        assert answer.status_code == 200 and "Content-Security-Policy" not in answer.headers
        assert b"audit/concealment" in auditor.get("/audit/").content
    finally:
        (folder / "report.html").unlink()
        folder.rmdir()


def test_the_page_says_that_it_is_drawn_and_a_server_that_stops_goes_on_later(
    moderated: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor)
    address = f"/audit/samples/{of}/"
    asked = auditor.post(f"{address}draw", follow=True).content.decode()
    assert "It is being drawn" in asked and "begins in a few seconds" in asked
    again = auditor.post(f"{address}draw", follow=True).content.decode()
    assert "or is being drawn" in again
    monkeypatch.setitem(drawing._READ, of, (3_000_000, 20_000_000))
    page = auditor.get(address).content.decode()
    assert "3,000,000 of 20,000,000 entries" in page and 'http-equiv="refresh"' in page
    stopping = Event()
    stopping.set()
    draw_asked(stopping)
    assert Sample.objects.get(pk=of).drawn is None and of not in drawing._READ
    draw_asked(Event())
    assert Sample.objects.get(pk=of).drawn is not None
    assert "Listings to read" in auditor.get(address).content.decode()


def test_a_crash_after_the_draw_was_logged_draws_nothing_twice(
    moderated: Path, sign_in: Any, acts: Any
) -> None:
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor)
    auditor.post(f"/audit/samples/{of}/draw")
    sampling().draw("user:1", of)  # as the thread does, and then the plug is pulled
    draw_asked(Event())
    draw_asked(Event())
    drawn = [act for act in acts("audit") if act.public.get("announced") == of
             and act.public["event"] == "drawn"]  # fmt: skip
    assert Sample.objects.get(pk=of).drawn == drawn[-1].index
    assert {act.index for act in drawn} == set(Sample.objects.get(pk=of).entries)


def test_a_period_without_listings_cannot_be_drawn_and_says_so(
    moderated: Path, sign_in: Any
) -> None:
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor, first="2001-01-01", last="2001-01-31")
    _draw(auditor, of)
    page = auditor.get(f"/audit/samples/{of}/").content.decode()
    assert "Not drawn: The log knows of no listing" in page


def test_a_page_does_not_read_a_log_that_it_is_far_behind(
    moderated: Path, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = sign_in("auditor", name="alma")
    of = _announced(auditor)
    Sample.objects.all().delete()
    Scan.objects.update(upto=0)
    monkeypatch.setattr(following, "_STEP", 100)
    page = auditor.get("/audit/samples/").content.decode()
    assert "The log is being read" in page and not Sample.objects.exists()
    draw_asked(Event())
    assert Sample.objects.filter(pk=of).exists()
    assert "The log is being read" not in auditor.get("/audit/samples/").content.decode()
