"""Pay promised far above what others promise in the same country."""

from __future__ import annotations

import numpy as np

from lamplighter.operations.columns import Indices
from lamplighter.operations.features import Features
from lamplighter.operations.layout import Layout
from lamplighter.operations.model import OperationInput
from lamplighter.operations.survey import Survey, pay_offers

#: Fewer offers than this make no local level of pay.
_ENOUGH = 20


def pay(
    data: OperationInput, layout: Layout, trade: Indices, all_operations: Survey, features: Features
) -> None:
    """Add pay_above: median price of the job listings of an operation over the median of the
    operations' medians in the same country and currency; 0 where too few are known.

    Implausible promises of pay are a recruitment sign in the ILO's operational indicators of
    trafficking (2009); medians of operations keep one loud poster from setting the level.
    """
    offers = pay_offers(data, layout, trade)
    above = np.zeros(layout.operations)
    operation, market, median = offers.medians()
    if len(operation):
        markets, levels, count = all_operations.levels()
        at = np.searchsorted(markets, market)
        ratio = np.where(count[at] >= _ENOUGH, median / levels[at], 0.0)
        np.maximum.at(above, operation, ratio)
    features.put({"pay_above": np.round(above, 1)}, offers.valid)
