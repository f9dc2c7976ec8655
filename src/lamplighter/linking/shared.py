"""Links by a shared value: an identifier or an account. Values shared by strangers are hubs.

A number in many listings ties an operation together, or it is a hotline, an agency's desk, a
payment page. What tells them apart is whether its listings share anything else: the listings of
one party come in few texts or from few accounts, those of a hub in as many as there are listings.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.parameters import LinkParameters


class SharedValues(NamedTuple):
    """Links (l,) and, for each value code (v,), how it is spread."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    codes: NDArray[np.int64]  # value code of each link
    kept: NDArray[np.bool_]  # false where the value is a hub
    weights: NDArray[np.float32]  # exclusivity of the value, in (0, 1]
    listings: NDArray[np.int64]  # (v,) distinct listings with the value
    parties: NDArray[np.int64]  # (v,) distinct texts or accounts among them, whichever is fewer
    hub: NDArray[np.bool_]  # (v,)


def _sorted_distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.sort(values)
    fresh = np.ones(len(values), dtype=bool)
    fresh[1:] = values[1:] != values[:-1]
    return values[fresh]


def _distinct(codes: NDArray[np.int64], others: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """For each code, how many distinct others (below 2^32) it comes with."""
    pairs = _sorted_distinct(codes << 32 | others)
    return np.bincount(pairs >> 32, minlength=size).astype(np.int64)


def link_shared(
    listings: NDArray[np.int32],
    codes: NDArray[np.int64],
    groups: NDArray[np.int32],
    accounts: NDArray[np.int64],
    parameters: LinkParameters,
    *,
    hubs: bool = True,
) -> SharedValues:
    """Tie the listings of each value to the value's first listing.

    `listings`, `codes` (k,): listing has value (codes count from 0, below 2^31); `groups` (n,)
    text group of a listing; `accounts` (n,) account code below 2^32, a number of its own where
    unknown. `hubs=False` takes every value as one party's own (an account is, by definition).
    """
    size = int(codes.max(initial=-1)) + 1
    # One sort of packed numbers: much faster than sorting by two keys.
    pairs = _sorted_distinct(codes << 32 | listings)
    codes = pairs >> 32
    listings = (pairs & 0xFFFFFFFF).astype(np.int32)
    count = np.bincount(codes, minlength=size).astype(np.int64)
    parties = np.minimum(
        _distinct(codes, groups[listings].astype(np.int64), size),
        _distinct(codes, accounts[listings], size),
    )
    hub = np.zeros(size, dtype=bool)
    if hubs:
        hub = (count > parameters.private_listings) & (parties > parameters.hub_share * count)
    exclusive = (1 - (parties - 1) / np.maximum(count, 1)).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(count)])
    first = listings[np.minimum(starts[codes], max(len(listings) - 1, 0))]
    ties = first != listings
    return SharedValues(
        first[ties], listings[ties], codes[ties], ~hub[codes[ties]],
        exclusive[codes[ties]], count, parties, hub,
    )  # fmt: skip
