"""The policy file: what is refused, and how the error shows it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from lamplighter.foundation.errors import LamplighterError
from lamplighter.operations.policy import BANDS, GRADES, REFUTED, STRONG
from lamplighter.operations.policy_check import default_policy, read_policy
from lamplighter.operations.trade import TRADES

GOOD = """\
name = "ours"
version = "3"

[bands]
organised = 1.5

[[rule]]
name = "circuit"
when = ["circuit >= 3", "listings >= 6"]
points = 2
sign = "movement"
sentence = "{circuit:stay|stays} in order"
evidence = "expert-opinion"
source = "Somebody, Somewhere 2019"
date = "2019-05"

[[rule]]
name = "hidden"
when = ["obscured >= 2"]
trades = ["personal"]
points = 1.5
sign = "hidden contact"
moves_to = "C"
sentence = "{n:listing hides|listings hide} the contact"
evidence = "tested-positive"
source = "Somebody else"
date = "2022-10"

[[rule]]
name = "nothing"
when = ["listings >= 1"]
fallback = true
points = 0
sentence = "nothing found"
evidence = "observation"
source = "this file"
date = "2026-11-23"

[[combination]]
name = "both"
band = "B"
given = ["circuit"]
signs = ["hidden contact"]
at_least = 1
sentence = "both at once"
evidence = "expert-opinion"
source = "this file"
date = "2026-11-23"

[words]
goods = ["couch"]
"""


def error_of(text: str) -> str:
    with pytest.raises(LamplighterError) as caught:
        read_policy(text, "ours.toml")
    return str(caught.value)


def test_a_good_policy() -> None:
    policy = read_policy(GOOD, "ours.toml")
    assert [rule.name for rule in policy.rules] == ["circuit", "hidden", "nothing"]
    assert str(policy.rules[0].when[1]) == "listings >= 6"
    assert policy.words == {"goods": ("couch",)}
    assert policy.label == f"ours 3 {policy.digest}"


def test_the_digest_follows_the_content_and_not_the_comments() -> None:
    policy = read_policy(GOOD, "ours.toml")
    commented = read_policy("# a comment\n" + GOOD, "other.toml")
    changed = read_policy(GOOD.replace("points = 1.5", "points = 1.25"), "ours.toml")
    assert policy.digest == commented.digest
    assert policy.digest != changed.digest


def test_an_error_shows_file_line_excerpt_and_hint() -> None:
    text = GOOD.replace('source = "Somebody, Somewhere 2019"', 'source = " "')
    assert error_of(text).splitlines() == [
        "rule 'circuit' names no source",
        "  where: ours.toml:14:1",
        "     |",
        '  14 | source = " "',
        "     | ^^^^^^",
        "  hint:  say where the weight comes from, for example "
        'source = "Deeb-Swihart et al., CHI 2019"',
    ]


def test_an_error_points_into_a_list() -> None:
    assert error_of(GOOD.replace('"circuit >= 3"', '"circiut >= 3"')) == dedent(
        """\
        there is no feature 'circiut'
          where: ours.toml:9:10
            |
          9 | when = ["circiut >= 3", "listings >= 6"]
            |          ^^^^^^^
          hint:  did you mean circuit?"""
    )


@pytest.mark.parametrize(
    ("old", "new", "what", "hint"),
    [
        ("points = 2\n", 'points = "2"\n', "points must be a number", "points = 2.0"),
        ("points = 2\n", "points = nan\n", "points must be a number", "points = 2.0"),
        ("at_least = 1\n", "at_least = 0\n", "band B on a single sign", "at_least = 2"),
        ('["hidden contact"]', '["movement"]', "band B on a single sign", "at_least = 2"),
        ("points = 2\n", "points = true\n", "points must be a number", "points = 2.0"),
        ("points = 2\n", "", "rule 'circuit' has no points", "points = 2.0"),
        ("points = 2\n", "pionts = 2\n", "unknown key 'pionts'", "did you mean points?"),
        ('name = "ours"', 'nmae = "ours"', "unknown key 'nmae'", "did you mean name?"),
        ("[bands]\norganised = 1.5", "", "a [[bands]] has no organised", "organised = 1.5"),
        ("circuit >= 3", "circuit at 3", "'circuit at 3' is no condition", "feature"),
        ('["personal"]', '["persnal"]', "unknown trade 'persnal'", "did you mean personal?"),
        ("{circuit:stay|stays}", "{stay}", "there is no feature 'stay'", "did you mean stays?"),
        ('"expert-opinion"', '"expert"', "unknown grade 'expert'", "expert-opinion"),
        ('"2019-05"', '"May 2019"', "has the date 'May 2019'", "year-month"),
        ('"hidden"', '"circuit"', "two rules named 'circuit'", "its own name"),
        ("fallback = true\n", "", "no fallback rule", "fallback = true"),
        ('sign = "movement"\n', "", "points but no sign", 'sign = "movement"'),
        ('given = ["circuit"]\n', "", "band B on a single sign", "at_least = 2"),
        ("at_least = 1", "at_least = 2", "more signs than it names", "lower at_least"),
        ('given = ["circuit"]', 'given = ["circus"]', "rule 'circus'", "did you mean circuit?"),
        ('signs = ["hidden contact"]', 'signs = ["x"]', "the sign 'x'", "signs are"),
        ('band = "B"', 'band = "A"', "calls for band 'A'", "denotes a child"),
        ("goods = ", "godos = ", "unknown key 'godos'", "did you mean goods?"),
        ('["couch"]', '"couch"', "goods must be a list of texts", "bicycle"),
        ('version = "3"', "version = ", "not valid TOML", "quotes"),
    ],
)
def test_faults(old: str, new: str, what: str, hint: str) -> None:
    assert old in GOOD
    message = error_of(GOOD.replace(old, new, 1))
    assert what in message.splitlines()[0]
    assert hint in message.splitlines()[-1]
    assert "ours.toml:" in message


def with_hidden(**changes: str) -> str:
    before, after = GOOD.split('name = "hidden"')
    for old, new in changes.items():
        key = {"points": "points = 1.5", "evidence": "tested-positive", "moves": '"C"'}[old]
        after = after.replace(key, new, 1)
    return before + 'name = "hidden"' + after


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            with_hidden(moves='"B"', evidence="expert-opinion"),
            "rule 'hidden' moves to band B by itself on expert-opinion",
        ),
        (
            with_hidden(evidence="expert-opinion"),
            "rule 'hidden' moves to band C by itself on expert-opinion",
        ),
        (
            with_hidden(moves='"A"', evidence="tested-null", points="points = 0"),
            "rule 'hidden' moves to band A by itself on tested-null",
        ),
        (
            GOOD.replace("expert-opinion", "tested-negative", 1),
            "rule 'circuit' gives 2 points to what was tested and is not a sign",
        ),
        (
            GOOD.replace("expert-opinion", "observation", 1),
            "rule 'circuit' gives points to an observation",
        ),
        (
            with_hidden(points="protected = true\npoints = 1.5"),
            "rule 'hidden' weighs a protected characteristic without a justification",
        ),
    ],
)
def test_the_rules_of_evidence_bind(text: str, what: str) -> None:
    assert error_of(text).splitlines()[0] == what


def test_tested_evidence_may_move_a_band_and_a_justified_protected_weight_is_taken() -> None:
    assert read_policy(with_hidden(moves='"B"'), "ours.toml").rules[1].moves_to == "B"
    text = with_hidden(points='protected = true\njustification = "because"\npoints = 1.5')
    assert read_policy(text, "ours.toml").rules[1].justification == "because"


def test_the_default_policy_keeps_the_rules_of_evidence() -> None:
    policy = default_policy()
    for rule in policy.rules:
        assert rule.evidence in GRADES
        assert rule.source and rule.date
        assert not rule.protected or rule.points == 0
        assert rule.points <= 0 or rule.evidence not in (*REFUTED, "observation")
        assert not rule.moves_to or rule.evidence in STRONG
    assert {combination.band for combination in policy.combinations} <= set(BANDS)
    assert set(policy.words) == {*TRADES[:-1], "company", "introduces", "ages"}
    assert policy.alarming == ("child",)
