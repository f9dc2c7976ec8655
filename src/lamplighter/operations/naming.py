"""Stable names: what has the same content has the same id in every run."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lamplighter.foundation.jit import kernel

Indices = npt.NDArray[np.int64]


def stable_id(prefix: str, listing_id: str) -> str:
    """`prefix-` and the first 16 hex digits of SHA-256 of the smallest member's listing id.

    >>> stable_id("op", "a1")
    'op-f55ff16f66f43360'
    """
    return f"{prefix}-{sha256(listing_id.encode()).hexdigest()[:16]}"


def smallest_members(listing_ids: pa.LargeStringArray, order: Indices, bounds: Indices) -> Indices:
    """(m,) row of the smallest listing id (by UTF-8 bytes) of each group.

    `order` are rows of `listing_ids` sorted by group, group g being `order[bounds[g]:bounds[g+1]]`.
    Every group must have a member.
    """
    from lamplighter.operations.columns import text_buffers

    offsets, data = text_buffers(listing_ids)
    return _smallest(offsets, data, order, bounds)


@kernel
def _smallest(
    offsets: Indices, data: npt.NDArray[np.uint8], order: Indices, bounds: Indices
) -> Indices:
    groups = len(bounds) - 1
    best = np.empty(groups, np.int64)
    for group in range(groups):
        least = order[bounds[group]]
        for at in range(bounds[group] + 1, bounds[group + 1]):
            row = order[at]
            left, left_end = offsets[row], offsets[row + 1]
            right, right_end = offsets[least], offsets[least + 1]
            while left < left_end and right < right_end and data[left] == data[right]:
                left += 1
                right += 1
            if right < right_end and (left == left_end or data[left] < data[right]):
                least = row
        best[group] = least
    return best
