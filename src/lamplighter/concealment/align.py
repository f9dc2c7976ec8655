"""Which words of a submitted text are gone in the published one: a shortest edit script per pair.

Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1 (1986), greedy form, over
token hashes. Tokens are read past case, spacing, punctuation and disguise (`text.tokens`), so
these change nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.text.tokens import Tokens

#: Longest edit script looked for; beyond it the differing middle counts as rewritten.
MOST_EDITS = 600

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]


class Hunks(NamedTuple):
    """Stretches where a pair differs, in order. All (h,).

    `pair` counts pairs from 0; `a0:a1` are tokens of the submitted and `b0:b1` of the published
    text (indices into the token arrays given). Either may be empty, never both.
    """

    pair: I64
    a0: I64
    a1: I64
    b0: I64
    b1: I64


def align(submitted: Tokens, rows: I64, published: Tokens) -> Hunks:
    """Hunks of the pairs (`rows[i]` of `submitted`, row i of `published`), sorted by pair."""
    parts: list[tuple[NDArray[np.int64], ...]] = []
    first = 0
    while first < len(rows):
        room = 6 * (len(rows) - first) + 2 * MOST_EDITS  # always room for one pair more
        columns = tuple(np.empty(room, np.int64) for _ in range(5))
        reached, count = _align(
            submitted.offsets, submitted.hashes, rows, published.offsets, published.hashes,
            first, *columns,
        )  # fmt: skip
        parts.append(tuple(column[:count].copy() for column in columns))
        first = reached
    if not parts:
        return Hunks(*(np.zeros(0, np.int64) for _ in range(5)))
    return Hunks(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@inlined
def _script(
    a: U32, a0: int, n: int, b: U32, b0: int, m: int, reach: I32, trace: I32, gone: U8, new: U8
) -> bool:
    """Mark tokens of the shortest edit script; False if it is longer than MOST_EDITS."""
    middle = MOST_EDITS + 1
    most = min(n + m, MOST_EDITS)
    reach[middle + 1] = 0
    found = -1
    for d in range(most + 1):
        base = d * (d + 1) // 2
        for k in range(-d, d + 1, 2):
            if k == -d or (k != d and reach[middle + k - 1] < reach[middle + k + 1]):
                x = reach[middle + k + 1]
            else:
                x = reach[middle + k - 1] + 1
            y = x - k
            while x < n and y < m and a[a0 + x] == b[b0 + y]:
                x += 1
                y += 1
            reach[middle + k] = x
            trace[base + (k + d) // 2] = x
            if x >= n and y >= m:
                found = d
                break
        if found >= 0:
            break
    if found < 0:
        return False
    x, y = n, m
    for d in range(found, 0, -1):
        k = x - y
        before = (d - 1) * d // 2
        low = np.int32(-1)
        if k > -d:
            low = trace[before + (k - 1 + d - 1) // 2]
        high = np.int32(-1)
        if k < d:
            high = trace[before + (k + 1 + d - 1) // 2]
        if k == -d or (k != d and low < high):
            x = np.int64(high)
            y = x - (k + 1)
            new[y] = 1
        else:
            x = np.int64(low)
            y = x - (k - 1)
            gone[x] = 1
    return True


@inlined
def _ambiguous(a: U32, low: int, high: int, bound: int) -> int:
    """How far a deleted stretch can begin earlier with the same result.

    Where the word before equals the last one that went, either may have gone: the first is taken, so
    that the same deletion is told the same way.
    """
    back = 0
    while low - back > bound and a[low - back - 1] == a[high - back - 1]:
        back += 1
    return back


@kernel
def _align(
    a_offsets: I64, a: U32, rows: I64, b_offsets: I64, b: U32, first: int,
    pair: I64, a_low: I64, a_high: I64, b_low: I64, b_high: I64,
) -> tuple[int, int]:  # fmt: skip
    """Fill hunks from pair `first` on; returns the pair reached and the hunks written."""
    count = 0
    reach = np.zeros(2 * MOST_EDITS + 4, np.int32)
    trace = np.zeros((MOST_EDITS + 1) * (MOST_EDITS + 2) // 2, np.int32)
    gone = np.zeros(256, np.uint8)
    new = np.zeros(256, np.uint8)
    for at in range(first, len(rows)):
        low, high = a_offsets[rows[at]], a_offsets[rows[at] + 1]
        start, stop = b_offsets[at], b_offsets[at + 1]
        while low < high and start < stop and a[low] == b[start]:
            low += 1
            start += 1
        while low < high and start < stop and a[high - 1] == b[stop - 1]:
            high -= 1
            stop -= 1
        n, m = high - low, stop - start
        if n == 0 and m == 0:
            continue
        if count + min(n, m, MOST_EDITS) + 1 > len(pair):
            return at, count
        if n > len(gone):
            gone = np.zeros(2 * n, np.uint8)
        if m > len(new):
            new = np.zeros(2 * m, np.uint8)
        gone[:n] = 0
        new[:m] = 0
        split = n > 0 and m > 0 and _script(a, low, n, b, start, m, reach, trace, gone, new)
        if not split:
            back = 0
            if m == 0:
                back = _ambiguous(a, low, high, a_offsets[rows[at]])
            pair[count], a_low[count], a_high[count] = at, low - back, high - back
            b_low[count], b_high[count] = start - back, stop - back
            count += 1
            continue
        i, j = 0, 0
        while i < n or j < m:
            if i < n and j < m and gone[i] == 0 and new[j] == 0:
                i += 1
                j += 1
                continue
            begin_i, begin_j = i, j
            while (i < n and gone[i] == 1) or (j < m and new[j] == 1):
                if i < n and gone[i] == 1:
                    i += 1
                else:
                    j += 1
            back = 0
            if j == begin_j and i > begin_i:
                bound = a_offsets[rows[at]]
                if count > 0 and pair[count - 1] == at:
                    bound = a_high[count - 1]
                back = _ambiguous(a, low + begin_i, low + i, bound)
            pair[count], a_low[count], a_high[count] = at, low + begin_i - back, low + i - back
            b_low[count], b_high[count] = start + begin_j - back, start + j - back
            count += 1
    return len(rows), count
