"""The EU's template, filled from a log: what is in it, what is left open, and its shape."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.reporting.statement.dsa.document import _VISIBILITY
from lamplighter.reporting.statement.dsa.schema import schema
from lamplighter.reporting.transparency import eu_csv

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
MINORS, SCAMS = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"


def _said(measure: str, ground: str, category: str, source: str, decided: str, detected: bool) -> Act:  # fmt: skip
    public: dict[str, Json] = {
        "decision": 0, "measure": measure, "ground": ground, "category": category, "source": source,
        "automated_decision": decided, "automated_detection": detected,
    }  # fmt: skip
    return Act("statement", MARCH, "system:statements", public)


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, list[dict[str, str]]]:
    hour = timedelta(hours=1)
    acts = [
        _said("hold", "terms", MINORS, "own initiative", "fully", True),
        _said("removal", "terms", MINORS, "own initiative", "not", False),
        _said("account", "terms", SCAMS, "trusted flagger", "not", False),
        _said("removal", "law", SCAMS, "notice", "not", False),
        _said("refusal", "law", SCAMS, "own initiative", "fully", True),
    ]
    acts += [Act("note", MARCH, by, {"topic": "notice"})
             for by in ("notifier:public", "notifier:flagger-3", "notifier:help")]  # fmt: skip
    acts.append(Act("note", MARCH + 4 * hour, "user:1",
                    {"topic": "notice.decided", "outcome": "acted", "notices": [5, 6]}))  # fmt: skip
    for statement, state in ((0, "upheld"), (2, "reversed"), (1, "")):
        public: dict[str, Json] = {"decision": 0, "statement": statement, "state": "received"}
        acts.append(Act("appeal", MARCH, "poster:x", public))
        if state:
            acts.append(Act("appeal", MARCH + 48 * hour, "user:1", public | {"state": state}))
    with Ledger.create(tmp_path / "shop", "shop.invalid") as ledger:
        ledger.append(acts)
    out = tmp_path / "eu"
    done = CliRunner().invoke(app, [
        "report", "transparency", str(tmp_path / "shop"), "--from", "2026-03-01", "--to", "2026-03-31",
        "--format", "eu-csv", "--out", str(out), "--provider", "=Market", "--service", "Market",
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "6 of 11 parts" in done.stdout
    found = {}
    for path in out.iterdir():
        data = path.read_bytes()
        assert data.count(b"\r\n") == data.count(b"\n")
        found[path.name[0]] = list(csv.DictReader(data.decode().splitlines()))
    return found


def _row(rows: list[dict[str, str]], **wanted: str) -> dict[str, str]:
    (found,) = [row for row in rows if all(row[key.replace("_", " ")] == value
                                           for key, value in wanted.items())]  # fmt: skip
    return found


def test_what_the_log_knows_is_told(parts: dict[str, list[dict[str, str]]]) -> None:
    assert [row["Value"] for row in parts["1"]] == ["'=Market", "", "", "2026-03-01", "2026-03-31"]
    total = parts["4"][0]
    assert total["Reporting period"] == "2026-03-01/2026-03-31" and total["Service"] == "Market"
    assert list(total.values())[5:15] == ["3", "1", "", "", "4.0", "4.0", "1", "0", "1", "1"]
    own = {row["Category of incompatibility with the provider's terms and conditions"]: list(row.values())[5:21]
           for row in parts["6"]}  # fmt: skip
    assert own["TOTAL"] == own[MINORS]
    assert own[MINORS] == ["2", "1", "1", "1", *["0"] * 12]
    assert own[SCAMS][0] == "0", "that was a flagger's notice"
    assert list(parts["5"][0].values())[5:8] == ["1", "1", "1"]


def test_objections_by_what_they_are_against(parts: dict[str, list[dict[str, str]]]) -> None:
    told = [
        (row["Indicator"][:40], row["Scope"], row["Value"]) for row in parts["7"] if row["Value"]
    ]
    assert [value for _, _, value in told] == [
        "3", "1", "0", "1", "48.0",  # all
        "2", "1", "0", "0", "48.0",  # what is seen
        "1", "0", "0", "1", "48.0",  # accounts
    ]  # fmt: skip
    assert len(parts["7"]) == 47
    shares = [(row["Scope"], row["Value"]) for row in parts["8"] if row["Value"]]
    assert shares == [("Total number", "2"), ("Total number", "3"), ("Own-initiative ", "2"),
                      ("Own-initiative ", "1"), ("NAM Total", "0"), ("NAM Total", "2"),
                      ("NAM Trusted Flagger", "0"), ("NAM Trusted Flagger", "1")]  # fmt: skip


def test_its_shape_is_the_template_s(parts: dict[str, list[dict[str, str]]]) -> None:
    """Numbers of rows and columns of the Commission's own files."""
    shape = {part: (len(rows), len(rows[0])) for part, rows in parts.items()}
    assert shape == {
        "1": (5, 4),
        "4": (91, 25),
        "5": (90, 37),
        "6": (98, 37),
        "7": (47, 8),
        "8": (20, 8),
    }
    names = {name for name in eu_csv._names(terms=True) if name != "TOTAL"}
    known = schema()
    assert names <= {*known.enums["category"], *known.enums["category_specification"]}
    assert set(eu_csv._COLUMN) == {*_VISIBILITY, "account"}
