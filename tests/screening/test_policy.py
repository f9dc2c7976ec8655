"""The screening policy: what it decides, what it refuses to be, and how its errors look."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from lamplighter.foundation.errors import LamplighterError
from lamplighter.screening.decision import Decision
from lamplighter.screening.judge import Facts, judge
from lamplighter.screening.policy import OUTCOMES
from lamplighter.screening.policy_check import default_policy, read_policy
from lamplighter.screening.policy_facts import NUMBERS, TEXTS
from lamplighter.screening.settings import read_settings

GOOD = dedent(
    """\
    name = "ours"
    version = "3"

    [[rule]]
    name = "alike"
    do = "hold"
    when = ["known.copies >= 3"]
    categories = ["Jobs"]
    except_countries = ["CH"]
    because = "has {known.copies:copy|copies} ({terms})"
    evidence = "expert-opinion"
    source = "this test"
    """
)
FAULTS = {
    "unknown-outcome": ('do = "hold"', 'do = "strip-words"'),
    "misspelt-outcome": ('do = "hold"', 'do = "hodl"'),
    "refuses-by-score": ('do = "hold"', 'do = "refuse"'),
    "unknown-fact": ("known.copies >= 3", "known.copys >= 3"),
    "no-condition": ("known.copies >= 3", "known.copies is 3"),
    "text-as-number": ("known.copies >= 3", "operation.band >= 3"),
    "unknown-band": ("known.copies >= 3", "operation.band in A, E"),
    "refuted": ('evidence = "expert-opinion"', 'evidence = "tested-null"'),
    "unknown-key": ("categories =", "category ="),
    "country": ('"CH"', '"Switzerland"'),
    "placeholder": ("{terms}", "{termz}"),
    "not-toml": ('do = "hold"', "do = hold"),
    "missing": ('source = "this test"\n', ""),
}
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", FAULTS)
def test_errors_point_at_the_fault(name: str) -> None:
    old, new = FAULTS[name]
    assert old in GOOD
    with pytest.raises(LamplighterError) as caught:
        read_policy(GOOD.replace(old, new), "ours.toml")
    golden = GOLDEN / f"{name}.txt"
    assert f"{caught.value}\n" == golden.read_text("utf-8")


def test_categories_and_countries() -> None:
    policy = read_policy(GOOD, "ours.toml")

    def outcome(category: str, country: str, copies: float) -> str:
        return judge(policy, Facts(category, country, {"known.copies": copies})).outcome

    assert outcome("jobs", "DE", 3) == "hold"
    assert outcome("jobs", "DE", 2) == "publish"
    assert outcome("cars", "DE", 3) == "publish"
    assert outcome("jobs", "CH", 3) == "publish"


def test_no_score_refuses_under_the_default_policy() -> None:
    every = Facts(
        numbers=dict.fromkeys(NUMBERS, 1e9) | {"lists.refuse": 0, "language.child": 9},
        texts=dict.fromkeys(TEXTS, "A"),
    )
    verdict = judge(default_policy(), every)
    assert verdict.outcome == "hold"
    assert "refuse" not in {reason.do for reason in verdict.reasons}
    every.numbers["lists.refuse"] = 1
    assert judge(default_policy(), every).outcome == "refuse"


def test_nothing_can_change_a_listing() -> None:
    """Three outcomes; the policy takes no other; a decision has no room for a text to publish."""
    assert OUTCOMES == ("publish", "hold", "refuse")
    for word in ("edit", "strip", "redact", "replace", "remove", "mask", "sanitise", "rewrite"):
        with pytest.raises(LamplighterError, match="unknown outcome") as caught:
            read_policy(GOOD.replace('do = "hold"', f'do = "{word}"'), "ours.toml")
        assert "nothing here can change a listing's words" in str(caught.value)
    assert {field.name for field in fields(Decision)}.isdisjoint({"text", "title", "edited"})


def test_settings_point_at_the_fault(tmp_path: Path) -> None:
    (tmp_path / "screening.toml").write_text(
        '[[list]]\nname = "ours"\nfile = "x.csv"\nuse = "delete"\nsource = "us"\n'
    )
    with pytest.raises(LamplighterError, match="has the use 'delete'") as caught:
        read_settings(tmp_path)
    assert "screening.toml:4:1" in str(caught.value)
