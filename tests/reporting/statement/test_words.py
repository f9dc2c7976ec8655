"""What a poster reads: golden, complete, and no help to get round the rules."""

from __future__ import annotations

import os
import tomllib
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.foundation.errors import UsageError
from lamplighter.reporting.statement.clocks import shipped_clocks
from lamplighter.reporting.statement.settings import read_settings
from lamplighter.reporting.statement.statement import Measure, Statement
from lamplighter.reporting.statement.words import as_text
from lamplighter.signals.indicators import find
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.signals.spans import join_fields
from lamplighter.text.tokens import tokenise

from .samples import DECIDED, settings, statement

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("measure", "code"),
    [(Measure.HOLD, "control"), (Measure.REFUSAL, "listed"), (Measure.REMOVAL, "fraud"),
     (Measure.ACCOUNT, "deception")],
)  # fmt: skip
def test_the_words_are_those_of_the_golden_file(
    tmp_path: Path, measure: Measure, code: str
) -> None:
    chosen = settings(tmp_path)
    until = chosen.clocks["complain"].end(DECIDED)
    made = as_text(statement(chosen, measure, code), chosen, until, "https://market.invalid/s/x")
    path = GOLDEN / f"{measure}.txt"
    if os.environ.get("GOLDEN"):
        path.write_text(made, "utf-8")
    assert made == path.read_text("utf-8")


def test_a_statement_is_the_same_after_the_ledger(tmp_path: Path) -> None:
    made = statement(settings(tmp_path), Measure.ACCOUNT, "minor")
    assert Statement.from_dict(made.as_dict()) == made


def test_no_sentence_holds_a_phrase_that_is_looked_for(tmp_path: Path) -> None:
    """Whoever is told what was looked for learns how to write it otherwise."""
    chosen = settings(tmp_path)
    grounds = list(chosen.grounds.values())
    texts = [f"{one.reference}. {one.words} {one.facts}" for one in grounds]
    assert _found(["limited time, innocent"]), "the finder finds"
    assert not _found(texts)


def _found(texts: list[str]) -> list[str]:
    joined, title_bytes = join_fields(
        pa.array([""] * len(texts), pa.large_string()), pa.array(texts, pa.large_string())
    )
    none = pa.nulls(len(texts), pa.large_string())
    table = find(tokenise(joined), joined, load_lexicon(), none, title_bytes)
    return list(table["entry"].to_pylist())


def test_every_clause_and_rule_that_ships_has_a_ground(tmp_path: Path) -> None:
    from lamplighter.console.project.configuration import CLAUSES

    chosen = settings(tmp_path)
    for clause in CLAUSES:
        assert clause.code == "none" or clause.code in chosen.grounds, clause.code
    folder = files("lamplighter.screening") / "policies" / "default.toml"
    for rule in tomllib.loads(folder.read_text("utf-8"))["rule"]:
        if rule["do"] != "publish":
            assert chosen.ground_of_rule(rule["name"]).code != "other", rule["name"]


def test_clocks_say_where_they_are_from() -> None:
    for pack in shipped_clocks().values():
        for clock in pack.by_id.values():
            assert clock.statute and (clock.source.startswith("https://") or not clock.law)
    complain = shipped_clocks()["eu"]["complain"]
    assert complain.law and complain.end(DECIDED).date().isoformat() == "2026-09-04"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('platfrom = "x"', "no setting 'platfrom'"),
        ('pack = "mars"', "no pack 'mars'"),
        ('territorial_scope = ["US"]', "not in the EEA"),
        ('[clocks]\ncomplain = "1 day"', "'complain' cannot be set"),
        ('[clocks]\ndecide = "soon"', "'soon' is no period"),
        ('[[ground]]\ncode = "x"', "lacks category"),
        ("platform = 3", "platform is a text"),
    ],
)
def test_a_wrong_setting_is_shown_where_it_stands(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "statements.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        read_settings(tmp_path)
    assert words in str(caught.value) and "statements.toml:" in str(caught.value)


@given(st.text(max_size=60), st.text(max_size=60))
def test_names_in_every_script_stay_as_they_are(name: str, account: str) -> None:
    from dataclasses import replace

    chosen = read_settings(Path("/nonexistent"))
    made = replace(statement(chosen, Measure.ACCOUNT, "spam"), listings=(name,), account=account)
    words = as_text(made, chosen, DECIDED, "")
    assert f"“{name}”" in words and f"“{account}”" in words
