"""Documents: always what the schema takes, and nothing lost on the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from lamplighter.reporting.cybertipline.advice import advise
from lamplighter.reporting.cybertipline.case import Case, Filer
from lamplighter.reporting.cybertipline.draft import draft_file, draft_report
from lamplighter.reporting.cybertipline.fields import moment
from lamplighter.reporting.cybertipline.file_details import FileDetails, FileRelevance
from lamplighter.reporting.cybertipline.incident import IncidentType
from lamplighter.reporting.cybertipline.report import Report
from lamplighter.reporting.cybertipline.xml import Schema, from_xml, safe_parse, to_xml
from tests.reporting.cybertipline.cases import START, cases

SCHEMA = Schema()
PLAIN = Case(
    operation_id="op-1", incident=IncidentType.SEX_TRAFFICKING, platform="Market", listings=3,
    first_seen=START, last_seen=START + timedelta(days=2), listing_urls=("https://market.example/1",),
    filer=Filer("Ada", "Desk", "desk@market.example"),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases)
def test_every_case_gives_documents_that_the_schema_takes(case: Case) -> None:
    document = to_xml(draft_report(case))
    assert SCHEMA.problems(document) == []
    assert len(from_xml(document, Report).victim) == len(case.children)
    for item in case.evidence:
        assert SCHEMA.problems(to_xml(draft_file(item).details)) == []


def test_what_is_known_goes_where_it_is_looked_for() -> None:
    document = to_xml(draft_report(replace(PLAIN, phones=("+15550100",), urgent_because="a day")))
    assert b"<url>https://market.example/1</url>" in document
    assert b"<phone>+15550100</phone>" in document
    assert b"<escalateToHighPriority>a day</escalateToHighPriority>" in document
    assert b"escalateToHighPriority" not in to_xml(draft_report(PLAIN))


def test_values_too_long_to_carry_are_counted_not_cut() -> None:
    document = to_xml(draft_report(replace(PLAIN, emails=("x" * 300 + "@market.example",))))
    assert b"1 addresses are too long" in document
    assert b"xxx" not in document


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"<report>", "malformed"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><report>&a;</report>', "document type"),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><report/>', "document type"),
        (b"\x00", "malformed"),
    ],
)
def test_hostile_xml_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        safe_parse(document)


def test_the_schema_names_what_is_wrong() -> None:
    document = to_xml(draft_report(PLAIN)).replace(b"Child Sex Trafficking", b"Jaywalking")
    (problem, *_) = SCHEMA.problems(document)
    assert "incidentType" in problem


def test_a_supplemental_file_cannot_be_classified() -> None:
    with pytest.raises(ValueError, match="supplemental"):
        FileDetails(report_id=1, file_id="0" * 32, file_relevance=FileRelevance.SUPPLEMENTAL,
                    industry_classification="A1")  # fmt: skip


def test_a_time_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment(datetime(2026, 1, 1))


def test_advice_names_what_others_forgot() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    sentences = " ".join(advice.sentence for advice in advise(PLAIN, now))
    for missing in ("account", "possible victim", "city", "phone", "reason"):
        assert missing in sentences
    assert not any(advice.blocks for advice in advise(PLAIN, now))
    late = replace(PLAIN, last_seen=now + timedelta(days=1), filer=Filer("A", "B", ""))
    blocking = [advice.sentence for advice in advise(late, now) if advice.blocks]
    assert len(blocking) == 2
    assert "e-mail" in blocking[0]
    assert "future" in blocking[1]
