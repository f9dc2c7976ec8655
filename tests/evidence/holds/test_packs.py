from datetime import UTC, date, datetime

import pytest

from lamplighter.evidence.holds.pack import find_rule, read_pack, shipped
from lamplighter.evidence.holds.period import Period
from lamplighter.foundation.errors import LamplighterError, UsageError

GOOD = """
name = "x"
title = "X"
[[rule]]
id = "x/a"
title = "A"
keep = "90 days"
starts = "hold"
covers = "what it names"
statute = "none"
source = "https://example.org/law"
read = 2026-11-24
note = ""
unsure = ""
"""


def test_every_shipped_rule_is_cited_and_dated() -> None:
    packs = shipped()
    assert set(packs) == {"us", "eu", "litigation", "none"}
    for pack in packs.values():
        for rule in pack.rules:
            assert rule.statute and rule.covers and rule.note, rule.id
            assert isinstance(rule.read, date), rule.id
            assert rule.source.startswith("https://") or pack.name == "none", rule.id


def test_a_cybertipline_report_keeps_for_one_year() -> None:
    rule = find_rule("us/cybertipline")
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert rule.keep.end(start) == datetime(2027, 11, 24, 9, tzinfo=UTC)
    assert "2258A(h)" in rule.statute and rule.starts == "report:cybertipline"
    assert find_rule("litigation").keep.end(start) is None


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("1 year", "2028-02-29T00:00Z", "2029-03-01T00:00Z"),
        ("6 months", "2026-08-31T00:00Z", "2027-03-01T00:00Z"),
        ("6 months", "2026-12-01T07:30Z", "2027-06-01T07:30Z"),
        ("90 days", "2026-01-01T00:00Z", "2026-04-01T00:00Z"),
    ],
)
def test_a_period_never_ends_early(period: str, start: str, end: str) -> None:
    ends = Period.parse(period).end(datetime.fromisoformat(start))
    assert ends == datetime.fromisoformat(end)


@pytest.mark.parametrize("text", ["", "0 days", "a year", "1 week", "-1 days", "1 year and a day"])
def test_no_guessing_at_periods(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('keep = "90 days"', 'keep = "soon"', "keep"),
        ('statute = "none"\n', "", "statute"),
        ("read = 2026-11-24", 'read = "lately"', "read"),
        ('starts = "hold"', 'starts = "whenever"', "starts"),
        ('note = ""', 'nota = ""', "note"),
        ('unsure = ""', 'unsure = ""\nmore = "x"', "more"),
        ('name = "x"', "", "name"),
        ("[[rule]]", "[[rule", "TOML"),
    ],
)
def test_a_wrong_pack_says_what_is_wrong(old: str, new: str, says: str) -> None:
    assert read_pack(GOOD, "x.toml").rules[0].keep == Period(days=90)
    with pytest.raises(LamplighterError) as caught:
        read_pack(GOOD.replace(old, new), "x.toml")
    assert says in str(caught.value) and "x.toml" in str(caught.value)


def test_an_unknown_rule_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="No policy pack") as caught:
        find_rule("us/nothing")
    assert "us/cybertipline" in str(caught.value)
