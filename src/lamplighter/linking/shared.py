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


def _distinct(codes: NDArray[np.int64], others: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """For each code, how many distinct others it comes with."""
    order = np.lexsort((others, codes))
    codes, others = codes[order], others[order]
    fresh = np.ones(len(codes), dtype=bool)
    fresh[1:] = (codes[1:] != codes[:-1]) | (others[1:] != others[:-1])
    return np.bincount(codes[fresh], minlength=size).astype(np.int64)


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

    `listings`, `codes` (k,): listing has value; `groups` (n,) text group of a listing; `accounts`
    (n,) account code, a negative distinct number where unknown. `hubs=False` takes every value as
    one party's own (an account is, by definition).
    """
    size = int(codes.max(initial=-1)) + 1
    order = np.lexsort((listings, codes))
    listings, codes = listings[order], codes[order]
    fresh = np.ones(len(codes), dtype=bool)
    fresh[1:] = (codes[1:] != codes[:-1]) | (listings[1:] != listings[:-1])
    listings, codes = listings[fresh], codes[fresh]
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
