"""Which listing a row belongs to, and whether it is the listing's current version."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamplighter.listings.versions import Settled


def owners(
    settled: Settled, first: int, rows: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Canonical listing of rows counted from `first` (-1: an exact duplicate); whether current."""
    at = rows.astype(np.int64) + first
    listing = settled.listing_of_row[at]
    return listing, (listing >= 0) & (settled.order[np.maximum(listing, 0)] == at)


def current_listings(
    settled: Settled, first: int, rows: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    """Canonical listing of each row, -1 where the row is not its current version."""
    listing, current = owners(settled, first, rows)
    return np.where(current, listing, -1)


def looked_up(numbers: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """`numbers[at]`, -1 where `at` is negative."""
    return np.where(at >= 0, numbers[np.maximum(at, 0)], -1)
