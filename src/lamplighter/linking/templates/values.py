"""The values of the slots of one template, with counts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.text.tokens import MARK_NGRAM

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

#: Values of a slot that are told.
SHOWN = 50


class Values(NamedTuple):
    """Scratch for the values of one slot, one entry per writing; and the best `SHOWN` of them."""

    table: NDArray[np.int32]  # (power of two) entry + 1, 0 for none
    value: U64  # (n,) hash of the folded value
    written: U64  # (n,) hash of the value as written
    times: I64  # (n,) listings with that writing; after `fold_values`, with that value
    begin: I64  # (n,) bytes of the writing
    end: I64
    text: I64  # (n,) whose writing it is
    first: NDArray[np.int32]  # (n,) its tokens
    stop: NDArray[np.int32]
    total: I64  # (n,) listings with the value, held by its most frequent writing; else 0
    shown: I64  # (SHOWN,) entries, most frequent first


def value_scratch(most: int) -> Values:
    """For slots filled by up to `most` texts."""
    table = 1 << max(4, (2 * most + 2).bit_length())
    i64 = np.int64
    return Values(
        np.zeros(table, np.int32), np.zeros(most, np.uint64), np.zeros(most, np.uint64),
        np.zeros(most, i64), np.zeros(most, i64), np.zeros(most, i64), np.zeros(most, i64),
        np.zeros(most, np.int32), np.zeros(most, np.int32), np.zeros(most, i64),
        np.zeros(SHOWN, i64),
    )  # fmt: skip


@inlined
def compare(data: NDArray[np.uint8], one: int, one_end: int, two: int, two_end: int) -> int:
    """Below, at or above 0: byte order, which for UTF-8 is the order of code points."""
    for at in range(min(one_end - one, two_end - two)):
        if data[one + at] != data[two + at]:
            return int(np.int64(data[one + at]) - np.int64(data[two + at]))
    return (one_end - one) - (two_end - two)


@inlined
def start_values(values: Values, most: int) -> int:
    """Empty the table for up to `most` entries; returns its mask."""
    size = 16
    while size < 2 * most:
        size *= 2
    values.table[:size] = np.int32(0)
    return size - 1


@inlined
def add_value(
    values: Values, entries: int, mask: int, weight: int, data: NDArray[np.uint8], begin: int,
    end: int, tokens: NDArray[np.uint32], marks: NDArray[np.uint8], base: int, first: int,
    stop: int, text: int,
) -> int:  # fmt: skip
    """Count a writing; returns the number of entries."""
    written = np.uint64(0xCBF29CE484222325)
    for at in range(begin, end):
        written = np.uint64((written ^ np.uint64(data[at])) * np.uint64(0x100000001B3))
    written ^= written >> np.uint64(31)
    value = written
    if marks[base + first] & MARK_NGRAM == 0:  # pairs of ideographs reach beyond the slot
        value = np.uint64(0xCBF29CE484222325)
        for at in range(base + first, base + stop):
            value = np.uint64((value ^ np.uint64(tokens[at])) * np.uint64(0x100000001B3))
        value ^= value >> np.uint64(29)
    slot = np.int64((value ^ (written << np.uint64(1))) & np.uint64(mask))
    while values.table[slot] != 0:
        entry = values.table[slot] - 1
        if values.value[entry] == value and values.written[entry] == written:
            values.times[entry] += weight
            return entries
        slot = (slot + 1) & mask
    values.table[slot] = entries + 1
    values.value[entries] = value
    values.written[entries] = written
    values.times[entries] = weight
    values.begin[entries] = begin
    values.end[entries] = end
    values.text[entries] = text
    values.first[entries] = first
    values.stop[entries] = stop
    return entries + 1


@inlined
def fold_values(values: Values, entries: int, mask: int, data: NDArray[np.uint8]) -> int:
    """Bring writings of one value together; returns how many values there are.

    The most frequent writing stands for the value (ties: the smaller bytes) and gets its `total`.
    """
    values.table[: mask + 1] = np.int32(0)
    distinct = 0
    for entry in range(entries):
        values.total[entry] = 0
    for entry in range(entries):
        slot = np.int64(values.value[entry] & np.uint64(mask))
        while (
            values.table[slot] != 0 and values.value[values.table[slot] - 1] != values.value[entry]
        ):
            slot = (slot + 1) & mask
        if values.table[slot] == 0:
            values.table[slot] = entry + 1
            values.total[entry] = values.times[entry]
            distinct += 1
            continue
        other = values.table[slot] - 1
        total = values.total[other] + values.times[entry]
        stands = entry
        if values.times[other] > values.times[entry] or (
            values.times[other] == values.times[entry]
            and compare(
                data, values.begin[other], values.end[other],
                values.begin[entry], values.end[entry],
            ) < 0
        ):  # fmt: skip
            stands = other
        values.total[other] = 0
        values.total[stands] = total
        values.table[slot] = stands + 1
    return distinct


@inlined
def rank_values(values: Values, entries: int, data: NDArray[np.uint8]) -> int:
    """Put the most frequent values into `shown`, by falling count, then bytes; returns how many."""
    filled = 0
    for entry in range(entries):
        total = values.total[entry]
        if total == 0:
            continue
        at = filled
        while at > 0:
            other = values.shown[at - 1]
            if values.total[other] > total or (
                values.total[other] == total
                and compare(
                    data, values.begin[other], values.end[other],
                    values.begin[entry], values.end[entry],
                ) < 0
            ):  # fmt: skip
                break
            if at < SHOWN:
                values.shown[at] = other
            at -= 1
        if at < SHOWN:
            values.shown[at] = entry
            filled = min(filled + 1, SHOWN)
    return filled
