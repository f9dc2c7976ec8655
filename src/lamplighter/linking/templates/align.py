"""Aligning the texts of one component: longest common subsequence over token hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

#: Tokens of a text that are aligned. What follows stays unaligned, and counts as unmatched.
WIDEST = 400
#: Members from which the seed is chosen, and with which each is compared.
_SEEDS = 8


@inlined
def align(
    one: NDArray[np.uint32], first: int, first_end: int,
    two: NDArray[np.uint32], second: int, second_end: int,
    table: NDArray[np.int16], match: NDArray[np.int32],
) -> int:  # fmt: skip
    """Longest common subsequence; `match[i]` is the place in `two` of token i of `one`, or -1.

    `table` is (WIDEST+1, WIDEST+1) scratch. Ties go to the earlier token, so the result is a
    function of the two texts.
    """
    rows = min(first_end - first, WIDEST)
    columns = min(second_end - second, WIDEST)
    for j in range(columns + 1):
        table[rows, j] = 0
    for i in range(rows - 1, -1, -1):
        table[i, columns] = 0
        for j in range(columns - 1, -1, -1):
            if one[first + i] == two[second + j]:
                table[i, j] = table[i + 1, j + 1] + 1
            else:
                table[i, j] = max(table[i + 1, j], table[i, j + 1])
    i = 0
    j = 0
    for place in range(rows):
        match[place] = -1
    while i < rows and j < columns:
        if one[first + i] == two[second + j]:
            match[i] = j
            i += 1
            j += 1
        elif table[i + 1, j] >= table[i, j + 1]:
            i += 1
        else:
            j += 1
    return int(table[0, 0])


@kernel
def consensus_of(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    share: float,
    slot_share: float,
    seeds: NDArray[np.int64],
    constant: NDArray[np.int32],
    constant_bounds: NDArray[np.int64],
    saved: NDArray[np.float64],
    spans: NDArray[np.int32],
) -> int:
    """Seed, constant tokens, saved bits and slot spans of each component.

    `bounds` (g+1,) members of component g are texts [bounds[g], bounds[g+1]). Writes for each
    component its seed text, the places of its constant tokens in the seed (flat, by
    `constant_bounds`), the bits saved, and one row of `spans` (component, slot, text, first
    token, last token + 1) for each filled slot. Returns the number of spans.
    """
    table = np.empty((WIDEST + 1, WIDEST + 1), dtype=np.int16)
    match = np.empty(WIDEST, dtype=np.int32)
    held = np.empty(WIDEST, dtype=np.int32)
    core = np.empty(WIDEST, dtype=np.uint32)
    filled = np.empty(WIDEST + 1, dtype=np.int64)
    slot_of = np.empty(WIDEST + 1, dtype=np.int32)
    constants = 0
    written = 0
    for group in range(len(bounds) - 1):
        low, high = bounds[group], bounds[group + 1]
        best = low
        most = -1
        for candidate in range(low, min(high, low + _SEEDS)):
            total = 0
            for other in range(low, min(high, low + _SEEDS)):
                if other != candidate:
                    total += align(tokens, offsets[candidate], offsets[candidate + 1],
                                   tokens, offsets[other], offsets[other + 1], table, match)  # fmt: skip
            if total > most:
                most = total
                best = candidate
        seeds[group] = best
        size = min(offsets[best + 1] - offsets[best], WIDEST)
        for i in range(size):
            held[i] = 0
        for member in range(low, high):
            align(tokens, offsets[best], offsets[best + 1],
                  tokens, offsets[member], offsets[member + 1], table, match)  # fmt: skip
            for i in range(size):
                if match[i] >= 0:
                    held[i] += 1
        count = 0
        for i in range(size):
            if held[i] >= share * (high - low):
                constant[constants + count] = i
                core[count] = tokens[offsets[best] + i]
                count += 1
        for i in range(count + 1):
            filled[i] = 0
        # How often something stands between two constant tokens, and what all of it costs.
        literal = 0.0
        words = 0
        edits = 0
        for member in range(low, high):
            length = offsets[member + 1] - offsets[member]
            words += length
            matched = align(core, 0, count, tokens, offsets[member], offsets[member + 1],
                            table, match)  # fmt: skip
            literal += length - matched
            edits += count - matched
            previous = -1
            gap = 0
            for i in range(count):
                if match[i] < 0:
                    continue
                if match[i] > previous + 1:
                    filled[gap if gap == i else i] += 1
                previous = match[i]
                gap = i + 1
            if previous >= 0 and previous + 1 < min(length, WIDEST):
                filled[count] += 1
        bits = np.log2(max(2.0, float(words)))
        place = np.log2(max(2.0, float(count)))
        gain = bits * words - (bits * count + bits * literal + place * (edits + 1))
        saved[group] = gain - (high - low) * 2.0
        number = 0
        for i in range(count + 1):
            slot_of[i] = -1
            if filled[i] >= 2 and filled[i] >= slot_share * (high - low):
                slot_of[i] = number
                number += 1
        if saved[group] > 0 and count >= 3:
            for member in range(low, high):
                length = min(offsets[member + 1] - offsets[member], WIDEST)
                align(core, 0, count, tokens, offsets[member], offsets[member + 1], table, match)
                previous = -1
                for i in range(count + 1):
                    at = length if i == count else match[i]
                    if at < 0:
                        continue
                    if at > previous + 1 and slot_of[i] >= 0:
                        if written == len(spans):
                            return -1
                        spans[written, 0] = group
                        spans[written, 1] = i
                        spans[written, 2] = member
                        spans[written, 3] = previous + 1
                        spans[written, 4] = at
                        written += 1
                    previous = at
        constants += count
        constant_bounds[group + 1] = constants
    return written


@kernel
def gather(
    data: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64],
    offsets: NDArray[np.int64], out: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Copy byte ranges one after the other; `offsets` (k+1,) says where each goes."""
    for i in range(len(begins)):
        for at in range(ends[i] - begins[i]):
            out[offsets[i] + at] = data[begins[i] + at]
