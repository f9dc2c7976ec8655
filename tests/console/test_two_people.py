"""Deeds by two, and links judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction

from lamplighter.console.leads.models import Lead, State
from lamplighter.console.review.models import LinkJudgement, Proposal
from lamplighter.jobs.judged_links import FILE

ASK = {"verdict": "report", "clause": "control", "note": "first opinion: quite sure"}


def _asked(sign_in: Any) -> tuple[Any, Lead, Proposal]:
    first = sign_in("reviewer", "senior", "custodian", name="first")
    lead = Lead.objects.order_by("rank")[0]
    first.post(f"/operation/{lead.pk}/decide", ASK)
    return first, lead, Proposal.objects.get()


def test_a_report_waits_and_nobody_seconds_themselves(desk: Path, sign_in: Any) -> None:
    first, lead, asked = _asked(sign_in)
    lead.refresh_from_db()
    assert lead.state == State.SECOND
    first.post(f"/seconds/{asked.pk}", {"word": "confirmed", "note": "me again"})
    asked.refresh_from_db()
    assert asked.state == Proposal.State.WAITING and asked.second is None


def test_the_database_too_refuses_that_one_person_is_both(desk: Path, sign_in: Any) -> None:
    first, _, asked = _asked(sign_in)
    asked.second = first.person
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


def test_the_second_person_sees_the_evidence_before_the_opinion(
    desk: Path, sign_in: Any, acts: Any
) -> None:
    _, lead, asked = _asked(sign_in)
    second = sign_in("senior", name="second")
    page = second.get(f"/operation/{lead.pk}/").content.decode()
    assert "first opinion" not in page and "Listings as submitted" in page
    assert second.get(f"/seconds/{asked.pk}/both").status_code == 404
    answer = second.post(f"/seconds/{asked.pk}", {"word": "confirmed", "note": "I agree"})
    both = second.get(answer["Location"]).content.decode()
    assert "first opinion" in both and "I agree" in both
    entry = acts("decision")[-1]
    assert entry.public["word"] == "confirmed" and entry.public["asked"] == asked.ledger_index
    assert entry.actor == second.person.actor


def test_a_declined_report_puts_the_lead_back(desk: Path, sign_in: Any) -> None:
    _, lead, asked = _asked(sign_in)
    sign_in("senior", name="second").post(
        f"/seconds/{asked.pk}", {"word": "declined", "note": "no"}
    )
    lead.refresh_from_db()
    assert lead.state == State.OPEN


def test_only_the_first_second_opinion_counts(desk: Path, sign_in: Any) -> None:
    _, _, asked = _asked(sign_in)
    for name, word in (("second", "declined"), ("third", "confirmed")):
        sign_in("senior", name=name).post(f"/seconds/{asked.pk}", {"word": word, "note": name})
    asked.refresh_from_db()
    assert asked.second.username == "second" and asked.state == "declined"


def test_a_judged_link_is_an_act_and_a_line_for_linking_and_can_be_undone(
    desk: Path, sign_in: Any, acts: Any
) -> None:
    client = sign_in("investigator")
    for lead in Lead.objects.order_by("rank"):
        rows = client.get(f"/operation/{lead.pk}/").context["ties"]
        if rows:
            break
    tie = rows[0]["tie"]
    given = {"source": tie.source, "target": tie.target}
    client.post(f"/operation/{lead.pk}/judge", {**given, "word": "different"})
    line = orjson.loads((desk / FILE).read_bytes())
    assert {line["one"], line["other"]} == {tie.source, tie.target} and line["word"] == "different"
    assert acts("link.judged")[-1].public == {"word": "different"}
    client.post(f"/operation/{lead.pk}/judge", {**given, "word": "undone"})
    assert (desk / FILE).read_bytes() == b""
    assert LinkJudgement.objects.count() == 2


def test_only_links_of_the_operation_can_be_judged(desk: Path, sign_in: Any) -> None:
    lead = Lead.objects.order_by("rank")[0]
    given = {"source": "x", "target": "y", "word": "same"}
    sign_in("investigator").post(f"/operation/{lead.pk}/judge", given)
    assert not LinkJudgement.objects.exists()
