"""How far two reviewers who could not see each other's answers agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
_DRAWS = 2_000


@dataclass(frozen=True)
class Measure:
    """A measure of agreement and its interval (bootstrap over items, percentiles)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """`observed` is the share of equal answers. `kappa` (Cohen 1960) is what exceeds chance, by each
    reviewer's own habits: None where one of them only ever gave one answer. `alpha` (Krippendorff,
    nominal) goes by the habits of both: None where only one answer was ever given. `ac1` (Gwet 2008, British Journal of Mathematical and Statistical Psychology
    61:29) does not collapse, as both do, where nearly all answers are one.
    """

    items: int
    observed: float
    kappa: Measure | None
    alpha: Measure | None
    ac1: Measure


def agreement(pairs: Sequence[tuple[str, str]], level: float = 0.95) -> Agreement | None:
    """Agreement over items, each with the answers of both reviewers; None where there is none.

    The same pairs give the same figures: the bootstrap has a fixed seed.
    """
    if not pairs:
        return None
    answers = sorted({answer for pair in pairs for answer in pair})
    code = {answer: at for at, answer in enumerate(answers)}
    table = np.zeros((len(answers), len(answers)))
    for one, two in pairs:
        table[code[one], code[two]] += 1
    chance = np.random.default_rng(1)
    shares = table.ravel() / len(pairs)
    again = chance.multinomial(len(pairs), shares, _DRAWS).reshape(_DRAWS, *table.shape)
    here, there = _measures(table[None]), _measures(again.astype(float))
    made: list[Any] = []
    for value, drawn in zip(here, there, strict=True):
        drawn = drawn[np.isfinite(drawn)]
        if not np.isfinite(value[0]):
            made.append(None)
            continue
        low, high = (
            np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if len(drawn) else (-1, 1)
        )
        made.append(Measure(float(value[0]), min(float(low), float(value[0])), max(float(high), float(value[0]))))  # fmt: skip
    observed = float(np.trace(table) / len(pairs))
    return Agreement(len(pairs), observed, *made)


def _measures(tables: F64) -> tuple[F64, F64, F64]:
    """Kappa, alpha and AC1 of (n, answers, answers) tables; nan where not defined."""
    count = tables.sum((1, 2))
    first, second = tables.sum(2), tables.sum(1)
    observed = np.trace(tables, axis1=1, axis2=2) / count
    by_habit = (first * second).sum(1) / count**2
    both = first + second
    size = 2 * count
    differ = 1 - (both * (both - 1)).sum(1) / (size * (size - 1))
    shares = both / size[:, None]
    answers = (both > 0).sum(1)
    chance = (shares * (1 - shares)).sum(1) / np.maximum(1, answers - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        told = ((first > 0).sum(1) > 1) & ((second > 0).sum(1) > 1)
        kappa = np.where(told, (observed - by_habit) / (1 - by_habit), np.nan)
        alpha = np.where(differ > 0, 1 - (1 - observed) / differ, np.nan)
        ac1 = (observed - chance) / (1 - chance)
    return kappa, alpha, ac1
