"""What must be known of all operations before any of them can be described.

Two features look beyond one operation: pay is judged against what others promise, and a name is
known as one if any template has a slot for it. So operations may be described in blocks, once all
blocks were surveyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lamplighter.operations.columns import Floats, Hashes, Indices, column, floats, text_hashes
from lamplighter.operations.features import Features
from lamplighter.operations.layout import Layout, country_of
from lamplighter.operations.model import OperationInput
from lamplighter.operations.policy import Policy
from lamplighter.operations.slot_values import slot_names
from lamplighter.operations.trade import TRADES, trades


@dataclass(frozen=True)
class Survey:
    """Of some operations, or of all.

    `names` (sorted, distinct) are hashes of first names; `markets` and `medians` (k,) have the
    median pay of each operation in each country and currency.
    """

    names: Hashes
    markets: Hashes
    medians: Floats

    def levels(self) -> tuple[Hashes, Floats, Indices]:
        """The markets, ascending; the lower median of the operations' medians, and their number."""
        order = np.lexsort((self.medians, self.markets))
        markets, starts, counts = np.unique(
            self.markets[order], return_index=True, return_counts=True
        )
        return markets, self.medians[order][starts + (counts - 1) // 2], counts


def survey(data: OperationInput, layout: Layout, trade: Indices) -> Survey:
    """Survey operations whose trades are known."""
    offers = pay_offers(data, layout, trade)
    _, markets, medians = offers.medians()
    return Survey(np.unique(slot_names(data.templates)), markets, medians)


def survey_block(data: OperationInput, layout: Layout, policy: Policy) -> Survey:
    """As `survey`, with the trades read first."""
    trade = trades(data, layout, policy.words, policy.categories_of, Features())
    return survey(data, layout, trade)


def together(parts: Sequence[Survey]) -> Survey:
    """One survey of all; their order does not matter."""
    return Survey(
        np.unique(np.concatenate([np.zeros(0, np.uint64), *(part.names for part in parts)])),
        np.concatenate([np.zeros(0, np.uint64), *(part.markets for part in parts)]),
        np.concatenate([np.zeros(0), *(part.medians for part in parts)]),
    )


@dataclass(frozen=True)
class Offers:
    """Promises of pay (p,): the sorted members that make them are marked in `valid` (n',)."""

    valid: np.ndarray[tuple[int], np.dtype[np.bool_]]
    operation: Indices
    market: Hashes
    amount: Floats

    def medians(self) -> tuple[Indices, Hashes, Floats]:
        """Operation, market and lower median of each operation in each market."""
        order = np.lexsort((self.amount, self.market, self.operation))
        operation, market = self.operation[order], self.market[order]
        fresh = np.ones(len(order), np.bool_)
        fresh[1:] = (operation[1:] != operation[:-1]) | (market[1:] != market[:-1])
        starts = np.flatnonzero(fresh)
        counts = np.diff(np.append(starts, len(order)))
        return (
            operation[starts],
            market[starts],
            self.amount[order][starts + (counts - 1) // 2],
        )


def pay_offers(data: OperationInput, layout: Layout, trade: Indices) -> Offers:
    """What job listings promise, by country and currency."""
    job = (trade == TRADES.index("job"))[layout.operation]
    amount = floats(column(data.listings, "price", pa.float64()))[layout.rows]
    currency = text_hashes(column(data.listings, "currency", pa.large_string()))[layout.rows]
    country = text_hashes(country_of(data))[layout.rows]
    valid = job & (amount > 0) & np.isfinite(amount) & (country != 0)
    market = currency ^ (country >> np.uint64(1))
    return Offers(valid, layout.operation[valid], market[valid], amount[valid])
