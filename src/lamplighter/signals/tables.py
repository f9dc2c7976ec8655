"""Small hash tables over words, made once and read by kernels: open addressing, half full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

Keys = NDArray[np.uint64]
Values = NDArray[np.uint64]


class Table(NamedTuple):
    """`values[slot]` belongs to `keys[slot]`; a key of 0 is a free slot."""

    keys: Keys
    values: Values


def table(entries: Mapping[int, int]) -> Table:
    """A table of positive keys and values, both below 2**64; a key of 0 is not allowed."""
    size = 16
    while size < 2 * len(entries) + 1:
        size *= 2
    keys, values = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    _fill(
        keys,
        values,
        np.array(list(entries), np.uint64).reshape(-1),
        np.array(list(entries.values()), np.uint64).reshape(-1),
    )
    return Table(keys, values)


@kernel
def _fill(keys: Keys, values: Values, names: Keys, things: Values) -> None:
    mask = np.uint64(len(keys) - 1)
    for at in range(len(names)):
        slot = _slot(names[at], mask)
        while keys[slot] != np.uint64(0):
            slot = (slot + np.uint64(1)) & mask
        keys[slot] = names[at]
        values[slot] = things[at]


@inlined
def _slot(key: np.uint64, mask: np.uint64) -> np.uint64:
    """Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
    return np.uint64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask


@inlined
def look_up(keys: Keys, values: Values, key: np.uint64) -> np.uint64:
    """The value of a key, 0 where there is none."""
    mask = np.uint64(len(keys) - 1)
    slot = _slot(key, mask)
    while keys[slot] != np.uint64(0):
        if keys[slot] == key:
            return np.uint64(values[slot])
        slot = (slot + np.uint64(1)) & mask
    return np.uint64(0)
