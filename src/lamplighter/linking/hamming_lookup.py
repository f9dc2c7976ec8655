"""One picture among the known: PDQ hashes within 31 bits of a given one, exactly.

The same parts, radii and order of bits as `hamming.near_pairs`; here the buckets are kept, so that
a hash is looked up without comparing it with all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.hamming_bits import (
    DISTANCE,
    Numbers,
    Words,
    mix,
    near_before,
    ones,
    part_bits,
    part_buckets,
    part_keys,
    parts_of,
)

#: Hashes near one that are returned at most: more say no more.
MOST_NEAR = 512


class HashLookup(NamedTuple):
    """k distinct or repeated hashes; `order` (parts * k) and `starts` are their buckets."""

    mixed: Words  # (k, 4)
    order: NDArray[np.int32]
    starts: NDArray[np.int32]


def pdq_words(raw: bytes) -> Words:
    """(n, 4) hashes of 32 bytes each, one after the other."""
    return np.frombuffer(raw, ">u8").astype(np.uint64).reshape(-1, 4)


def make_lookup(hashes: Words, *, mixed: bool = False) -> HashLookup:
    """Buckets of (k, 4) hashes. Up to 2,000 hashes lie in one bucket: all are compared.

    `mixed`: they are in the order of bits of another lookup's `mixed` already.
    """
    hashes = np.ascontiguousarray(hashes)
    bits = hashes if mixed else mix(hashes)
    widths, _ = parts_of(len(hashes))
    orders, starts = [], []
    for part, width in enumerate(widths.tolist()):
        keys = part_keys(bits, int(widths[:part].sum()), width)
        order, buckets = part_buckets(keys, 1 << width)
        orders.append(order.astype(np.int32))
        starts.append(buckets[: (1 << width) + 1])
    return HashLookup(bits, np.concatenate(orders), np.concatenate(starts))


def look_up(known: HashLookup, hashes: Words) -> tuple[Numbers, Numbers, Numbers]:
    """Which of `hashes` (q, 4), which of the known, and their distance (0 to 31); sorted.

    At most `MOST_NEAR` for each; an equal hash is among them unless there are more equal ones.
    """
    if not len(known.mixed) or not len(hashes):
        empty = np.zeros(0, np.int64)
        return empty, empty, empty
    widths, radii = parts_of(len(known.mixed))
    bits = mix(hashes)
    asked, found, far, filled = _look_up(
        known.mixed, known.order, known.starts, bits, widths, radii
    )
    asked, found, far = asked[:filled], found[:filled], far[:filled]
    order = np.lexsort((found, asked))
    return asked[order], found[order], far[order]


@kernel
def _look_up(
    known: Words,
    order: NDArray[np.int32],
    starts: NDArray[np.int32],
    hashes: Words,
    widths: Numbers,
    radii: Numbers,
) -> tuple[Numbers, Numbers, Numbers, int]:
    asked, found = np.empty(256, np.int64), np.empty(256, np.int64)
    far = np.empty(256, np.int64)
    gap = np.empty((1, 4), np.uint64)
    filled = 0
    for at in range(len(hashes)):
        first = filled
        begin = 0
        base = 0
        for part in range(len(widths)):
            width, radius = widths[part], radii[part]
            own = np.int64(part_bits(hashes, at, begin, width))
            # Masks of 0, 1 or 2 flipped bits: (-1,-1), (i,-1), (i,j).
            for i in range(-1, width if radius > 0 else 0):
                for j in range(-1, max(i, 0) if radius > 1 else 0):
                    key = own
                    if i >= 0:
                        key ^= np.int64(1) << i
                    if j >= 0:
                        key ^= np.int64(1) << j
                    for place in range(starts[base + key], starts[base + key + 1]):
                        entry = int(order[part * len(known) + place])
                        for word in range(4):
                            gap[0, word] = hashes[at, word] ^ known[entry, word]
                        distance = ones(gap[0, 0]) + ones(gap[0, 1])
                        if distance > DISTANCE:
                            continue
                        distance += ones(gap[0, 2]) + ones(gap[0, 3])
                        if distance > DISTANCE or filled - first >= MOST_NEAR:
                            continue
                        if near_before(gap, widths, radii, part):
                            continue
                        if filled == len(asked):
                            asked = np.concatenate((asked, np.empty_like(asked)))
                            found = np.concatenate((found, np.empty_like(found)))
                            far = np.concatenate((far, np.empty_like(far)))
                        asked[filled], found[filled], far[filled] = at, entry, distance
                        filled += 1
            begin += width
            base += (1 << width) + 1
    return asked, found, far, filled
