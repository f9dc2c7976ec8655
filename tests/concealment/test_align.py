"""Alignment against an obvious twin, and what the classes of hunks are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.concealment.align import align
from lamplighter.concealment.diff import word_diff
from lamplighter.concealment.markup import without_markup
from lamplighter.text.tokens import tokenise

WORDS = st.lists(st.sampled_from(["oak", "table", "green", "sale", "near", "park"]), max_size=14)


def longest_common(a: list[str], b: list[str]) -> int:
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a, 1):
        for j, two in enumerate(b, 1):
            table[i][j] = table[i - 1][j - 1] + 1 if one == two else max(
                table[i - 1][j], table[i][j - 1]
            )  # fmt: skip
    return table[-1][-1]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_what_stays_is_a_longest_common_subsequence(
    pairs: list[tuple[list[str], list[str]]],
) -> None:
    one = tokenise(pa.array([" ".join(a) for a, _ in pairs], pa.large_string()))
    two = tokenise(pa.array([" ".join(b) for _, b in pairs], pa.large_string()))
    hunks = align(one, np.arange(len(pairs)), two)
    for row, (a, b) in enumerate(pairs):
        mine = np.flatnonzero(hunks.pair == row)
        stay = list(range(len(a)))
        for at in mine:
            for gone in range(hunks.a0[at], hunks.a1[at]):
                stay.remove(gone - one.offsets[row])
        came = {
            token - two.offsets[row] for at in mine for token in range(hunks.b0[at], hunks.b1[at])
        }
        assert [a[i] for i in stay] == [b[j] for j in range(len(b)) if j not in came]
        assert len(stay) == longest_common(a, b)


def test_a_word_that_could_have_gone_in_two_places_is_told_one_way() -> None:
    assert word_diff("they were first come first served", "they were first served") == [
        ("same", "they were "), ("removed", "first come"), ("same", " first served"),
    ]  # fmt: skip


def test_spacing_case_and_markup_change_nothing() -> None:
    before, after = "A Two-Bed flat, near park", "a two bed <b>flat</b> NEAR park"
    bare = without_markup(pa.array([after], pa.large_string()))[0].as_py()
    assert [one.kind for one in word_diff(before, bare)] == ["same"]
    assert [one.kind for one in word_diff("twobed flat", "two bed flat")] == ["same"]


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_what_is_not_added_is_the_submitted_text(before: str, after: str) -> None:
    shown = "".join(text for kind, text in word_diff(before, after) if kind != "added")
    assert shown == before


def test_markup_goes_and_prices_stay() -> None:
    texts = pa.array(["<p>a &amp; b</p>", "price < 100 > 50", None], pa.large_string())
    assert without_markup(texts).to_pylist() == [" a & b ", "price < 100 > 50", None]
