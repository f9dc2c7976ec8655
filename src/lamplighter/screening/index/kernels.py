"""Searches in sorted arrays, and texts gathered from where they lie."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

#: A posting is a key's upper bits and a node: what `linking.candidates` calls a number.
NODE_BITS = 28
_LOW = np.uint64((1 << NODE_BITS) - 1)
#: Members of one key that are looked at: the first, the same for all keys of a text.
MEMBERS = 64
#: Known listings that a new one is compared with: those that share most of its phrases.
MOST = 24
#: Values from which a place is reckoned before it is searched.
_JUMP = 1 << 12
#: Nodes that the keys of one text lead to, at most twice as many as are counted.
_ROOM = 1 << 14

_Scratch = tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]
_mine = threading.local()


def scratch() -> _Scratch:
    """A table for `candidates`, empty before and after; one for each thread, for making one takes
    longer than a search."""
    found: _Scratch | None = getattr(_mine, "scratch", None)
    if found is None:
        table = np.full(_ROOM, -1, np.int64)
        found = _mine.scratch = table, np.zeros(_ROOM, np.float32), np.empty(_ROOM, np.int64)
    return found


@inlined
def _guess(values: NDArray[np.uint64], wanted: np.uint64) -> int:
    """Where a straight line from the first to the last value leads to.

    Values are hashes, so that is within some square roots of their number.
    """
    high = len(values)
    if high <= _JUMP or wanted <= values[0] or wanted > values[high - 1]:
        return int(np.int64(-1))
    slope = np.float64(high - 1) / np.float64(values[high - 1] - values[0])
    return int(np.float64(wanted - values[0]) * slope)


@inlined
def _closer(values: NDArray[np.uint64], wanted: np.uint64, place: int) -> int:
    """A better guess, by the value at this one."""
    if place < 0:
        return place
    high = len(values)
    place = min(max(place, 0), high - 1)
    here = values[place]
    slope = np.float64(high - 1) / np.float64(values[high - 1] - values[0])
    gap = np.float64(wanted - here) if here < wanted else -np.float64(here - wanted)
    return min(max(place + int(gap * slope), 0), high - 1)


@inlined
def _from(values: NDArray[np.uint64], wanted: np.uint64, place: int) -> int:
    """The first place whose value is not below `wanted`; -1 for `place`: no guess."""
    low, high = 0, len(values)
    if place >= 0:
        reach = 16
        if values[place] < wanted:
            low = place + 1
            while low + reach < high and values[low + reach] < wanted:
                low += reach + 1
                reach *= 2
            high = min(high, low + reach + 1)
        else:
            high = place
            while high - reach > low and not values[high - reach] < wanted:
                high -= reach
                reach *= 2
            low = max(low, high - reach)
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _lower(values: NDArray[np.uint64], wanted: np.uint64) -> int:
    """The first place whose value is not below `wanted`: in an array of millions, reckoning it first
    spares most of the jumps that wait for memory.
    """
    place = _closer(values, wanted, _closer(values, wanted, _guess(values, wanted)))
    return _from(values, wanted, place)


@kernel
def postings_of(keys: NDArray[np.uint64], nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """(m,) postings, unsorted, of keys (n, width) of 63 bits (0: none) of these nodes (n,)."""
    out = np.empty(keys.size, dtype=np.uint64)
    count = 0
    for row in range(keys.shape[0]):
        for at in range(keys.shape[1]):
            if keys[row, at] != 0:
                upper = keys[row, at] >> np.uint64(NODE_BITS - 1)
                out[count] = (upper << np.uint64(NODE_BITS)) | np.uint64(nodes[row])
                count += 1
    return out[:count]


@kernel
def candidates(
    postings: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    out: NDArray[np.int64],
    score: NDArray[np.float32],
    table: NDArray[np.int64],
    weight: NDArray[np.float32],
    used: NDArray[np.int64],
) -> None:
    """For each row of keys (q, width) the `MOST` nodes with most of them: out (q, MOST), -1: none.

    A key counts a little more the fewer nodes have it. Ties go to the smaller node, so the answer
    depends on what is in the index only.
    """
    room = len(table)
    width = keys.shape[1]
    places = np.empty(width, np.int64)
    for row in range(keys.shape[0]):
        filled = 0
        # All keys a step at a time: what they wait for in memory, they wait for together.
        for at in range(width):
            upper = keys[row, at] >> np.uint64(NODE_BITS - 1)
            places[at] = _guess(postings, upper << np.uint64(NODE_BITS))
        for _ in range(2):
            for at in range(width):
                upper = keys[row, at] >> np.uint64(NODE_BITS - 1)
                places[at] = _closer(postings, upper << np.uint64(NODE_BITS), places[at])
        for at in range(width):
            key = keys[row, at]
            if key == 0:
                continue
            upper = key >> np.uint64(NODE_BITS - 1)
            first = _from(postings, upper << np.uint64(NODE_BITS), places[at])
            stop = first
            while (
                stop < len(postings)
                and stop - first < MEMBERS
                and postings[stop] >> np.uint64(NODE_BITS) == upper
            ):
                stop += 1
            if stop == first:
                continue
            worth = np.float32(2.0 - np.log2(float(stop - first)) / 12.0)
            for place in range(first, stop):
                node = np.int64(postings[place] & _LOW)
                slot = (node * 2654435761) & (room - 1)
                while table[slot] != -1 and table[slot] != node:
                    slot = (slot + 1) & (room - 1)
                if table[slot] == -1:
                    if filled >= room // 2:
                        continue
                    table[slot] = node
                    weight[slot] = 0.0
                    used[filled] = slot
                    filled += 1
                weight[slot] += worth
        best = 0
        for i in range(filled):
            node, value = table[used[i]], weight[used[i]]
            place = best
            while place > 0 and (
                score[row, place - 1] < value
                or (score[row, place - 1] == value and out[row, place - 1] > node)
            ):
                place -= 1
            if place >= MOST:
                continue
            last = best if best < MOST else MOST - 1
            for j in range(last, place, -1):
                score[row, j] = score[row, j - 1]
                out[row, j] = out[row, j - 1]
            score[row, place] = value
            out[row, place] = node
            if best < MOST:
                best += 1
        for j in range(best, MOST):
            out[row, j] = -1
        for i in range(filled):
            table[used[i]] = -1


@kernel
def gather(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    nodes: NDArray[np.int64],
    starts: NDArray[np.int64],
    out: NDArray[np.uint32],
) -> None:
    """Copy the texts of nodes (k,) to out[starts[i]:]."""
    for i in range(len(nodes)):
        place = starts[i]
        for at in range(offsets[nodes[i]], offsets[nodes[i] + 1]):
            out[place] = tokens[at]
            place += 1


@kernel
def find_sorted(values: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(k,) the first place of each wanted value in sorted values, -1 where it is not there."""
    out = np.empty(len(wanted), dtype=np.int64)
    for i in range(len(wanted)):
        at = _lower(values, wanted[i])
        out[i] = at if at < len(values) and values[at] == wanted[i] else -1
    return out
