"""Published figures: intervals that cover, agreement, and what is withheld."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from lamplighter.reporting.transparency.agreement import agreement
from lamplighter.reporting.transparency.interval import Stratum, estimate, exact_counts
from lamplighter.reporting.transparency.sample import allocated, drawn
from lamplighter.reporting.transparency.small_cells import suppressed


@st.composite
def strata(draw: st.DrawFn) -> Stratum:
    population = draw(st.integers(1, 60))
    sample = draw(st.integers(1, population))
    return Stratum(population, sample, draw(st.integers(0, sample)))


@given(strata())
def test_the_exact_interval_is_every_count_that_is_not_spoken_against(stratum: Stratum) -> None:
    size, drawn_, found = stratum.population, stratum.sample, stratum.found
    plausible = [
        count
        for count in range(found, size - drawn_ + found + 1)
        if hypergeom.sf(found - 1, size, count, drawn_) > (1 - 0.95) / 2
        and hypergeom.cdf(found, size, count, drawn_) > (1 - 0.95) / 2
    ]
    assert exact_counts(stratum) == (plausible[0], plausible[-1])


@given(st.lists(strata(), min_size=1, max_size=4))
def test_an_interval_holds_its_estimate_and_denies_nothing_seen(parts: list[Stratum]) -> None:
    found = estimate(parts)
    assert found is not None
    total = sum(part.population for part in parts)
    assert 0 <= found.low <= found.high <= 1
    assert found.low - 1e-9 <= found.share <= found.high + 1e-9
    assert found.low >= sum(part.found for part in parts) / total - 1e-9


@pytest.mark.parametrize(
    ("populations", "rates", "samples"),
    [
        ([1000], [0.1], [100]),
        ([5000, 5000], [0.1, 0.15], [100, 100]),
        ([90_000, 9_000, 1_000], [0.001, 0.02, 0.2], [300, 200, 200]),
        ([1000, 100, 20], [0.02, 0.5, 0.9], [100, 50, 20]),
    ],
)
def test_the_interval_covers_the_truth(
    populations: list[int], rates: list[float], samples: list[int]
) -> None:
    chance = np.random.default_rng(11)
    covered = 0
    for _ in range(1000):
        wrong = [chance.binomial(n, rate) for n, rate in zip(populations, rates, strict=True)]
        parts = [
            Stratum(size, sample, int(chance.hypergeometric(bad, size - bad, sample)))
            for size, bad, sample in zip(populations, wrong, samples, strict=True)
        ]
        found = estimate(parts)
        assert found is not None
        covered += found.low <= sum(wrong) / sum(populations) <= found.high
    assert covered >= 940


def test_a_stratum_without_a_sample_gives_no_figure() -> None:
    assert estimate([Stratum(100, 10, 1), Stratum(50, 0, 0)]) is None
    assert estimate([]) is None


def test_agreement_by_hand() -> None:
    pairs = [("yes", "yes")] * 40 + [("yes", "no")] * 10 + [("no", "yes")] * 5 + [("no", "no")] * 45
    found = agreement(pairs)
    assert found is not None
    assert found.observed == pytest.approx(0.85)
    assert found.kappa is not None
    assert found.alpha is not None
    assert found.kappa.value == pytest.approx((0.85 - 0.5) / 0.5)
    assert found.ac1.value == pytest.approx((0.85 - 2 * 0.475 * 0.525) / (1 - 2 * 0.475 * 0.525))
    # Krippendorff: 200 answers, 95 of them yes.
    assert found.alpha.value == pytest.approx(1 - 0.15 / (2 * 95 * 105 / (200 * 199)))
    for measure in (found.kappa, found.alpha, found.ac1):
        assert -1 <= measure.low < measure.value < measure.high <= 1
    assert agreement([]) is None
    same = agreement([("no", "no")] * 9)
    assert same is not None
    assert (same.kappa, same.alpha, same.ac1.value) == (None, None, 1.0)


def test_the_interval_of_kappa_covers() -> None:
    chance = np.random.default_rng(3)
    truth = np.array([[0.5, 0.08], [0.07, 0.35]])
    by_habit = truth.sum(0) @ truth.sum(1)
    kappa = (np.trace(truth) - by_habit) / (1 - by_habit)
    covered = 0
    for _ in range(200):
        cells = chance.multinomial(150, truth.ravel())
        names = [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
        pairs = [name for name, count in zip(names, cells, strict=True) for _ in range(count)]
        found = agreement(pairs)
        assert found is not None
        assert found.kappa is not None
        covered += found.kappa.low <= kappa <= found.kappa.high
    assert covered >= 180


def test_a_draw_is_the_same_for_everybody_and_another_for_another_seed() -> None:
    one = drawn(1000, 50, seed=b"root", stratum="held")
    assert one == drawn(1000, 50, seed=b"root", stratum="held")
    assert len(set(one)) == 50
    assert one[:20] == drawn(1000, 20, seed=b"root", stratum="held")
    assert one != drawn(1000, 50, seed=b"another", stratum="held")
    assert one != drawn(1000, 50, seed=b"root", stratum="removed")
    assert sorted(drawn(3, 50, seed=b"", stratum="held")) == [0, 1, 2]


def test_every_member_is_drawn_as_often() -> None:
    counts = np.zeros(20)
    for turn in range(4000):
        counts[drawn(20, 5, seed=str(turn).encode(), stratum="x")] += 1
    assert ((counts - 1000) ** 2 / 1000).sum() < 44  # chi-square, 19 degrees: p = .001 at 43.8


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6), st.integers(0, 2000))
def test_an_allocation_is_whole_and_possible(populations: list[int], size: int) -> None:
    given_ = allocated(populations, size)
    assert sum(given_) == min(size, sum(populations))
    assert all(0 <= have <= count for have, count in zip(given_, populations, strict=True))
    if size >= 2 * len(populations):
        assert all(given_)


def test_a_withheld_cell_cannot_be_worked_out() -> None:
    assert suppressed({"a": 3, "b": 10, "c": 20, "d": 0}) == {"a": None, "b": None, "c": 20, "d": 0}
    assert suppressed({"a": 3, "b": 4, "c": 20}) == {"a": None, "b": None, "c": 20}
    assert suppressed({"a": 3, "b": 10}, total_is_published=False) == {"a": None, "b": 10}
    assert suppressed({"a": 3}) == {"a": None}
    assert suppressed({"a": 1, "b": 1, "c": 9, "d": 7}) == {"a": None, "b": None, "c": 9, "d": None}
