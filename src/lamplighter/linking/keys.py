"""Keys: the few phrases by which a listing is looked up among the others.

Of the phrases of three tokens that occur in at least two listings, the smallest by hash. A phrase
that no other listing has leads nowhere, and slots and edits are full of them: leaving these out is
what keeps a template with scattered slots together (InfoShield's keys are mostly such phrases).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.shingles import spread, triple


@kernel
def _count_shared(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    part: int,
    parts: int,
    seen: NDArray[np.uint8],
) -> None:
    mask = np.uint64(len(seen) - 1)
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1] - 2):
            if entry[at] == 0 or entry[at + 1] == 0:
                continue
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            # Each part has its own slots: threads never meet, and the counts are exact.
            if np.int64(code >> np.uint64(40)) % parts != part:
                continue
            slot = code & mask
            if seen[slot] < 2:
                seen[slot] += np.uint8(1)


@kernel
def _keys(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    first: int,
    stop: int,
    parts: int,
    seen: NDArray[np.uint8],
    width: int,
    out: NDArray[np.uint64],
) -> None:
    mask = np.uint64(seen.shape[1] - 1)
    best = np.empty(width, dtype=np.uint64)
    for row in range(first, stop):
        filled = 0
        begin, end = offsets[row], offsets[row + 1]
        for at in range(begin, end - 2):
            if entry[at] == 0 or entry[at + 1] == 0:
                continue
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            if seen[np.int64(code >> np.uint64(40)) % parts, code & mask] < 2:
                continue
            code = spread(code) >> np.uint64(1)
            if filled == width and code >= best[width - 1]:
                continue
            place = filled
            while place > 0 and best[place - 1] > code:
                place -= 1
            if place > 0 and best[place - 1] == code:
                continue
            last = filled if filled < width else width - 1
            for i in range(last, place, -1):
                best[i] = best[i - 1]
            best[place] = code
            if filled < width:
                filled += 1
        base = np.int64(row) * (width + 1)
        for i in range(filled):
            out[base + i] = best[i]
        # The whole text is a key too: short texts and exact copies need no phrase.
        whole = np.uint64(0x51ED270B)
        for at in range(begin, end):
            whole = spread(whole ^ np.uint64(tokens[at]))
        if begin < end:
            out[base + width] = whole >> np.uint64(1)


def shared_phrases(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    part: int,
    parts: int,
) -> NDArray[np.uint8]:
    """Saturating counts (0, 1, 2 or more) of the phrases of one hash part, in 2^k slots."""
    size = 1 << max(16, min(30, int(len(tokens) * 2 // parts).bit_length()))
    seen = np.zeros(size, dtype=np.uint8)
    _count_shared(offsets, tokens, entry, part, parts, seen)
    return seen


def keys_of(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    rows: tuple[int, int],
    seen: NDArray[np.uint8],
    width: int,
    out: NDArray[np.uint64],
) -> None:
    """Write up to width + 1 keys (63 bits; 0: none) of rows [first, stop) into `out`, flat.

    `seen` is (parts, slots) as stacked from `shared_phrases`.
    """
    _keys(offsets, tokens, entry, rows[0], rows[1], seen.shape[0], seen, width, out)
