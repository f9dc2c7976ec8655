"""Entries that say the same but for times, numbers and commitments: read once for all of them.

A log of ten million listings has some hundred shapes. What differs is cut out, so that one entry of a
shape is parsed as JSON and the others take its values; their own times and numbers are read here.

Traps: `"name":` cannot stand inside a JSON text, where a quote has a backslash before it. It can stand
deeper than it should; then the entry says it twice, or the parsed one has no such value. And equal
hashes are not trusted: every entry is compared with the one that stands for it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

_QUOTE, _COLON, _BACKSLASH = np.uint8(34), np.uint8(58), np.uint8(92)
_TIME_LENGTH = 27  # 2026-01-31T09:30:00.000000Z
NONE = np.iinfo(np.int64).min

#: Names whose values are cut out: 64 hex digits, a time, whole numbers that are counted.
_NAMES = ("commitment", "key", "time", "received", "decision")
_HEX, _TIME, _RECEIVED, _DECISION = 1, 2, 3, 4
_KINDS = np.array([_HEX, _HEX, _TIME, _RECEIVED, _DECISION], np.int64)
_LETTERS = np.frombuffer("".join(_NAMES).encode(), np.uint8).copy()
_STARTS = np.cumsum([0, *map(len, _NAMES)]).astype(np.int64)


@inlined
def _name(data: U8, end: int, low: int, letters: U8, starts: I64) -> int:
    """Which of the names stands before the quote at `end`, in quotes; -1 for none."""
    for name in range(len(starts) - 1):
        size = starts[name + 1] - starts[name]
        begin = end - size
        if begin - 1 < low or data[begin - 1] != np.uint8(34):
            continue
        same = True
        for at in range(size):
            if data[begin + at] != letters[starts[name] + at]:
                same = False
                break
        if same:
            return np.int64(name)
    return np.int64(-1)


@inlined
def _hole(data: U8, at: int, stop: int, kind: int) -> int:
    """Length of the value at `at` that can be cut out, the opening quote included; 0 if it cannot."""
    if kind >= 3:
        length = np.int64(0)
        while at + length < stop and length < 16 and 48 <= data[at + length] <= 57:
            length += 1
        after = data[at + length] if at + length < stop else np.uint8(0)
        return length if after == 44 or after == 125 else np.int64(0)
    wanted = np.int64(64) if kind == 1 else np.int64(27)
    if at + wanted + 1 >= stop or data[at] != np.uint8(34) or data[at + wanted + 1] != np.uint8(34):
        return np.int64(0)
    for place in range(wanted):
        byte = data[at + 1 + place]
        digit = 48 <= byte <= 57
        if kind == 1:
            if not (digit or 97 <= byte <= 102):
                return np.int64(0)
        else:
            mark = np.uint8(0)
            if place == 4 or place == 7:
                mark = np.uint8(45)
            elif place == 10:
                mark = np.uint8(84)
            elif place == 13 or place == 16:
                mark = np.uint8(58)
            elif place == 19:
                mark = np.uint8(46)
            elif place == 26:
                mark = np.uint8(90)
            if (mark != 0 and byte != mark) or (mark == 0 and not digit):
                return np.int64(0)
    return wanted + 1


@inlined
def _number(data: U8, at: int, length: int) -> int:
    found = np.int64(0)
    for place in range(length):
        found = found * 10 + np.int64(data[at + place]) - 48
    return found


@inlined
def _moment(data: U8, at: int) -> int:
    """Microseconds since 1970 of the time at `at`; NONE where month, day or hour cannot be.

    Days from the civil calendar: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms.
    """
    year, month, day = _number(data, at, 4), _number(data, at + 5, 2), _number(data, at + 8, 2)
    hour, minute, second = (
        _number(data, at + 11, 2),
        _number(data, at + 14, 2),
        _number(data, at + 17, 2),
    )
    if month < 1 or month > 12 or day < 1 or day > 28 or hour > 23 or minute > 59 or second > 59:
        if not (
            1 <= month <= 12 and 1 <= day <= 31 and hour <= 23 and minute <= 59 and second <= 59
        ):
            return np.int64(NONE)
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        most = 31
        if month == 2:
            most = 29 if leap else 28
        elif month == 4 or month == 6 or month == 9 or month == 11:
            most = 30
        if day > most:
            return np.int64(NONE)
    if year < 1:
        return np.int64(NONE)
    shifted = year - 1 if month <= 2 else year
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    days = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + _number(
        data, at + 20, 6
    )


@inlined
def _take(data: U8, at: int, length: int, kind: int, said: I64) -> bool:
    """Note what is cut out at `at` in `said` by kind; False if it was said before or is no time."""
    if kind == 1:
        return True
    fresh: bool = said[kind] == NONE
    said[kind] = _moment(data, at + 1) if kind == 2 else _number(data, at, length)
    return fresh and said[kind] != NONE


@inlined
def _mix(
    data: U8, start: int, stop: int, letters: U8, names: I64, kinds: I64, said: I64
) -> tuple[bool, np.uint64]:
    """Hash of a line but for what is cut out, which goes to `said`; False: it stands for itself."""
    at = start
    mixed = np.uint64(14695981039346656037)
    sound = True
    while at < stop:
        mixed = (mixed ^ np.uint64(data[at])) * np.uint64(1099511628211)
        if data[at] == np.uint8(58) and at > start + 2 and data[at - 1] == np.uint8(34):
            name = _name(data, at - 1, start, letters, names)
            if name >= 0:
                length = _hole(data, at + 1, stop, kinds[name])
                if length > 0:
                    sound &= _take(data, at + 1, length, kinds[name], said)
                    mixed = (mixed ^ np.uint64(256 + kinds[name])) * np.uint64(1099511628211)
                    at += length
        at += 1
    return sound and said[2] != NONE, mixed


@inlined
def _same(
    data: U8, a: int, stop: int, b: int, end: int, letters: U8, names: I64, kinds: I64, said: I64
) -> bool:
    """Whether the line from `b` to `end` is that from `a` to `stop` but for what is cut out, which
    goes to `said`.
    """
    low = a
    while a < stop and b < end:
        if data[a] != data[b]:
            return False
        if data[a] == np.uint8(58) and a > low + 2 and data[a - 1] == np.uint8(34):
            name = _name(data, a - 1, low, letters, names)
            if name >= 0:
                first = _hole(data, a + 1, stop, kinds[name])
                second = _hole(data, b + 1, end, kinds[name])
                if (first > 0) != (second > 0):
                    return False
                if second > 0 and not _take(data, b + 1, second, kinds[name], said):
                    return False
                a += first
                b += second
        a += 1
        b += 1
    return a == stop and b == end


@kernel
def find_shapes(
    data: U8, starts: I64, stops: I64, letters: U8, names: I64, kinds: I64
) -> tuple[I64, I64, I64, I64]:
    """(n,) each: the line that stands for a line, its time, and its numbers; NONE where it has none.
    A line that says a counted name twice stands for itself alone.
    """
    count = len(starts)
    size = np.int64(1024)
    while size < 2 * count:
        size *= 2
    slots = np.full(size, np.int64(-1))
    hashes = np.zeros(count, np.uint64)
    stands = np.arange(count)
    values = np.full((3, count), NONE)
    said = np.empty(5, np.int64)
    last, before = np.int64(-1), np.int64(-1)
    for line in range(count):
        a, b = starts[line], stops[line]
        found = np.int64(-1)
        # Most entries are like the one before, or the one before that of another shape.
        for held in (last, before):
            if held >= 0 and found < 0:
                said[:] = NONE
                if _same(data, starts[held], stops[held], a, b, letters, names, kinds, said):
                    found = held
        if found < 0:
            said[:] = NONE
            sound, mixed = _mix(data, a, b, letters, names, kinds, said)
            if not sound:
                continue
            hashes[line] = mixed
            slot = np.int64(mixed >> np.uint64(20)) & (size - 1)
            while found < 0:
                held = slots[slot]
                if held < 0:
                    slots[slot] = line
                    found = np.int64(line)
                elif hashes[held] == mixed:
                    said[:] = NONE
                    if _same(data, starts[held], stops[held], a, b, letters, names, kinds, said):
                        found = held
                slot = (slot + 1) & (size - 1)
        stands[line] = found
        values[0, line], values[1, line], values[2, line] = said[2], said[3], said[4]
        if found != last:
            last, before = found, last
    return stands, values[0], values[1], values[2]


def shapes(data: U8, starts: I64, stops: I64) -> tuple[I64, I64, I64, I64]:
    """`find_shapes` of lines of JSON: `starts` and `stops` (n,) are places in `data`."""
    return find_shapes(data, starts, stops, _LETTERS, _STARTS, _KINDS)
