"""Keys: the few phrases by which a listing is looked up among the others.

Of the phrases of three tokens that occur in at least two listings, the smallest by hash. A phrase
that no other listing has leads nowhere, and slots and edits are full of them: leaving these out is
what keeps a template with scattered slots together (InfoShield's keys are mostly such phrases).

A phrase of a trade, in hundreds of listings, leads to strangers as well. Of such phrases among the
keys each is joined with the next: two together are still in all listings of a large campaign, and
in few others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity
from lamplighter.linking.shingles import spread, triple


@inlined
def _seen(code: np.uint64, seen: NDArray[np.uint8]) -> np.uint8:
    """0, 1, 2 or more: two bits of a byte."""
    slot = code & np.uint64(4 * len(seen) - 1)
    return np.uint8(
        (seen[slot >> np.uint64(2)] >> np.uint8(np.uint64(2) * (slot & np.uint64(3)))) & np.uint8(3)
    )


#: Phrases whose slots are read together: all of them are counted, but of those that may be keys
#: many are out of the question when a few are known.
_AHEAD, _FEW_AHEAD = 64, 16


@inlined
def _part(code: np.uint64, parts: int) -> int:
    return np.int64(code >> np.uint64(40)) & (parts - 1)  # type: ignore[return-value]


@kernel
def _count_shared(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    node_of: NDArray[np.int32],
    part: int,
    parts: int,
    seen: NDArray[np.uint8],
) -> np.uint8:
    codes = np.empty(_AHEAD, dtype=np.uint64)
    waiting = 0
    touched = np.uint8(0)
    for row in range(len(offsets) - 1):
        if node_of[row] < 0:  # an earlier version, or a row that came twice: no second listing
            continue
        for at in range(offsets[row], offsets[row + 1] - 2):
            if entry[at] == 0 or entry[at + 1] == 0:
                continue
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            # Each part has its own slots: threads never meet, and the counts are exact.
            if _part(code, parts) == part:
                codes[waiting] = code
                waiting += 1
                if waiting == _AHEAD:
                    touched ^= _count(codes, seen)
                    waiting = 0
    return touched ^ _count(codes[:waiting], seen)


@inlined
def _touch(codes: NDArray[np.uint64], seen: NDArray[np.uint8]) -> np.uint8:
    """Read the slots of all codes: they come from memory together, and not each when the one before
    it was judged. What it gives is only there so that the compiler keeps the reading."""
    touched = np.uint8(0)
    for i in range(len(codes)):
        touched ^= seen[(codes[i] & np.uint64(4 * len(seen) - 1)) >> np.uint64(2)]
    return touched


@inlined
def _count(codes: NDArray[np.uint64], seen: NDArray[np.uint8]) -> np.uint8:
    touched = _touch(codes, seen)
    for i in range(len(codes)):
        if _seen(codes[i], seen) < 2:
            slot = codes[i] & np.uint64(4 * len(seen) - 1)
            seen[slot >> np.uint64(2)] += np.uint8(
                np.uint64(1) << (np.uint64(2) * (slot & np.uint64(3)))
            )
    return touched


@inlined
def _join_common(
    best: NDArray[np.uint64],
    codes: NDArray[np.uint64],
    filled: int,
    phrases: NDArray[np.uint8],
    mask: np.uint64,
    crowd: int,
    common: NDArray[np.uint64],
) -> None:
    """Replace each common phrase among the keys by its pair with the next common one, in a ring."""
    count = 0
    for i in range(filled):
        if phrases[codes[i] & mask] >= crowd:
            common[count] = best[i]
            count += 1
    if count == 0:
        return
    at = 0
    for i in range(filled):
        if phrases[codes[i] & mask] < crowd:
            continue
        after = common[(at + 1) % count]
        both = spread(spread(min(common[at], after)) ^ max(common[at], after))
        best[i] = both >> np.uint64(1)
        at += 1
        if count == 2:
            common[1] = common[0]


@kernel
def _keys(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    first: int,
    stop: int,
    seen: NDArray[np.uint8],
    phrases: NDArray[np.uint8],
    crowd: int,
    width: int,
    out: NDArray[np.uint64],
) -> np.uint8:
    parts = seen.shape[0]
    codes = np.zeros(width + 1, dtype=np.uint64)
    ahead = np.empty((2, _FEW_AHEAD), dtype=np.uint64)
    touched = np.uint8(0)
    common = np.zeros(width, dtype=np.uint64)
    mask = np.uint64(len(phrases) - 1)
    for row in range(first, stop):
        best = out[row - first]
        filled = 0
        begin, end = offsets[row], offsets[row + 1]
        at = begin
        while at < end - 2:
            waiting = 0
            while at < end - 2 and waiting < _FEW_AHEAD:
                if entry[at] != 0 and entry[at + 1] != 0:
                    code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
                    key = spread(code) >> np.uint64(1)
                    if filled < width or key < best[width - 1]:
                        ahead[0, waiting], ahead[1, waiting] = code, key
                        waiting += 1
                        slot = (code & np.uint64(4 * seen.shape[1] - 1)) >> np.uint64(2)
                        touched ^= seen[_part(code, parts), slot]
                at += 1
            for next_ in range(waiting):
                code, key = ahead[0, next_], ahead[1, next_]
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
                    codes[i] = codes[i - 1]
                best[place] = key
                codes[place] = code
                if filled < width:
                    filled += 1
        _join_common(best, codes, filled, phrases, mask, crowd, common)
        # The whole text is a key too: short texts and exact copies need no phrase.
        whole = np.uint64(0x51ED270B)
        for at in range(begin, end):
            whole = spread(whole ^ np.uint64(tokens[at]))
        best[width] = whole >> np.uint64(1) if begin < end else np.uint64(0)
    return touched


def crowded(rarity: Rarity, listings: int, parameters: LinkParameters) -> int:
    """Level of the sample from which a phrase is in more than `crowd` of all listings, by estimate.

    At least that of two sampled listings: one says nothing.
    """
    sampled = min(listings, parameters.learn_from)
    expected = max(2.0, parameters.crowd * sampled / max(1, listings))
    return int(np.ceil(STEPS * np.log2(expected)))


def room_for_phrases(tokens: int, parts: int) -> NDArray[np.uint8]:
    """(parts, bytes) for `count_shared`: 2^k slots a part, four to a byte.

    `parts` is a power of 2. `tokens` are those of the listings alone: rows that came twice must not change which phrases
    share a slot.
    """
    size = 1 << max(16, min(30, int(tokens * 2 // parts).bit_length()))
    return np.zeros((parts, size // 4), dtype=np.uint8)


def count_shared(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    node_of: NDArray[np.int32],
    part: int,
    seen: NDArray[np.uint8],
) -> None:
    """Saturating counts (0, 1, 2) of the phrases of one hash part, into its row of `seen`.

    `node_of` (rows,) is negative for rows that are no listing of their own.
    """
    _count_shared(offsets, tokens, entry, node_of, part, len(seen), seen[part])


def keys_of(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    rows: tuple[int, int],
    seen: NDArray[np.uint8],
    phrases: NDArray[np.uint8],
    crowd: int,
    width: int,
) -> NDArray[np.uint64]:
    """Up to width + 1 keys (63 bits; 0: none) of each of rows [first, stop): (rows, width + 1).

    `seen` is (parts, bytes) as filled by `count_shared`; `phrases` the levels of `Rarity`;
    phrases of level `crowd` and more are keys in pairs only.
    """
    out = np.zeros((rows[1] - rows[0], width + 1), dtype=np.uint64)
    _keys(offsets, tokens, entry, *rows, seen, phrases, crowd, width, out)
    return out
