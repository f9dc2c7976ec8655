"""Words that belong to the site rather than to a poster, learned and masked.

A phrase of three tokens found in a large share of all listings is boilerplate: a stock sentence,
the labels of a form. Trap: so is every phrase of a campaign that fills the site. What tells them
apart is what else the listing says: boilerplate leaves words of the listing's own, a campaign
leaves next to none. So a listing's heavy phrases are masked only if enough of it remains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.shingles import triple


@kernel
def _count_phrases(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    sample: NDArray[np.int64],
    counts: NDArray[np.uint32],
    last: NDArray[np.int32],
) -> None:
    mask = np.uint64(len(counts) - 1)
    for i in range(len(sample)):
        row = sample[i]
        for at in range(offsets[row], offsets[row + 1] - 2):
            slot = triple(tokens[at], tokens[at + 1], tokens[at + 2]) & mask
            if last[slot] != i:  # a phrase twice in one listing counts once
                last[slot] = i
                counts[slot] += np.uint32(1)


@kernel
def _mask(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    first: int,
    stop: int,
    counts: NDArray[np.uint32],
    cut: int,
    keep: float,
    covered: NDArray[np.bool_],
) -> int:
    masked = 0
    mask = np.uint64(len(counts) - 1)
    for row in range(first, stop):
        begin, end = offsets[row], offsets[row + 1]
        size = end - begin
        if size < 3 or size > len(covered):
            continue
        heavy = 0
        for at in range(size):
            covered[at] = False
        for at in range(begin, end - 2):
            if counts[triple(tokens[at], tokens[at + 1], tokens[at + 2]) & mask] >= cut:
                for place in range(at - begin, at - begin + 3):
                    if not covered[place]:
                        covered[place] = True
                        heavy += 1
        if heavy > 0 and size - heavy >= keep * size:
            masked += heavy
            for at in range(size):
                if covered[at]:
                    tokens[begin + at] = np.uint32(0)
    return masked


def learn_boilerplate(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    parameters: LinkParameters,
) -> tuple[NDArray[np.uint32], int]:
    """Counts of phrases (hashed into a power-of-two table) and the count that makes one heavy.

    `order` (n,) rows in canonical order, whose prefix is the sample: a function of the ids alone.
    """
    sample = np.ascontiguousarray(order[: parameters.learn_from])
    room = int((offsets[sample + 1] - offsets[sample]).sum()) * 2 + 1024
    size = 1 << max(16, min(26, room.bit_length()))
    counts = np.zeros(size, dtype=np.uint32)
    _count_phrases(offsets, tokens, sample, counts, np.full(size, -1, dtype=np.int32))
    return counts, max(parameters.heavy_floor, int(np.ceil(parameters.heavy_share * len(sample))))


def mask_boilerplate(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    rows: tuple[int, int],
    learned: tuple[NDArray[np.uint32], int],
    parameters: LinkParameters,
) -> int:
    """Set the boilerplate tokens of rows [first, stop) to 0, in place. Returns how many."""
    counts, cut = learned
    first, stop = rows
    widest = int((offsets[first + 1 : stop + 1] - offsets[first:stop]).max(initial=0))
    covered = np.zeros(widest, dtype=np.bool_)
    return _mask(offsets, tokens, first, stop, counts, cut, parameters.keep_share, covered)
