"""The words of a consensus as its members most commonly write them, blanks and commas with them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: Writings of a template that are looked at: the first by content hash.
WRITINGS = 24


class Surface(NamedTuple):
    """Scratch: for each constant column up to WRITINGS pieces, and how many."""

    pieces: NDArray[np.int32]  # (columns,)
    hash: NDArray[np.uint64]  # (columns, WRITINGS)
    weight: I64
    begin: I64
    end: I64
    clean: NDArray[np.uint8]  # bit 1: what is before it was seen, bit 2: what is after it


def surface_scratch(columns: int) -> Surface:
    """For templates of up to `columns` constant columns."""
    shape = (columns, WRITINGS)
    i64 = np.int64
    return Surface(
        np.zeros(columns, np.int32), np.empty(shape, np.uint64), np.empty(shape, i64),
        np.empty(shape, i64), np.empty(shape, i64), np.empty(shape, np.uint8),
    )  # fmt: skip


@inlined
def _past_punctuation(data: NDArray[np.uint8], at: int, most: int) -> int:
    """End of what follows the last word of a text without a blank, if it is short."""
    here = at
    while here < most and data[here] > 32:
        here += 1
    return here if here - at <= 8 else at


@inlined
def add_pieces(
    surface: Surface, weight: int, kept: int, length: int, base: int, row: int, row_end: int,
    where: I32, slots: I32, values: I64, data: NDArray[np.uint8], starts: I32, ends: I32,
) -> None:  # fmt: skip
    """Count how one member writes each constant token, up to the next one.

    `values` (slots, 4): first and last + 1 token, begin and end byte of the member's own values.
    """
    for column in range(kept):
        j = where[column]
        if j < 0:
            continue
        clean = 3
        begin = row + int(starts[base + j])
        end = row + int(ends[base + j])
        slot = slots[column]
        if slot >= 0:
            if values[slot, 1] == j and values[slot, 0] < j:
                begin = min(int(values[slot, 3]), begin)
            else:
                clean -= 1
        elif column == 0 and j == 0:
            begin = row + int(starts[base])
        slot = slots[column + 1]
        follows = column + 1 < kept and where[column + 1] == j + 1
        if slot >= 0 and values[slot, 0] == j + 1 and values[slot, 1] > j + 1:
            end = max(begin, int(values[slot, 2]))
        elif follows:
            end = row + int(starts[base + j + 1])
        elif column + 1 == kept and j + 1 == length:
            end = _past_punctuation(data, end, row_end)
        elif column + 1 < kept or slot >= 0:
            clean -= 2
        h = np.uint64(0xCBF29CE484222325) ^ np.uint64(clean)
        for at in range(begin, end):
            h = np.uint64((h ^ np.uint64(data[at])) * np.uint64(0x100000001B3))
        known = surface.pieces[column]
        place = 0
        while place < known and surface.hash[column, place] != h:
            place += 1
        if place == WRITINGS:
            continue
        if place == known:
            surface.pieces[column] = known + 1
            surface.hash[column, place] = h
            surface.weight[column, place] = 0
            surface.begin[column, place] = begin
            surface.end[column, place] = end
            surface.clean[column, place] = clean
        surface.weight[column, place] += weight


@inlined
def best_piece(surface: Surface, column: int) -> int:
    """The most frequent piece among those whose neighbourhood was seen best; -1 if none."""
    best = -1
    rank = -1
    for place in range(surface.pieces[column]):
        clean = int(np.int64(surface.clean[column, place]))
        mine = clean % 2 + clean // 2
        if mine > rank or (
            mine == rank
            and (
                surface.weight[column, place] > surface.weight[column, best]
                or (
                    surface.weight[column, place] == surface.weight[column, best]
                    and surface.hash[column, place] < surface.hash[column, best]
                )
            )
        ):
            best = place
            rank = mine
    return best
