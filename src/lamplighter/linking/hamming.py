"""All pairs of 256-bit hashes within a Hamming distance of 31, exactly.

Multi-index hashing (Norouzi, Punjani, Fleet: "Fast exact search in Hamming space with
multi-index hashing", 2014): if two hashes of 256 bits differ in at most 31, then cut into parts
they differ in at most r_i bits of some part i, whenever the r_i + 1 add up to 32 or more. So it
is enough to look, part by part, at the hashes whose part is within r_i.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

#: The distance that PDQ's authors recommend as the limit of a match.
DISTANCE = 31

Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]


def near_pairs(
    hashes: Words, sizes: Numbers, hub: int
) -> tuple[Numbers, Numbers, NDArray[np.uint8], Numbers]:
    """Pairs left < right of distinct hashes, their distance, and the listings near each."""
    seen = np.zeros(len(hashes), np.int64)
    mixed = _mix(hashes, _shuffle())
    found: list[tuple[Numbers, Numbers, NDArray[np.uint8]]] = []
    widths, radii = _parts(len(hashes))
    for part in range(len(widths)):
        begin = int(widths[:part].sum())
        keys = _keys(mixed, begin, int(widths[part]))
        order, buckets = _buckets(keys, 1 << int(widths[part]))
        # In the order of their buckets, candidates lie side by side in memory.
        beside = mixed[order]
        a, b, far, filled = _probe(
            beside, sizes, keys, order, buckets, widths, radii, part, hub, seen
        )
        found.append((a[:filled], b[:filled], far[:filled]))
    left, right, far = (np.concatenate(column) for column in zip(*found, strict=True))
    return left, right, far, seen


def _parts(hashes: int) -> tuple[Numbers, Numbers]:
    """Widths of the parts in bits (they add up to 256) and their radii (r + 1 add up to 32)."""
    if hashes < 2_000:
        # Two hashes with parts of no bits: everything is compared with everything.
        return np.array([0], np.int64), np.array([0], np.int64)
    if hashes < 800_000:
        return np.full(16, 16, np.int64), np.ones(16, np.int64)
    return np.array([24] * 3 + [23] * 8, np.int64), np.array([1] + [2] * 10, np.int64)


@cache
def _shuffle() -> NDArray[np.int64]:
    """A fixed order of the 256 bits. Neighbouring bits of a PDQ hash are alike in many pictures,
    which would make some parts the same in all of them; far-off bits are less so."""
    return np.random.default_rng(256).permutation(256)


@kernel
def _mix(hashes: Words, order: Numbers) -> Words:
    result = np.zeros_like(hashes)
    for at in range(len(hashes)):
        for bit in range(256):
            source = order[bit]
            value = hashes[at, source >> 6] >> np.uint64(63 - (source & 63)) & np.uint64(1)
            result[at, bit >> 6] |= value << np.uint64(bit & 63)
    return result


@inlined
def _ones(word: np.uint64) -> int:
    """Bits set, by adding in parallel (Warren, Hacker's Delight, 5-1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = word & np.uint64(0x3333333333333333)
    word = low + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))  # type: ignore[return-value]


@inlined
def _part(hashes: Words, at: int, begin: int, width: int) -> np.uint64:
    """Bits [begin, begin + width) of the hash; width is at most 32."""
    if width == 0:
        return np.uint64(0)
    word, shift = begin >> 6, begin & 63
    value = hashes[at, word] >> np.uint64(shift)
    if shift + width > 64:
        value |= hashes[at, word + 1] << np.uint64(64 - shift)
    return np.uint64(value & ((np.uint64(1) << np.uint64(width)) - np.uint64(1)))


@kernel
def _keys(hashes: Words, begin: int, width: int) -> Numbers:
    result = np.empty(len(hashes), np.int64)
    for at in range(len(hashes)):
        result[at] = np.int64(_part(hashes, at, begin, width))
    return result


@kernel
def _buckets(keys: Numbers, size: int) -> tuple[Numbers, NDArray[np.int32]]:
    """Counting sort: the hashes of key k, ascending, are order[buckets[k]:buckets[k+1]]."""
    buckets = np.zeros(size + 2, np.int32)
    for at in range(len(keys)):
        buckets[keys[at] + 2] += 1
    for key in range(2, size + 2):
        buckets[key] += buckets[key - 1]
    order = np.empty(len(keys), np.int64)
    for at in range(len(keys)):
        order[buckets[keys[at] + 1]] = at
        buckets[keys[at] + 1] += 1
    return order, buckets


@kernel
def _probe(
    hashes: Words,
    sizes: Numbers,
    keys: Numbers,
    order: Numbers,
    buckets: NDArray[np.int32],
    widths: Numbers,
    radii: Numbers,
    part: int,
    hub: int,
    seen: Numbers,
) -> tuple[Numbers, Numbers, NDArray[np.uint8], int]:
    """Pairs whose parts `part` are within its radius, and those of no earlier part are.

    `hashes` are in the order of the buckets; `sizes`, `keys`, `seen` and the result are not.
    Adds to `seen` the listings near each hash; one with more than `hub` is not looked up further.
    Returns buffers and how many pairs they hold.
    """
    width, radius = widths[part], radii[part]
    left, right = np.empty(1024, np.int64), np.empty(1024, np.int64)
    far = np.empty(1024, np.uint8)
    filled = 0
    for place in range(len(hashes)):
        at = order[place]
        w0, w1, w2, w3 = hashes[place, 0], hashes[place, 1], hashes[place, 2], hashes[place, 3]
        # Masks of 0, 1 or 2 flipped bits: (-1,-1), (i,-1), (i,j).
        for i in range(-1, width if radius > 0 else 0):
            for j in range(-1, max(i, 0) if radius > 1 else 0):
                if seen[at] + sizes[at] > hub:
                    continue
                key = keys[at]
                if i >= 0:
                    key ^= np.int64(1) << i
                if j >= 0:
                    key ^= np.int64(1) << j
                for entry in range(buckets[key], buckets[key + 1]):
                    distance = _ones(w0 ^ hashes[entry, 0]) + _ones(w1 ^ hashes[entry, 1])
                    if distance > DISTANCE:
                        continue
                    distance += _ones(w2 ^ hashes[entry, 2]) + _ones(w3 ^ hashes[entry, 3])
                    other = order[entry]
                    if distance > DISTANCE or other <= at:
                        continue
                    if _earlier(hashes, place, entry, widths, radii, part):
                        continue
                    seen[at] += sizes[other]
                    seen[other] += sizes[at]
                    if filled == len(left):
                        left = np.concatenate((left, np.empty_like(left)))
                        right = np.concatenate((right, np.empty_like(right)))
                        far = np.concatenate((far, np.empty_like(far)))
                    left[filled], right[filled] = at, other
                    far[filled] = distance
                    filled += 1
                    if seen[at] + sizes[at] > hub:
                        break
    return left, right, far, filled


@inlined
def _earlier(hashes: Words, a: int, b: int, widths: Numbers, radii: Numbers, part: int) -> bool:
    """Whether an earlier part has already brought the two together."""
    begin = 0
    for other in range(part):
        width = widths[other]
        gap = _part(hashes, a, begin, width) ^ _part(hashes, b, begin, width)
        if _ones(gap) <= radii[other]:
            return True
        begin += width
    return False
