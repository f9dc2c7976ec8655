"""Candidate pairs: of every key the first member with the next sixteen, and each with the next.

Both are functions of the set of members, ordered canonically: rows in another order, or another
number of threads, give the same pairs. The number of pairs is linear in the keys.

A key and its member travel as one number, so that sorting numbers groups members by key: the first
`PARTITION_BITS` of the key are the number's partition, `KEY_BITS` more its upper bits, the member
its lower ones. Keys that agree in all of these only make a pair more to verify.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

PARTITION_BITS = 6
#: Members of a key that are asked with its first one. In a large group the first may be a stranger
#: to all, and there are many ways from one to another.
STAR = 16
#: 2^28 listings at most.
NODE_BITS = 28
_KEY_BITS = 64 - NODE_BITS


@kernel
def _by_partition(
    keys: NDArray[np.uint64],
    width: int,
    nodes: NDArray[np.int32],
    bounds: NDArray[np.int64],
    out: NDArray[np.uint64],
) -> None:
    down = np.uint64(63 - PARTITION_BITS)
    for i in range(len(keys)):
        if keys[i] != 0 and nodes[i // width] >= 0:
            bounds[np.int64(keys[i] >> down) + 1] += 1
    for i in range(len(bounds) - 1):
        bounds[i + 1] += bounds[i]
    at = bounds.copy()
    for i in range(len(keys)):
        node = nodes[i // width]
        if keys[i] != 0 and node >= 0:
            part = np.int64(keys[i] >> down)
            rest = keys[i] >> np.uint64(63 - PARTITION_BITS - _KEY_BITS)
            out[at[part]] = (rest << np.uint64(NODE_BITS)) | np.uint64(node)
            at[part] += 1


def by_partition(
    keys: NDArray[np.uint64], nodes: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Numbers of keys (r, width) of 63 bits (0: none) and their members (r,) (negative: none).

    They lie by partition: partition i is [bounds[i], bounds[i+1]).
    """
    bounds = np.zeros((1 << PARTITION_BITS) + 1, dtype=np.int64)
    out = np.empty(keys.size, dtype=np.uint64)
    _by_partition(keys.reshape(-1), keys.shape[1], nodes, bounds, out)
    return out[: bounds[-1]], bounds


@inlined
def _put(
    source: np.uint64,
    node: np.uint64,
    nodes: int,
    placing: bool,
    places: NDArray[np.int64],
    out: NDArray[np.uint64],
) -> None:
    if source == node:  # two keys of one member that agree in all the bits kept
        return
    bucket = np.int64(node) * len(places) // nodes
    if placing:
        out[places[bucket]] = (node << np.uint64(32)) | source
    places[bucket] += 1


@kernel
def _pairs(
    numbers: NDArray[np.uint64],
    nodes: int,
    placing: bool,
    places: NDArray[np.int64],
    out: NDArray[np.uint64],
) -> None:
    """Count the pairs of each bucket into `places`, or put them where `places` says."""
    low = np.uint64((1 << NODE_BITS) - 1)
    up = np.uint64(NODE_BITS)
    first = 0
    for i in range(1, len(numbers)):
        if numbers[i] >> up != numbers[first] >> up:
            first = i
            continue
        node = numbers[i] & low
        if i <= first + STAR:
            _put(numbers[first] & low, node, nodes, placing, places, out)
        if i > first + 1:
            _put(numbers[i - 1] & low, node, nodes, placing, places, out)


def candidate_pairs(
    numbers: NDArray[np.uint64], nodes: int, buckets: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Pairs (larger node << 32 | smaller node, below `nodes`) of the numbers of one partition.

    They lie by bucket: bucket i, in [bounds[i], bounds[i+1]), has the pairs whose larger node is in
    the i-th part of all nodes. A pair may come several times. `numbers` is sorted in place.
    """
    numbers.sort()
    counts = np.zeros(buckets, dtype=np.int64)
    _pairs(numbers, nodes, False, counts, numbers)
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    out = np.empty(bounds[-1], dtype=np.uint64)
    _pairs(numbers, nodes, True, bounds[:-1].copy(), out)
    return out, bounds
