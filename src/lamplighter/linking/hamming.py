"""All pairs of 256-bit hashes within a Hamming distance of 31, exactly.

Multi-index hashing (Norouzi, Punjani, Fleet: "Fast exact search in Hamming space with
multi-index hashing", 2014): if two hashes of 256 bits differ in at most 31, then cut into parts
they differ in at most r_i bits of some part i, whenever the r_i + 1 add up to 32 or more. So it
is enough to look, part by part, at the hashes whose part is within r_i.

Hashes are sorted by their part, and what may be near those of one key is copied side by side:
comparing is then a loop over arrays, some seven pairs a nanosecond, and far pairs cost no more.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.hamming_bits import (
    Numbers,
    Places,
    Words,
    ascending,
    in_order,
    lanes_before,
    mix,
    part_buckets,
    part_keys,
    parts_of,
)
from lamplighter.linking.hamming_join import join

Counts = NDArray[np.int32]


class NearPairs(NamedTuple):
    """Pairs left < right of hashes that are no hubs, in no order, and which hashes are hubs."""

    left: Places
    right: Places
    distance: NDArray[np.uint8]
    hubs: NDArray[np.bool_]  # of each hash


def near_pairs(hashes: Words, sizes: Numbers, hub: int, threads: int = 1) -> NearPairs:
    """Pairs of the distinct (n, 4) `hashes`, which `sizes` (n,) listings have.

    A hash is a hub if it and those near it are on more than `hub` listings. Two hubs are not
    compared once both are known for it, so that n variants of one picture take some hub * n steps.
    """
    bits = mix(hashes)
    few = np.minimum(sizes, hub + 1).astype(np.int32)
    seen = np.zeros(len(hashes), np.int32)
    found = []
    widths, _ = parts_of(len(hashes))
    with ThreadPoolExecutor(1) as ahead:
        # The next part is laid out while this one is compared.
        layout = ahead.submit(_laid_out, bits, few, 0)
        for part in range(len(widths)):
            here = layout.result()
            if part + 1 < len(widths):
                layout = ahead.submit(_laid_out, bits, few, part + 1)
            found.append(_pairs_of_part(here, seen, hub, part, threads))
    hubs = seen + few > hub
    left = np.concatenate([pairs[0] for pairs in found])
    right = np.concatenate([pairs[1] for pairs in found])
    distance = np.concatenate([pairs[2] for pairs in found])
    del found
    quiet = ~(hubs[left] | hubs[right])
    return NearPairs(left[quiet], right[quiet], distance[quiet], hubs)


class _Layout(NamedTuple):
    """Hashes sorted by one part."""

    order: Numbers
    buckets: Counts
    words: Words
    sizes: Counts
    turn: int


def _laid_out(bits: Words, sizes: Counts, part: int) -> _Layout:
    widths, _ = parts_of(len(bits))
    begin, width = int(widths[:part].sum()), int(widths[part])
    order, buckets = part_buckets(part_keys(bits, begin, width), 1 << width)
    # The words without the part come first: they tell far hashes apart best.
    turn = 2 + (begin >> 6)
    return _Layout(order, buckets, in_order(bits, turn, order), sizes[order], turn)


def _pairs_of_part(
    layout: _Layout, seen: Counts, hub: int, part: int, threads: int
) -> tuple[Places, Places, NDArray[np.uint8]]:
    """Pairs brought together by one part and no earlier one; adds to `seen`."""
    order, buckets, words, own, turn = layout
    widths, radii = parts_of(len(words))
    masks = _masks(int(widths[part]), int(radii[part]))
    lanes = lanes_before(widths, radii, part, turn)
    known = seen[order]

    def work(keys: tuple[int, int]) -> tuple[Places, Places, NDArray[np.uint8], Counts]:
        counted = known.copy()
        left, right, distance, filled = join(
            words, own, counted, buckets, masks, *keys, hub, turn, widths, radii, part,
            lanes,
        )  # fmt: skip
        one, two = ascending(order, left[:filled], right[:filled])
        counted -= known
        return one, two, distance[:filled].copy(), counted

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(work, _ranges(buckets, 1 << int(widths[part]), threads)))
    for *_, counted in found:
        known += counted
    seen[order] = known
    return (
        np.concatenate([pairs[0] for pairs in found]),
        np.concatenate([pairs[1] for pairs in found]),
        np.concatenate([pairs[2] for pairs in found]),
    )


def _masks(width: int, radius: int) -> Numbers:
    """Numbers of `width` bits with 1 to `radius` (at most 2) of them set."""
    single = [1 << bit for bit in range(width)] if radius > 0 else []
    double = [one | two for one in single for two in single if one < two] if radius > 1 else []
    return np.array(single + double, np.int64)


def _ranges(buckets: Counts, size: int, threads: int) -> list[tuple[int, int]]:
    """Ranges of keys with about as many hashes each."""
    marks = np.linspace(0, buckets[size], threads + 1)[1:-1]
    cuts = [0, *np.searchsorted(buckets[:size], marks).tolist(), size]
    return list(pairwise(cuts))
