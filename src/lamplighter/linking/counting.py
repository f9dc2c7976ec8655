"""In how many listings each phrase is, for those that more than one listing has.

Most phrases are in one listing only. These leave a bit; a count is kept for the others, so that
what is read at random stays in the processor's cache.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.shingles import pair, spread, triple


@inlined
def _mixed(slot: np.uint64, mask: int) -> int:
    return np.int64((slot * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask  # type: ignore[return-value]


@kernel
def _count(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    sample: NDArray[np.int64],
    first: int,
    words: int,
    mask: np.uint64,
    once: NDArray[np.uint64],
    known: NDArray[np.uint32],
    counts: NDArray[np.uint32],
    used: NDArray[np.int64],
    own: NDArray[np.uint32],
    stamp: NDArray[np.int64],
) -> int:
    """Count the sampled listings from `first`; returns where it stopped, for want of room.

    `known` (2^k,) are slots plus one, 0 where empty, and `counts` their listings; `own` and `stamp`
    are for the phrases of one listing.
    """
    table = len(known) - 1
    here = len(own) - 1
    for i in range(first, len(sample)):
        row = sample[i]
        size = offsets[row + 1] - offsets[row]
        if 2 * (used[0] + size) > len(known):
            return i
        for at in range(offsets[row], offsets[row + 1] - words + 1):
            if words == 2:
                slot = np.uint64(spread(pair(tokens[at], tokens[at + 1])) & mask)
            else:
                slot = np.uint64(triple(tokens[at], tokens[at + 1], tokens[at + 2]) & mask)
            name = np.uint32(slot + np.uint64(1))
            # A phrase twice in one listing counts once.
            place = int(np.int64(slot)) & here
            while stamp[place] == i + 1 and own[place] != name:
                place = (place + 1) & here
            if stamp[place] == i + 1:
                continue
            stamp[place] = i + 1
            own[place] = name
            bit = np.uint64(1) << (slot & np.uint64(63))
            if once[slot >> np.uint64(6)] & bit == 0:
                once[slot >> np.uint64(6)] |= bit
                continue
            place = _mixed(slot, table)
            while known[place] != 0 and known[place] != name:
                place = (place + 1) & table
            if known[place] == 0:
                known[place] = name
                counts[place] = np.uint32(1)
                used[0] += 1
            counts[place] += np.uint32(1)
    return len(sample)


@kernel
def _move(
    known: NDArray[np.uint32],
    counts: NDArray[np.uint32],
    to_known: NDArray[np.uint32],
    to_counts: NDArray[np.uint32],
) -> None:
    table = len(to_known) - 1
    for i in range(len(known)):
        if known[i] == 0:
            continue
        place = _mixed(np.uint64(known[i] - np.uint32(1)), table)
        while to_known[place] != 0:
            place = (place + 1) & table
        to_known[place] = known[i]
        to_counts[place] = counts[i]


def repeated(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    sample: NDArray[np.int64],
    words: int,
    size: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Slots, of `size` (2^k), of the pairs (`words` 2) or phrases (3) of more than one of the rows
    `sample`; and in how many of them each is."""
    widest = int((offsets[sample + 1] - offsets[sample]).max(initial=0))
    width = 1 << max(8, (2 * widest).bit_length())
    own, stamp = np.zeros(width, dtype=np.uint32), np.zeros(width, dtype=np.int64)
    once = np.zeros(size // 64, dtype=np.uint64)
    known, counts = np.zeros((2, 1 << 16), dtype=np.uint32)
    used = np.zeros(1, dtype=np.int64)
    at = 0
    while at < len(sample):
        at = _count(
            offsets, tokens, sample, at, words, np.uint64(size - 1), once, known, counts, used, own,
            stamp,
        )  # fmt: skip
        if at < len(sample):
            row = sample[at]
            room = 4 * (int(used[0]) + int(offsets[row + 1] - offsets[row]))
            old = known, counts
            known, counts = np.zeros((2, 1 << room.bit_length()), dtype=np.uint32)
            _move(*old, known, counts)
    there = np.flatnonzero(known)
    return known[there] - np.uint32(1), counts[there]
