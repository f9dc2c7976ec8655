"""Pay promised far above what others promise in the same country."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lamplighter.operations.columns import Floats, Indices, codes, column, floats, text_hashes
from lamplighter.operations.features import Features
from lamplighter.operations.layout import Layout
from lamplighter.operations.model import OperationInput
from lamplighter.operations.trade import TRADES

#: Fewer offers than this make no local level of pay.
_ENOUGH = 20


def pay(data: OperationInput, layout: Layout, trade: Indices, features: Features) -> None:
    """Add pay_above: median price of the job listings of an operation over the median of the
    operations' medians in the same country and currency; 0 where too few are known.

    Implausible promises of pay are a recruitment sign in the ILO's operational indicators of
    trafficking (2009); medians of operations keep one loud poster from setting the level.
    """
    job = (trade == TRADES.index("job"))[layout.operation]
    amount = floats(column(data.listings, "price", pa.float64()))[layout.rows]
    currency = text_hashes(column(data.listings, "currency", pa.large_string()))[layout.rows]
    market = codes(currency ^ (layout.country + 1).astype(np.uint64), layout.country < 0)
    valid = job & (amount > 0) & np.isfinite(amount) & (market >= 0)
    above = np.zeros(layout.operations)
    if valid.any():
        width = int(market.max()) + 1
        joint = layout.operation[valid] * width + market[valid]
        cells, medians = _medians(joint, amount[valid])
        markets, levels = _medians(cells % width, medians)
        offers = np.bincount(np.searchsorted(markets, cells % width), minlength=len(markets))
        at = np.searchsorted(markets, cells % width)
        ratio = np.where(offers[at] >= _ENOUGH, medians / levels[at], 0.0)
        np.maximum.at(above, cells // width, ratio)
    features.put({"pay_above": np.round(above, 1)}, valid)


def _medians(group: Indices, values: Floats) -> tuple[Indices, Floats]:
    """The distinct groups, ascending, and the lower median of each."""
    order = np.lexsort((values, group))
    distinct, starts, counts = np.unique(group[order], return_index=True, return_counts=True)
    return distinct, values[order][starts + (counts - 1) // 2]
