"""Statements for the DSA Transparency Database: valid, at most 100 a call, each exactly once."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.statement.acts import Held, read_held, statement_act
from lamplighter.reporting.statement.delay import Delay, Subject, delay_act
from lamplighter.reporting.statement.dsa.client import BusyError, Client, RefusedError
from lamplighter.reporting.statement.dsa.document import document
from lamplighter.reporting.statement.dsa.export import ready, write_export
from lamplighter.reporting.statement.dsa.schema import schema
from lamplighter.reporting.statement.dsa.stand_in import Fault, StandIn, serving
from lamplighter.reporting.statement.dsa.submission import submit_all
from lamplighter.reporting.statement.dsa.validate import problems
from lamplighter.reporting.statement.settings import read_settings
from lamplighter.reporting.statement.statement import Automated, Measure, Source

from .samples import DECIDED, settings, statement

GOLDEN = Path(__file__).parent / "golden"
DEFAULTS = read_settings(Path("/nonexistent"))


def _held(count: int, chosen: Any = DEFAULTS) -> list[Held]:
    return [
        Held(n, DECIDED + timedelta(seconds=n), statement(chosen, Measure.HOLD, "control", n))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("measure", "code"), [(Measure.HOLD, "control"), (Measure.ACCOUNT, "deception")]
)
def test_documents_are_those_of_the_golden_file(
    tmp_path: Path, measure: Measure, code: str
) -> None:
    chosen = settings(tmp_path)
    made = document(statement(chosen, measure, code), chosen)
    assert problems(made) == {}
    path = GOLDEN / f"dsa-{measure}.json"
    if os.environ.get("GOLDEN"):
        path.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2))
    assert made == orjson.loads(path.read_bytes())
    text = orjson.dumps(made).decode()
    assert "sofa-1" not in text and "shop-9" not in text, "no personal data"


@given(
    measure=st.sampled_from(Measure), code=st.sampled_from(sorted(DEFAULTS.grounds)),
    automated=st.sampled_from(Automated), source=st.sampled_from(Source),
    day=st.none() | st.dates(date(2000, 1, 1), date(2026, 3, 4)), language=st.text(max_size=3),
    content=st.sampled_from([("text",), ("text", "image")]), detected=st.booleans(),
    number=st.integers(0, 2**53),
)  # fmt: skip
def test_every_statement_gives_a_valid_document(
    measure: Measure, code: str, automated: Automated, source: Source, day: date | None,
    language: str, content: tuple[str, ...], detected: bool, number: int,
) -> None:  # fmt: skip
    made = replace(
        statement(DEFAULTS, measure, code, number), automated_decision=automated, source=source,
        content_date=day, language=language, content=content, automated_detection=detected,
    )  # fmt: skip
    assert problems(document(made, DEFAULTS)) == {}


FINE = document(statement(DEFAULTS, Measure.HOLD, "control"), DEFAULTS)


@pytest.mark.parametrize(
    ("change", "attribute"),
    [
        ({"puid": "a b"}, "puid"), ({"puid": "x" * 501}, "puid"), ({"puid": None}, "puid"),
        ({"category": "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT"}, "category"),
        ({"decision_visibility": "DECISION_VISIBILITY_CONTENT_REMOVED"}, "decision_visibility"),
        ({"decision_visibility": []}, "decision_visibility"),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "decision_visibility_other"),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other"),
        ({"incompatible_content_ground": ""}, "incompatible_content_ground"),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "illegal_content_legal_ground"),
        ({"decision_facts": "x" * 5_001}, "decision_facts"),
        ({"territorial_scope": ["US"]}, "territorial_scope"),
        ({"content_date": "1999-12-31"}, "content_date"), ({"content_date": "4.3.2026"}, "content_date"),
        ({"application_date": "2026-02-30"}, "application_date"),
        ({"end_date_visibility_restriction": "2026-03-03"}, "end_date_visibility_restriction"),
        ({"automated_decision": "Yes"}, "automated_decision"), ({"url": "x"}, "url"),
        ({"content_id": {"EAN-13": "12"}}, "content_id"), ({"content_language": "xx"}, "content_language"),
        ({"category_specification": ["KEYWORD_DANGEROUS_TOYS"]}, "category_specification"),
    ],
)  # fmt: skip
def test_what_the_database_refuses_is_refused_here(change: dict[str, Any], attribute: str) -> None:
    assert attribute in problems({**FINE, **change})


def test_the_schema_says_which_it_is() -> None:
    shape = schema()
    assert (shape.version, shape.in_force) == ("2", "2025-07-01") and shape.most_in_a_batch == 100
    assert len(shape.enums["category"]) == 16 and len(shape.eu) == 27 and len(shape.eea) == 30
    assert len(shape.languages) == 183


def test_an_export_is_in_batches_and_the_same_again(tmp_path: Path) -> None:
    found = ready(_held(250), DEFAULTS, DECIDED + timedelta(days=1))
    manifest = write_export(found, tmp_path / "one", "x")
    assert [one["statements"] for one in manifest["files"]] == [100, 100, 50]
    assert manifest == write_export(found, tmp_path / "two", "x")
    first = orjson.loads((tmp_path / "one" / "batch-0001.json").read_bytes())
    assert first["statements"][0]["puid"] == "lamp-1f0c93aa-0-0"


def test_what_is_not_told_is_not_published_and_comes_later() -> None:
    later = DECIDED + timedelta(days=20)
    held = _held(3)
    held[0] = replace(
        held[0], delay=Delay(Subject.STATEMENT, "x", later, "State police", "2026-17", "user:1", 9)
    )
    now = ready(held, DEFAULTS, DECIDED + timedelta(days=1))
    assert (len(now.documents), now.waiting) == (2, 1)
    then = ready(held, DEFAULTS, later + timedelta(days=1))
    assert then.documents[:2] == now.documents and then.documents[2]["puid"].endswith("-0-0")


def test_a_ground_that_does_not_fit_is_named(tmp_path: Path) -> None:
    one = _held(1)[0]
    long = replace(one.statement.ground, reference="x" * 501)
    with pytest.raises(LamplighterError, match="incompatible_content_ground is longer than 500"):
        ready([replace(one, statement=replace(one.statement, ground=long))], DEFAULTS,
              DECIDED + timedelta(days=1))  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with Ledger.create(tmp_path / "w", "x.invalid/log") as made:
        yield made


def _documents(count: int) -> list[dict[str, Any]]:
    return ready(_held(count), DEFAULTS, DECIDED + timedelta(days=1)).documents


def test_statements_and_delays_come_back_from_the_ledger(ledger: Ledger) -> None:
    made = statement(DEFAULTS, Measure.HOLD, "control")
    ledger.append([statement_act(made, DECIDED)])
    until = DECIDED + timedelta(days=9)
    for subject, value in ((Subject.STATEMENT, made.puid), (Subject.ACCOUNT, made.account)):
        delay = Delay(subject, value, until, "State police", "7", "user:1")
        ledger.append([delay_act(delay, DECIDED)])
        held = read_held(ledger)[made.puid]
        assert held.delay and held.delay.subject is subject
    held = read_held(ledger)[made.puid]
    assert held.statement == made and held.told_from == until
    assert not held.told(until - timedelta(seconds=1)) and held.told(until)
    assert made.puid.encode() not in ledger.entry(1).raw, "the log is public"


def test_each_is_created_once_and_a_second_run_sends_nothing(ledger: Ledger) -> None:
    service = StandIn("t")
    with serving(service) as base, Client(base, "t") as client:
        first = submit_all(ledger, client, _documents(230), sleep=lambda _: None)
        again = submit_all(ledger, client, _documents(230), sleep=lambda _: None)
    assert (first.created, again.created, again.before) == (230, 0, 230)
    assert len(service.statements) == 230 and service.calls == [201, 201, 201]


def test_a_hundred_stops_at_random_places_leave_each_there_once(ledger: Ledger) -> None:
    chance, service = random.Random(7), StandIn("t")
    documents = _documents(1_000)
    with serving(service) as base, Client(base, "t") as client:
        for _ in range(100):
            service.faults.extend(
                chance.choices([Fault.BUSY, Fault.SILENT_AFTER], k=chance.randrange(6))
            )
            upto = chance.randrange(1_000)
            try:
                submit_all(ledger, client, documents[:upto], sleep=lambda _: None)
            except BusyError:
                continue
        service.faults.clear()
        submit_all(ledger, client, documents, sleep=lambda _: None)
    assert sorted(service.statements) == sorted(one["puid"] for one in documents)


def test_a_crash_between_yes_and_ledger_is_found_out(ledger: Ledger) -> None:
    service = StandIn("t")
    documents = _documents(150)
    service.store({"statements": documents[:60]})
    with serving(service) as base, Client(base, "t") as client:
        made = submit_all(ledger, client, documents, sleep=lambda _: None)
    assert (made.created, made.found) == (90, 60)


def test_errors_name_who_can_act(ledger: Ledger) -> None:
    service = StandIn("t")
    with serving(service) as base:
        with Client(base, "wrong") as client, pytest.raises(LamplighterError, match="token"):
            submit_all(ledger, client, _documents(1))
        service.faults.append(Fault.CHANGED)
        with Client(base, "t") as client, pytest.raises(RefusedError) as caught:
            submit_all(ledger, client, _documents(2))
    assert "category: is invalid" in str(caught.value) and "lamp-1f0c93aa-0-0" in str(caught.value)
    assert not service.statements
    with Client("http://127.0.0.1:9", "t") as client, pytest.raises(BusyError, match="no answer"):
        submit_all(ledger, client, _documents(1), sleep=lambda _: None)
