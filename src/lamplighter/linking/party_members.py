"""Which listings say what a party says, and where its members end and strangers begin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.shingles import pair, spread

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
F32 = NDArray[np.float32]

#: Whoever has this share of the core is looked at, in so many steps of it.
_LOWEST, _BINS = 0.25, 20
#: Where no valley parts members from strangers: the share of the core, and of what the members
#: read have of it on average. Whoever fills in the same form has the labels, a member the values too.
_OF_PARTY, _AS_MEMBERS = 0.5, 0.85
#: A valley is this much lower than the height where the members are.
_DEEP = 0.25


@kernel
def _nearest(
    offsets: I64,
    tokens: U32,
    order: I64,
    codes: U64,
    parties: I32,
    sizes: I64,
    out: I32,
    share: F32,
) -> None:
    mask = np.uint64(len(codes) - 1)
    hits = np.zeros(len(sizes), np.int64)
    met = np.zeros(len(sizes), np.int64)  # parties that the listing has a pair of: few of them all
    last = np.full(len(codes), -1, np.int64)
    for node in range(len(order)):
        count = 0
        for at in range(offsets[order[node]], offsets[order[node] + 1] - 1):
            code = pair(tokens[at], tokens[at + 1])
            slot = spread(code) & mask
            while parties[slot] >= 0:
                if codes[slot] == code:
                    if last[slot] != node:
                        last[slot] = node
                        if hits[parties[slot]] == 0:
                            met[count] = parties[slot]
                            count += 1
                        hits[parties[slot]] += 1
                    break
                slot = (slot + np.uint64(1)) & mask
        best, out[node] = 0.0, -1
        for i in range(count):
            party = met[i]
            part = hits[party] / sizes[party]
            hits[party] = 0
            if part > best or (part == best and party < out[node]):
                best, out[node] = part, party
        share[node] = best


@kernel
def _fill(core: U64, party: int, codes: U64, parties: I32) -> None:
    mask = np.uint64(len(codes) - 1)
    for code in core:
        slot = spread(code) & mask
        while parties[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        codes[slot], parties[slot] = code, party


def nearest_party(offsets: I64, tokens: U32, order: I64, cores: list[U64]) -> tuple[I32, F32]:
    """(n,) the party most of whose pairs each listing has (-1: none), and which share of them.

    `cores` are disjoint; `order` (n,) gives a node's row.
    """
    size = 64
    while size < 3 * sum(len(core) for core in cores):
        size *= 2
    codes, parties = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    for party, core in enumerate(cores):
        _fill(core, party, codes, parties)
    sizes = np.array([len(core) for core in cores], np.int64)
    whose, share = np.empty(len(order), np.int32), np.empty(len(order), np.float32)
    _nearest(offsets, tokens, order, codes, parties, sizes, whose, share)
    return whose, share


def least_share(shares: F32, held: float) -> float:
    """Share of the core from which a listing is the party's; `shares` are those of all listings.

    The members' shares lie around a mean, and those of strangers, who have the labels or a stock
    sentence of it, far below: the cut is the valley in between. Without one only those count who have
    nearly as much as the members that were read (`held`, on average).
    """
    sure = max(_OF_PARTY, _AS_MEMBERS * held)
    counts = np.histogram(shares, _BINS, (0.0, 1.0))[0].astype(np.float64)
    padded = np.concatenate([counts[:1], counts, [0.0]])
    smooth = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    first, lowest = min(int(sure * _BINS), _BINS - 1), int(_LOWEST * _BINS)
    top = first + int(smooth[first:].argmax())
    valley = top
    for at in range(top, lowest - 1, -1):
        if smooth[at] < smooth[valley]:
            valley = at
        elif smooth[at] > 2 * smooth[valley] + 3:
            break
    if smooth[valley] > _DEEP * smooth[top]:
        return sure
    return min(sure, (valley + 1) / _BINS)
