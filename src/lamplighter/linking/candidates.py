"""Candidate pairs: for every key, its first member with each, and each with the next.

Both are functions of the set of members, ordered canonically: rows in another order, or another
number of threads, give the same pairs. The number of pairs is linear in the keys.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel


@kernel
def _pairs(keys: NDArray[np.uint64], nodes: NDArray[np.int32], out: NDArray[np.uint64]) -> int:
    count = 0
    at = 0
    while at < len(keys):
        end = at + 1
        while end < len(keys) and keys[end] == keys[at]:
            end += 1
        for i in range(at + 1, end):
            out[count] = (np.uint64(nodes[at]) << np.uint64(32)) | np.uint64(nodes[i])
            count += 1
            if i > at + 1:
                out[count] = (np.uint64(nodes[i - 1]) << np.uint64(32)) | np.uint64(nodes[i])
                count += 1
        at = end
    return count


def candidate_pairs(keys: NDArray[np.uint64], nodes: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Distinct pairs (smaller node << 32 | larger node), ascending, of one partition of keys.

    `keys` and `nodes` (k,) belong together, in any order; a node has a key at most once.
    """
    by_node = np.argsort(nodes, kind="stable")
    order = by_node[np.argsort(keys[by_node], kind="stable")]
    out = np.empty(2 * len(keys), dtype=np.uint64)
    count = _pairs(keys[order], nodes[order], out)
    return np.unique(out[:count])
