"""How many published listings lost an unexplained term: over time, by category, by actor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.acts import MISSING, Acts
from lamplighter.concealment.edits import Losses
from lamplighter.concealment.schema import RATE_SCHEMA
from lamplighter.concealment.statistics import wilson

#: At most so many periods; days, then weeks, then longer.
PERIODS = 60
_DAY = 86_400_000_000
_WIDTHS = (1, 7, 28, 91, 364)
_MOST = 40

I64 = NDArray[np.int64]


class Periods(NamedTuple):
    """Equal stretches of time: (n,) the stretch of each pair, and the first day of each."""

    of_pair: I64
    first_day: I64  # days since 1970


def periods(when: I64, among: NDArray[np.bool_]) -> Periods | None:
    """Stretches over the pairs `among`; None where one of them has no time, or there is none."""
    times = when[among]
    if not len(times) or (times == MISSING).any():
        return None
    low, high = int(times.min()) // _DAY, int(times.max()) // _DAY
    width = next((w for w in _WIDTHS if high - low + 1 <= w * PERIODS), _WIDTHS[-1])
    count = (high - low) // width + 1
    place = np.clip((when // _DAY - low) // width, 0, count - 1)
    return Periods(place, low + width * np.arange(count))


def rate_rows(
    shown: NDArray[np.bool_], acts: Acts, losses: Losses, category: I64, names: list[str]
) -> pa.Table:
    """`RATE_SCHEMA`: periods (their first day as days since 1970) in order, categories, actors.

    `shown` (n,) are published pairs that count; `category` indexes `names`.
    """
    lost = np.zeros(len(shown), bool)
    lost[losses.pairs(explained=False)] = True
    rows: list[dict[str, object]] = []
    stretch = periods(acts.when, shown)
    if stretch is not None:
        labels = [str(day) for day in stretch.first_day.tolist()]
        rows += _counted("period", labels, stretch.of_pair[shown], lost[shown], keep_order=True)
    rows += _counted("category", names, category[shown], lost[shown])
    who = np.where(acts.actor >= 0, acts.actor, len(acts.names))
    rows += _counted("actor", [*acts.names, ""], who[shown], lost[shown])
    return pa.Table.from_pylist(rows, schema=RATE_SCHEMA)


def _counted(
    by: str, labels: list[str], code: I64, lost: NDArray[np.bool_], *, keep_order: bool = False
) -> list[dict[str, object]]:
    published = np.bincount(code, minlength=len(labels))
    sanitised = np.bincount(code[lost], minlength=len(labels))
    low, high = wilson(sanitised, published)
    chosen = [at for at in range(len(labels)) if published[at]]
    if not keep_order:
        chosen = sorted(chosen, key=lambda at: (-int(published[at]), labels[at]))[:_MOST]
    return [
        {
            "by": by, "value": labels[at], "published": int(published[at]),
            "sanitised": int(sanitised[at]), "rate": float(sanitised[at] / published[at]),
            "low": float(low[at]), "high": float(high[at]),
        }
        for at in chosen
    ]  # fmt: skip
