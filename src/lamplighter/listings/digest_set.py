"""Digests seen so far, at sixteen bytes each: a Python set takes ten times that."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel

U64 = NDArray[np.uint64]


@kernel
def _add(digests: U64, slots: U64, fresh: NDArray[np.bool_]) -> int:
    mask = np.uint64(len(slots) - 1)
    count = 0
    for at in range(len(digests)):
        value = digests[at]
        place = value & mask
        while slots[place] != 0 and slots[place] != value:
            place = (place + np.uint64(1)) & mask
        fresh[at] = slots[place] == 0
        if fresh[at]:
            slots[place] = value
            count += 1
    return count


class DigestSet:
    """A growing set of 64-bit digests (open addressing, at most half full)."""

    def __init__(self) -> None:
        self._slots = np.zeros(1 << 12, np.uint64)
        self._count = 0

    def add(self, digests: U64) -> NDArray[np.bool_]:
        """Take in digests (n,); whether each is new, also among those before it."""
        wanted = np.where(digests == 0, np.uint64(1), digests)  # 0 marks a free slot
        if 2 * (self._count + len(wanted)) > len(self._slots):
            size = len(self._slots)
            while size < 2 * (self._count + len(wanted)):
                size *= 2
            kept = self._slots[self._slots != 0]
            self._slots = np.zeros(size, np.uint64)
            _add(kept, self._slots, np.empty(len(kept), bool))
        fresh = np.empty(len(wanted), bool)
        self._count += int(_add(wanted, self._slots, fresh))
        return fresh
