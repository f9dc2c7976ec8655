from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.simulate.measures import agreement, found_by_size

labellings = st.integers(0, 14).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(-2, 4), min_size=n, max_size=n),
        st.lists(st.integers(-1, 4), min_size=n, max_size=n),
    )
)


def pairs_of(labels: list[int]) -> set[tuple[int, int]]:
    """The slow, obvious twin: look at every pair."""
    return {
        (i, j)
        for i, j in combinations(range(len(labels)), 2)
        if labels[i] >= 0 and labels[i] == labels[j]
    }


@settings(max_examples=300, deadline=None)
@given(labellings)
def test_counts_equal_those_of_every_pair(both: tuple[list[int], list[int]]) -> None:
    predicted, truth = both
    mine, theirs = pairs_of(predicted), pairs_of(truth)
    got = agreement(np.array(predicted, np.int64), np.array(truth, np.int64))
    assert got.predicted_pairs == len(mine)
    assert got.true_pairs == len(theirs)
    assert got.common_pairs == len(mine & theirs)
    assert got.precision == pytest.approx(len(mine & theirs) / len(mine) if mine else 1)
    assert got.recall == pytest.approx(len(mine & theirs) / len(theirs) if theirs else 1)
    if got.precision + got.recall > 0 and mine and theirs:
        f1 = 2 * got.precision * got.recall / (got.precision + got.recall)
        assert got.f1 == pytest.approx(f1)
    assert got.adjusted_rand == pytest.approx(rand_by_pairs(mine, theirs, len(truth)))
    paired = {i for pair in mine for i in pair}
    planted = {i for pair in theirs for i in pair}
    assert got.planted == len(planted)
    assert got.found == pytest.approx(len(paired & planted) / len(planted) if planted else 1)
    two = {i for i in planted if truth.count(truth[i]) == 2}
    assert got.planted_of_two == len(two)
    assert got.found_pairs == pytest.approx(len(paired & two) / len(two) if two else 1)
    assert got.largest_true == max([truth.count(t) for t in truth if t >= 0], default=0)


def rand_by_pairs(mine: set[tuple[int, int]], theirs: set[tuple[int, int]], rows: int) -> float:
    """Hubert & Arabie from the four kinds of pairs (another form of the same index)."""
    a = len(mine & theirs)
    b, c = len(mine - theirs), len(theirs - mine)
    d = rows * (rows - 1) // 2 - a - b - c
    below = (a + b) * (b + d) + (a + c) * (c + d)
    return 2 * (a * d - b * c) / below if below else 1.0


@settings(max_examples=50, deadline=None)
@given(labellings, st.randoms(use_true_random=False))
def test_order_of_rows_and_names_of_labels_change_nothing(both, random) -> None:  # type: ignore[no-untyped-def]
    predicted, truth = (np.array(labels, np.int64) for labels in both)
    order = np.array(random.sample(range(len(truth)), len(truth)), np.int64)
    renamed = np.where(predicted >= 0, 1_000_000_007 * (9 - predicted), -1)
    assert agreement(renamed[order], truth[order]) == agreement(predicted, truth)


def test_truth_agrees_with_itself() -> None:
    truth = np.array([0, 0, 1, 1, 1, -1, -1])
    got = agreement(truth, truth)
    assert (got.precision, got.recall, got.f1, got.adjusted_rand, got.found) == (1, 1, 1, 1, 1)
    assert (got.largest_predicted, got.largest_true, got.planted) == (3, 3, 5)


def test_one_component_of_everything_is_counted_exactly() -> None:
    rows = 1_000_003
    got = agreement(np.zeros(rows, np.int64), np.arange(rows) // 2)
    assert got.predicted_pairs == rows * (rows - 1) // 2
    assert got.common_pairs == rows // 2
    assert got.recall == 1.0
    assert got.found_pairs == 1.0


def test_found_by_size_names_the_first_size_of_each_range() -> None:
    truth = np.array([0, 0, 1, 1, 2, 2, 2, *[3] * 6, -1, 4])
    predicted = np.array([7, 7, -1, -1, 8, 8, -1, *[9] * 6, 5, -1])
    assert found_by_size(predicted, truth) == [(2, 4, 0.5), (3, 3, 2 / 3), (5, 6, 1.0)]


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="rows"):
        agreement(np.zeros(2, np.int64), np.zeros(3, np.int64))
