"""Published figures: intervals that cover, agreement, and what is withheld."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from lamplighter.reporting.transparency.agreement import agreement
from lamplighter.reporting.transparency.interval import Stratum, estimate, exact_counts
from lamplighter.reporting.transparency.sample import drawn
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
    assert found.kappa == pytest.approx((0.85 - 0.5) / 0.5)
    assert found.ac1 == pytest.approx((0.85 - 2 * 0.475 * 0.525) / (1 - 2 * 0.475 * 0.525))
    assert agreement([]) is None
    same = agreement([("no", "no")] * 9)
    assert same is not None
    assert (same.kappa, same.ac1) == (None, 1.0)


def test_a_sample_is_the_same_for_everybody_and_another_for_another_seed() -> None:
    members = [f"listing-{i}" for i in range(1000)]
    one = drawn(members, 50, seed=b"root")
    assert one == drawn(reversed(members), 50, seed=b"root")
    assert len(set(one)) == 50
    assert one[:20] == drawn(members, 20, seed=b"root")
    assert one != drawn(members, 50, seed=b"another")
    assert sorted(drawn(members[:3], 50, seed=b"")) == members[:3]


def test_a_withheld_cell_cannot_be_worked_out() -> None:
    assert suppressed({"a": 3, "b": 10, "c": 20, "d": 0}) == {"a": None, "b": None, "c": 20, "d": 0}
    assert suppressed({"a": 3, "b": 4, "c": 20}) == {"a": None, "b": None, "c": 20}
    assert suppressed({"a": 3, "b": 10}, total_is_published=False) == {"a": None, "b": 10}
    assert suppressed({"a": 3}) == {"a": None}
