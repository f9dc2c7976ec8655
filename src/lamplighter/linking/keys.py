"""Keys: the few phrases by which a listing is looked up among the others.

Of the phrases of three tokens that occur in at least two listings, the smallest by hash. A phrase
that no other listing has leads nowhere, and slots and edits are full of them: leaving these out is
what keeps a template with scattered slots together (InfoShield's keys are mostly such phrases).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.shingles import spread, triple


@inlined
def _seen(code: np.uint64, seen: NDArray[np.uint8]) -> np.uint8:
    """0, 1, 2 or more: two bits of a byte."""
    slot = code & np.uint64(4 * len(seen) - 1)
    return np.uint8(
        (seen[slot >> np.uint64(2)] >> np.uint8(np.uint64(2) * (slot & np.uint64(3)))) & np.uint8(3)
    )


@inlined
def _part(code: np.uint64, parts: int) -> int:
    return int(code >> np.uint64(40)) % parts


@kernel
def _count_shared(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    part: int,
    parts: int,
    seen: NDArray[np.uint8],
) -> None:
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1] - 2):
            if entry[at] == 0 or entry[at + 1] == 0:
                continue
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            # Each part has its own slots: threads never meet, and the counts are exact.
            if _part(code, parts) == part and _seen(code, seen) < 2:
                slot = code & np.uint64(4 * len(seen) - 1)
                seen[slot >> np.uint64(2)] += np.uint8(
                    np.uint64(1) << (np.uint64(2) * (slot & np.uint64(3)))
                )


@kernel
def _keys(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    first: int,
    stop: int,
    seen: NDArray[np.uint8],
    width: int,
    out: NDArray[np.uint64],
) -> None:
    parts = seen.shape[0]
    for row in range(first, stop):
        best = out[row - first]
        filled = 0
        begin, end = offsets[row], offsets[row + 1]
        for at in range(begin, end - 2):
            if entry[at] == 0 or entry[at + 1] == 0:
                continue
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            key = spread(code) >> np.uint64(1)
            if filled == width and key >= best[width - 1]:
                continue
            if _seen(code, seen[_part(code, parts)]) < 2:
                continue
            place = filled
            while place > 0 and best[place - 1] > key:
                place -= 1
            if place > 0 and best[place - 1] == key:
                continue
            last = filled if filled < width else width - 1
            for i in range(last, place, -1):
                best[i] = best[i - 1]
            best[place] = key
            if filled < width:
                filled += 1
        # The whole text is a key too: short texts and exact copies need no phrase.
        whole = np.uint64(0x51ED270B)
        for at in range(begin, end):
            whole = spread(whole ^ np.uint64(tokens[at]))
        best[width] = whole >> np.uint64(1) if begin < end else np.uint64(0)


def shared_phrases(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    part: int,
    parts: int,
) -> NDArray[np.uint8]:
    """Saturating counts (0, 1, 2) of the phrases of one hash part: 2^k slots, four to a byte."""
    size = 1 << max(16, min(30, int(len(tokens) * 2 // parts).bit_length()))
    seen = np.zeros(size // 4, dtype=np.uint8)
    _count_shared(offsets, tokens, entry, part, parts, seen)
    return seen


def keys_of(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    rows: tuple[int, int],
    seen: NDArray[np.uint8],
    width: int,
) -> NDArray[np.uint64]:
    """Up to width + 1 keys (63 bits; 0: none) of each of rows [first, stop): (rows, width + 1).

    `seen` is (parts, bytes) as stacked from `shared_phrases`.
    """
    out = np.zeros((rows[1] - rows[0], width + 1), dtype=np.uint64)
    _keys(offsets, tokens, entry, *rows, seen, width, out)
    return out
