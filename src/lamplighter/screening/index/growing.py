"""Arrays that grow, and a table from keys to the few nodes that have each: what the recent part is made of.

In Python's own lists and dictionaries ten thousand listings were objects by the hundred thousand, through
which the collector of garbage looked time and again, and each new listing cost more than the one before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.hamming_bits import Words, ones
from lamplighter.screening.index.kernels import MEMBERS, MOST

_FIRST = 1 << 12

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]


class Growing:
    """Rows of one type, appended; `rows` is a view of those that are there."""

    def __init__(self, dtype: DTypeLike, width: int = 0) -> None:
        self._data: NDArray[Any] = np.zeros((_FIRST, width) if width else _FIRST, dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> NDArray[Any]:
        """(n,) or (n, width)"""
        return self._data[: self._count]

    def extend(self, values: NDArray[Any]) -> None:
        """Append rows. A view taken before keeps what it showed."""
        stop = self._count + len(values)
        if stop > len(self._data):
            larger = np.zeros(
                (max(stop, 2 * len(self._data)), *self._data.shape[1:]), self._data.dtype
            )
            larger[: self._count] = self.rows
            self._data = larger
        self._data[self._count : stop] = values
        self._count = stop

    def append(self, value: int) -> None:
        """Append one number."""
        if self._count == len(self._data):
            self.extend(np.full(1, value, self._data.dtype))
        else:
            self._data[self._count] = value
            self._count += 1


class KeyTable:
    """Keys of 63 bits (0: none) and for each its first `MEMBERS` nodes, in the order they came."""

    def __init__(self) -> None:
        self._slots = np.zeros(4 * _FIRST, np.uint64)
        self._held = np.zeros((4 * _FIRST, 3), np.int32)  # first and last place, how many
        self._places = np.zeros((4 * _FIRST, 2), np.int32)  # node, place of the next one
        self._filled = 0
        self._used = 0

    def put(self, keys: U64, base: int) -> None:
        """Add the keys (n, width) of nodes from `base` on."""
        while 2 * (self._filled + keys.size) > len(self._slots):
            slots, held = self._slots, self._held
            self._slots = np.zeros(2 * len(slots), np.uint64)
            self._held = np.zeros((2 * len(slots), 3), np.int32)
            _move(slots, held, self._slots, self._held)
        if self._used + keys.size > len(self._places):
            larger = np.zeros((max(2 * len(self._places), self._used + keys.size), 2), np.int32)
            larger[: self._used] = self._places[: self._used]
            self._places = larger
        self._filled, self._used = _put(
            self._slots, self._held, self._places, keys, base, self._filled, self._used
        )

    def candidates(self, keys: U64, nodes: int) -> tuple[I64, NDArray[np.float32]]:
        """(q, MOST) of `nodes` nodes for the keys (q, width) of q texts, -1 where none, and scores."""
        out = np.full((len(keys), MOST), -1, np.int64)
        score = np.zeros((len(keys), MOST), np.float32)
        if self._filled:
            room = min(nodes, keys.shape[1] * MEMBERS)
            _candidates(
                self._slots, self._held, self._places, keys, _WORTH, np.zeros(nodes),
                np.zeros(room, np.int64), np.zeros(MOST), out, score,
            )  # fmt: skip
        return out, score


#: What a key of so many listings counts, as in `kernels.candidates`.
_WORTH = np.array([0.0, *(2.0 - np.log2(np.arange(1, MEMBERS + 1)) / 12.0)])


@inlined
def _slot(slots: U64, key: np.uint64) -> int:
    """Where the key is or belongs. The lower bits of a key are as good as any."""
    mask = np.int64(len(slots) - 1)
    slot = np.int64(key & np.uint64(mask))
    while slots[slot] != 0 and slots[slot] != key:
        slot = (slot + 1) & mask
    return int(slot)


@kernel
def _move(slots: U64, held: I32, larger: U64, larger_held: I32) -> None:
    for at in range(len(slots)):
        if slots[at] != 0:
            slot = _slot(larger, slots[at])
            larger[slot] = slots[at]
            larger_held[slot] = held[at]


@kernel
def _put(
    slots: U64, held: I32, places: I32, keys: U64, base: int, filled: int, used: int
) -> tuple[int, int]:
    for row in range(keys.shape[0]):
        node = np.int32(base + row)
        for at in range(keys.shape[1]):
            key = keys[row, at]
            if key == 0:
                continue
            slot = _slot(slots, key)
            if slots[slot] == 0:
                slots[slot] = key
                held[slot, 0] = used
                held[slot, 2] = 0
                filled += 1
            elif held[slot, 2] >= MEMBERS or places[held[slot, 1], 0] == node:
                continue
            else:
                places[held[slot, 1], 1] = used
            held[slot, 1] = used
            held[slot, 2] += 1
            places[used, 0] = node
            used += 1
    return filled, used


@kernel
def _candidates(
    slots: U64,
    held: I32,
    places: I32,
    keys: U64,
    worth: NDArray[np.float64],
    weight: NDArray[np.float64],
    touched: I64,
    best: NDArray[np.float64],
    out: I64,
    score: NDArray[np.float32],
) -> None:
    """As `kernels.candidates`. `weight` (nodes,) is zero before and after."""
    for row in range(keys.shape[0]):
        count = 0
        for at in range(keys.shape[1]):
            if keys[row, at] == 0:
                continue
            slot = _slot(slots, keys[row, at])
            if slots[slot] == 0:
                continue
            members = held[slot, 2]
            place = held[slot, 0]
            for _ in range(members):
                node = places[place, 0]
                if weight[node] == 0.0:
                    touched[count] = node
                    count += 1
                weight[node] += worth[members]
                place = places[place, 1]
        filled = 0
        for i in range(count):
            node = touched[i]
            value = weight[node]
            weight[node] = 0.0
            place = filled
            while place > 0 and (
                best[place - 1] < value or (best[place - 1] == value and out[row, place - 1] > node)
            ):
                place -= 1
            if place >= MOST:
                continue
            for j in range(min(filled, MOST - 1), place, -1):
                best[j] = best[j - 1]
                out[row, j] = out[row, j - 1]
            best[place] = value
            out[row, place] = node
            filled = min(filled + 1, MOST)
        for i in range(filled):
            score[row, i] = best[i]


@kernel
def near(known: Words, asked: Words, distance: int) -> tuple[I64, I64]:
    """Pairs of an asked and a known hash (k, 4) within that many bits, in this order."""
    asks, founds = np.zeros(64, np.int64), np.zeros(64, np.int64)
    count = 0
    for row in range(len(asked)):
        for at in range(len(known)):
            far = np.int64(0)
            for word in range(4):
                far += ones(known[at, word] ^ asked[row, word])
            if far <= distance:
                if count == len(asks):
                    asks = np.concatenate((asks, np.zeros(count, np.int64)))
                    founds = np.concatenate((founds, np.zeros(count, np.int64)))
                asks[count], founds[count] = row, at
                count += 1
    return asks[:count], founds[:count]
