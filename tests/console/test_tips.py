"""Reports to NCMEC from the console: drafted, released by two, filed in the background, received."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from lamplighter.console.leads.models import Lead, State
from lamplighter.console.record.deployment import deployment
from lamplighter.console.review.models import Proposal
from lamplighter.console.tips.desk import tip_desk
from lamplighter.console.tips.runner import file_due
from lamplighter.jobs.cybertipline.service import PASSWORD
from lamplighter.reporting.cybertipline.stand_in import Fault, StandIn

from .stand_in import service

__all__ = ["service"]

WHY = "first opinion: quite sure"


def _lead(place: int) -> Lead:
    """Each test reports another operation: reports stay in the workspace."""
    lead: Lead = Lead.objects.order_by("rank")[place]
    return lead


def _drafted(client: Any, lead: Lead, **said: str) -> str:
    answer = client.post(f"/operation/{lead.pk}/tip", {"incident": "sex-trafficking", **said})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def _released(sign_in: Any, lead: Lead) -> tuple[Any, Any, str]:
    first = sign_in("senior", name="first")
    second = sign_in("senior", "custodian", name="second")
    page = _drafted(first, lead)
    first.post(f"{page}ask", {"note": WHY})
    second.post(f"{page}second", {"word": "confirmed", "note": "I agree"})
    return first, second, page


def _file() -> None:
    file_due({}, threading.Event())


def test_two_people_release_a_report_that_the_service_accepts(
    service: StandIn, sign_in: Any, acts: Any
) -> None:
    lead = _lead(0)
    first = sign_in("reviewer", name="first")
    second = sign_in("senior", "custodian", name="second")
    decided = first.post(
        f"/operation/{lead.pk}/decide", {"verdict": "report", "clause": "control", "note": WHY}
    )
    assert decided["Location"] == f"/operation/{lead.pk}/tip"
    page = _drafted(first, lead, note="Reviewers add <b>this</b>", urgent="a day is named in it")
    shown = first.get(page).content.decode()
    assert "Stand-in" in shown and "Reviewers add &lt;b&gt;this&lt;/b&gt;" in shown
    first.post(f"{page}ask", {"note": WHY})
    assert first.post(f"{page}second", {"word": "confirmed", "note": "me"}).status_code == 403
    before = second.get(page).content.decode()
    assert "Second person" in before and WHY not in before
    assert page in second.get("/seconds/").content.decode()
    assert page not in first.get("/seconds/").content.decode()
    _file()
    assert not service.reports  # nothing goes before there are two
    second.post(f"{page}second", {"word": "confirmed", "note": "I agree"})
    _file()
    (received,) = service.finished
    assert b"Reviewers add" in received.document
    after = second.get(page).content.decode()
    assert "1000000" in after and "Kept until" in after and WHY in after and "I agree" in after
    assert Proposal.objects.get().state == Proposal.State.CONFIRMED
    lead.refresh_from_db()
    assert lead.state == State.DECIDED
    hold = [one for one in acts("hold") if one.public["rule"] == "us/cybertipline"][-1]
    assert hold.public["hold"] in after
    pdf = second.post(f"{page}casefile")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert b"1000000" in second.get("/tips/").content
    again = first.post(f"/operation/{lead.pk}/tip", {"incident": "sex-trafficking"})
    assert b"finished report already" in again.content


def test_the_same_person_cannot_be_both(service: StandIn, sign_in: Any) -> None:
    both = sign_in("senior", "custodian", name="both")
    page = _drafted(both, _lead(1))
    both.post(f"{page}ask", {"note": WHY})
    both.post(f"{page}second", {"word": "confirmed", "note": "me again"})
    _file()
    assert not service.reports and "You asked" in both.get(page).content.decode()


def test_a_declined_release_stays_a_draft_and_a_changed_draft_must_be_asked_anew(
    service: StandIn, sign_in: Any
) -> None:
    first, second = sign_in("senior", name="first"), sign_in("custodian", name="second")
    lead = _lead(1)
    page = _drafted(first, lead)
    first.post(f"{page}ask", {"note": WHY})
    second.post(f"{page}second", {"word": "declined", "note": "too thin"})
    assert "too thin" in first.get(page).content.decode()
    first.post(f"{page}ask", {"note": WHY})
    assert _drafted(first, lead, note="more") == page
    answer = second.post(f"{page}second", {"word": "confirmed", "note": "yes"}, follow=True)
    assert "Nobody asks" in answer.content.decode()
    _file()
    assert not service.reports


def test_a_refusal_is_shown_to_who_can_act_and_filing_goes_on_after(
    service: StandIn, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "wrong")
    _, second, page = _released(sign_in, _lead(2))
    _file()
    shown = second.get(page).content.decode()
    assert "Stopped" in shown and "An administrator must look" in shown
    monkeypatch.delenv(PASSWORD)
    _file()
    assert not service.reports  # it waits for a person, not for a better day
    second.post(f"{page}resume", {"note": "password mended"})
    _file()
    assert len(service.finished) == 1 and "password mended" in second.get(page).content.decode()


def test_a_service_in_trouble_is_asked_later_and_the_report_can_be_retracted(
    service: StandIn, sign_in: Any
) -> None:
    service.faults.extend([None, Fault.HTTP_500])
    _, second, page = _released(sign_in, _lead(3))
    due: dict[str, float] = {}
    file_due(due, threading.Event())
    assert len(due) == 1
    calls = len(service.calls)
    file_due(due, threading.Event())
    assert len(service.calls) == calls  # not before its time
    second.post(f"{page}retract", {"note": "wrong operation"})
    (received,) = service.reports.values()
    assert received.state == "retracted" and "Retracted" in second.get(page).content.decode()


def test_a_file_that_vanished_stops_the_report_and_says_which(
    service: StandIn, sign_in: Any
) -> None:
    _, second, page = _released(sign_in, _lead(4))
    (draft,) = [one.draft for one in tip_desk().under_way()]
    path = deployment().workspace.ledger.object_path(draft.case.evidence[-1].sha256)
    kept = path.read_bytes()
    path.unlink()
    try:
        _file()
        shown = second.get(page).content.decode()
        assert "listings-as-submitted.txt" in shown and "cannot be read" in shown
        assert "This file is gone" in shown and not service.reports
    finally:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kept)


def test_reading_the_words_that_go_along_is_recorded(
    service: StandIn, sign_in: Any, acts: Any
) -> None:
    client = sign_in("reviewer")
    page = _drafted(client, _lead(5))
    assert b"Text as submitted" in client.get(f"{page}listings").content
    assert acts("access")[-1].public["desk"] == "tip_listings"
    assert client.get(f"{page}document").content.startswith(b"<?xml")
    assert client.get("/tips/tip-nothing-1/").status_code == 404
