"""Hashes of 256 bits as words, their parts, and buckets of equal parts."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

#: The distance that PDQ's authors recommend as the limit of a match.
DISTANCE = 31

Words: TypeAlias = NDArray[np.uint64]
Numbers: TypeAlias = NDArray[np.int64]
#: Numbers of hashes, of which there may be many pairs.
Places: TypeAlias = NDArray[np.int32]


def parts_of(hashes: int) -> tuple[Numbers, Numbers]:
    """Widths of the parts in bits (they add up to 256) and their radii (r + 1 add up to 32).

    Sixteen parts cost time with the square of the hashes, but a small one: they lie side by side.
    Eleven cost 2,291 looks elsewhere for each hash, which pays beyond some twelve millions.
    """
    if hashes < 2_000:
        # One part of no bits: everything is compared with everything.
        return np.array([0], np.int64), np.array([0], np.int64)
    if hashes < 12_000_000:
        return np.full(16, 16, np.int64), np.ones(16, np.int64)
    return np.array([24] * 3 + [23] * 8, np.int64), np.array([1] + [2] * 10, np.int64)


def mix(hashes: Words) -> Words:
    """The (n, 4) hashes in another, fixed order of their bits."""
    return _mix(np.ascontiguousarray(hashes), _shuffle())


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
def ones(word: np.uint64) -> int:
    """Bits set, by adding in parallel (Warren, Hacker's Delight, 5-1).

    LLVM knows this form and uses one instruction, for eight words at once where there is one.
    """
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = word & np.uint64(0x3333333333333333)
    word = low + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))  # type: ignore[return-value]


@inlined
def part_bits(hashes: Words, at: int, begin: int, width: int) -> np.uint64:
    """Bits [begin, begin + width) of the hash; width is at most 32."""
    if width == 0:
        return np.uint64(0)
    word, shift = begin >> 6, begin & 63
    value = hashes[at, word] >> np.uint64(shift)
    if shift + width > 64:
        value |= hashes[at, word + 1] << np.uint64(64 - shift)
    return np.uint64(value & ((np.uint64(1) << np.uint64(width)) - np.uint64(1)))


@kernel
def part_keys(hashes: Words, begin: int, width: int) -> Numbers:
    """(n,) the part of each hash as a number."""
    result = np.empty(len(hashes), np.int64)
    for at in range(len(hashes)):
        result[at] = np.int64(part_bits(hashes, at, begin, width))
    return result


@kernel
def part_buckets(keys: Numbers, size: int) -> tuple[Numbers, NDArray[np.int32]]:
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
def in_order(hashes: Words, turn: int, order: Numbers) -> Words:
    """The hashes in this order; word i of one is at i - `turn` modulo 4."""
    result = np.empty_like(hashes)
    for at in range(len(order)):
        for word in range(4):
            result[at, word] = hashes[order[at], (word + turn) & 3]
    return result


@kernel
def ascending(order: Numbers, left: Places, right: Places) -> tuple[Places, Places]:
    """Pairs of places in `order` as pairs of hashes, the smaller first."""
    one, two = np.empty(len(left), np.int32), np.empty(len(left), np.int32)
    for at in range(len(left)):
        a, b = order[left[at]], order[right[at]]
        one[at], two[at] = min(a, b), max(a, b)
    return one, two


@inlined
def near_before(gap: Words, widths: Numbers, radii: Numbers, part: int) -> bool:
    """Whether two hashes with these differing bits (1, 4) are brought together by a part before."""
    begin = 0
    for other in range(part):
        width = widths[other]
        if ones(part_bits(gap, 0, begin, width)) <= radii[other]:
            return True
        begin += width
    return False


def lanes_before(widths: Numbers, radii: Numbers, part: int, turn: int) -> Words:
    """For parts of 16 bits within one: (4,) the highest bit of each part before `part`, word i of
    a hash at i - `turn` modulo 4. Empty for others."""
    if (widths != 16).any() or (radii != 1).any():
        return np.zeros(0, np.uint64)
    lanes = np.zeros(16, np.uint64)
    lanes[:part] = np.uint64(0x8000) << (np.arange(part, dtype=np.uint64) % 4 * 16)
    return np.roll(np.bitwise_or.reduce(lanes.reshape(4, 4), axis=1), -turn)


@inlined
def few_in_lanes(word: np.uint64) -> np.uint64:
    """The highest bit of each 16 bits of a word of which at most one is set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = word & np.uint64(0x3333333333333333)
    word = low + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    word = (word + (word >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    return np.uint64(~(word + np.uint64(0x7FFE7FFE7FFE7FFE)) & np.uint64(0x8000800080008000))
