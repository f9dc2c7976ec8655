"""How many of a finite population are wrong, from a random sample of it: estimates with intervals.

One stratum: the exact interval, inverting the hypergeometric test (Katz 1953; Buonaccorsi 1987, The
American Statistician 41:215). Several: Korn and Graubard's (1998, Survey Methodology 24:193), which
puts the sample's effective size into the exact binomial interval; where a stratum was read whole or
nothing was found, it is no narrower than the data allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, hypergeom


@dataclass(frozen=True)
class Stratum:
    """A part of the population, and what was found in a simple random sample of it."""

    population: int
    sample: int
    found: int

    def __post_init__(self) -> None:
        """Raises ValueError where the counts cannot be."""
        if not 0 <= self.found <= self.sample <= self.population:
            raise ValueError(f"found {self.found} of {self.sample} of {self.population}")


@dataclass(frozen=True)
class Estimate:
    """A share of the population, with its interval; all within [0, 1]."""

    share: float
    low: float
    high: float


def exact_counts(stratum: Stratum, level: float = 0.95) -> tuple[int, int]:
    """Smallest and largest number in the population that the sample does not speak against."""
    tail = (1 - level) / 2
    size, drawn, found = stratum.population, stratum.sample, stratum.found

    def too_few(count: int) -> bool:  # so many or more would hardly be drawn
        return bool(hypergeom.sf(found - 1, size, count, drawn) <= tail)

    def too_many(count: int) -> bool:  # so few or fewer would hardly be drawn
        return bool(hypergeom.cdf(found, size, count, drawn) <= tail)

    low, high = found, size - (drawn - found)
    least, most = low, high
    while least < most:  # too_few falls from true to false as the count grows
        middle = (least + most) // 2
        least, most = (middle + 1, most) if too_few(middle) else (least, middle)
    first = least
    least, most = low, high
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (least, middle - 1) if too_many(middle) else (middle, most)
    return first, least


def estimate(strata: Sequence[Stratum], level: float = 0.95) -> Estimate | None:
    """The share over all strata; None where a stratum with members was not sampled."""
    strata = [stratum for stratum in strata if stratum.population]
    if not strata or any(stratum.sample == 0 for stratum in strata):
        return None
    total = sum(stratum.population for stratum in strata)
    share = sum(s.population * s.found / s.sample for s in strata) / total
    if len(strata) == 1:
        low, high = exact_counts(strata[0], level)
        return Estimate(share, low / total, high / total)
    low_share, high_share = _korn_graubard(strata, share, total, level)
    # What was seen is certain: no interval may deny it.
    seen = sum(stratum.found for stratum in strata) / total
    unclean = (total - sum(stratum.sample - stratum.found for stratum in strata)) / total
    return Estimate(share, min(max(low_share, seen), share), max(min(high_share, unclean), share))


def _korn_graubard(
    strata: Sequence[Stratum], share: float, total: int, level: float
) -> tuple[float, float]:
    tail = (1 - level) / 2
    variance = 0.0
    for stratum in strata:
        weight = stratum.population / total
        # Agresti and Coull's centre: a stratum without a find is not one without doubt.
        p = (stratum.found + 1) / (stratum.sample + 2)
        rest = 1 - stratum.sample / stratum.population
        variance += weight**2 * rest * p * (1 - p) / stratum.sample
    if variance == 0:
        return share, share
    drawn = sum(stratum.sample for stratum in strata)
    centre = sum(s.population * (s.found + 1) / (s.sample + 2) for s in strata) / total
    effective = centre * (1 - centre) / variance
    if all(stratum.sample < stratum.population for stratum in strata):
        effective = min(effective, drawn)
    hits = effective * share
    low = float(beta.ppf(tail, hits, effective - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, effective - hits)) if hits < effective else 1.0
    return (0.0 if np.isnan(low) else low), (1.0 if np.isnan(high) else high)
