"""Flat JSON objects of texts and plain numbers → columns, without an object of Python per value.

What is not plain (a key unknown or twice, a nested object, a number that JSON writers would write
otherwise, anything that is no JSON) is left to orjson, object by object: so each object means what
it means there, however its neighbours look. The texts are the same as `json_rows.as_text` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.text.hashing import hash_span

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
ABSENT, NULL = -2, -1  # in place of a size
_SLOTS = 512
_DIGITS = 15  # a number of so many is written back as it was read


class Keys(NamedTuple):
    """Keys that are columns: slots of a hash table, and the bytes of each key."""

    slots: I64  # (512,) number of the key, -1: free
    bounds: I64  # (k + 1,)
    names: U8


def keys_of(names: Sequence[str]) -> Keys:
    """A table of at most 256 keys; `columns` answers in their order."""
    raw = [name.encode() for name in names]
    slots = np.full(_SLOTS, -1, np.int64)
    for number, key in enumerate(raw):
        place = int(_hash(np.frombuffer(key, np.uint8), 0, len(key))) % _SLOTS
        while slots[place] >= 0:
            place = (place + 1) % _SLOTS
        slots[place] = number
    bounds = np.zeros(len(raw) + 1, np.int64)
    np.cumsum([len(key) for key in raw], out=bounds[1:])
    return Keys(slots, bounds, np.frombuffer(b"".join(raw), np.uint8))


@inlined
def _hash(data: U8, begin: int, end: int) -> int:
    value = np.uint32(2166136261)
    for at in range(begin, end):
        value = np.uint32((value ^ np.uint32(data[at])) * np.uint32(16777619))
    return np.int64(value)  # type: ignore[return-value]


@inlined
def _key(data: U8, begin: int, end: int, slots: I64, bounds: I64, names: U8) -> int:
    place = _hash(data, begin, end) % _SLOTS
    while slots[place] >= 0:
        number = slots[place]
        start = bounds[number]
        if bounds[number + 1] - start == end - begin:
            same = True
            for at in range(end - begin):
                if names[start + at] != data[begin + at]:
                    same = False
                    break
            if same:
                return number  # type: ignore[no-any-return]
        place = (place + 1) % _SLOTS
    return -1


@inlined
def _blank(data: U8, at: int, end: int) -> int:
    while at < end and (data[at] == 32 or data[at] == 9 or data[at] == 13):
        at += 1
    return at


@inlined
def _hex(data: U8, at: int) -> int:
    value = np.int64(0)
    for place in range(at, at + 4):
        byte = data[place]
        if 48 <= byte <= 57:
            digit = np.int64(byte) - 48
        elif 97 <= byte <= 102:
            digit = np.int64(byte) - 87
        elif 65 <= byte <= 70:
            digit = np.int64(byte) - 55
        else:
            return -1
        value = value * 16 + digit
    return value  # type: ignore[return-value]


@inlined
def _text(data: U8, at: int, end: int) -> tuple[int, int]:
    """After the opening quote: place of the closing one and size once decoded; -1: not plain."""
    size = 0
    while at < end:
        byte = data[at]
        if byte == 34:
            return at, size
        if byte < 32:
            return -1, 0
        if byte != 92:
            at += 1
            size += 1
            continue
        if at + 1 >= end:
            return -1, 0
        letter = data[at + 1]
        if letter != 117:
            if not (letter == 34 or letter == 92 or letter == 47 or letter == 98 or letter == 102
                    or letter == 110 or letter == 114 or letter == 116):  # fmt: skip
                return -1, 0
            at += 2
            size += 1
            continue
        code = _hex(data, at + 2) if at + 6 <= end else -1
        if code < 0 or 0xDC00 <= code <= 0xDFFF:
            return -1, 0
        at += 6
        if 0xD800 <= code <= 0xDBFF:
            low = -1
            if at + 6 <= end and data[at] == 92 and data[at + 1] == 117:
                low = _hex(data, at + 2)
            if not 0xDC00 <= low <= 0xDFFF:
                return -1, 0
            at += 6
            size += 4
        else:
            size += 1 if code < 0x80 else 2 if code < 0x800 else 3
    return -1, 0


@inlined
def _number(data: U8, at: int, end: int) -> int:
    """End of a number that is written back as it stands; -1: it is none."""
    if at < end and data[at] == 45:
        at += 1
    begin = at
    while at < end and 48 <= data[at] <= 57:
        at += 1
    digits = at - begin
    if digits == 0 or digits > _DIGITS or (digits > 1 and data[begin] == 48):
        return -1
    zero = data[begin] == 48
    if at < end and data[at] == 46:
        point = at
        at += 1
        while at < end and 48 <= data[at] <= 57:
            at += 1
        behind = at - point - 1
        if behind == 0 or digits + behind > _DIGITS or (behind > 1 and data[at - 1] == 48):
            return -1
        if zero and (behind > 3 or data[point + 1] == 48):
            return -1  # small: written with an exponent, or zero
    elif zero:
        return at if digits == 1 and data[begin - 1] != 45 else -1
    if at < end and (data[at] == 101 or data[at] == 69):
        return -1
    return at


@inlined
def _list(data: U8, at: int, end: int) -> int:
    """End of a list of texts without escapes, written without blanks; -1: it is none."""
    if at + 1 < end and data[at + 1] == 93:
        return at + 2
    while at + 1 < end and data[at + 1] == 34:
        close, size = _text(data, at + 2, end)
        if close < 0 or close - at - 2 != size or close + 1 >= end:
            return -1
        for place in range(at + 2, close):
            if data[place] == 92:
                return -1
        at = close + 1
        if data[at] == 93:
            return at + 1
        if data[at] != 44:
            return -1
    return -1


@kernel
def _scan(
    data: U8, begins: I64, ends: I64, slots: I64, bounds: I64, names: U8,
    plain: NDArray[np.bool_], at: I64, stop: I64, size: I64,
) -> None:  # fmt: skip
    for row in range(len(begins)):
        place, end = begins[row], ends[row]
        place = _blank(data, place, end)
        if place >= end or data[place] != 123:
            continue
        place = _blank(data, place + 1, end)
        good = True
        if place < end and data[place] == 125:
            place += 1
        else:
            while True:
                good = False
                if place >= end or data[place] != 34:
                    break
                close, length = _text(data, place + 1, end)
                if close < 0 or close - place - 1 != length:
                    break
                key = _key(data, place + 1, close, slots, bounds, names)
                place = _blank(data, close + 1, end)
                if key < 0 or size[row, key] != ABSENT or place >= end or data[place] != 58:
                    break
                place = _blank(data, place + 1, end)
                if place >= end:
                    break
                at[row, key] = place
                byte = data[place]
                if byte == 34:
                    close, length = _text(data, place + 1, end)
                    if close < 0:
                        break
                    at[row, key], stop[row, key], size[row, key] = place + 1, close, length
                    place = close + 1
                elif byte == 110:
                    if not (place + 4 <= end and data[place + 1] == 117 and data[place + 2] == 108
                            and data[place + 3] == 108):  # fmt: skip
                        break
                    place += 4
                    size[row, key] = NULL
                else:
                    after = _list(data, place, end) if byte == 91 else _number(data, place, end)
                    if after < 0:
                        break
                    stop[row, key], size[row, key] = after, after - place
                    place = after
                place = _blank(data, place, end)
                if place < end and data[place] == 44:
                    place = _blank(data, place + 1, end)
                    continue
                if place < end and data[place] == 125:
                    good = True
                    place += 1
                break
        plain[row] = good and _blank(data, place, end) == end


@inlined
def _decode(data: U8, place: int, end: int, out: U8, to: int) -> None:
    """Write the text from `place` to `end`, which has escapes, to `out` from `to` on."""
    while place < end:
        byte = data[place]
        if byte != 92:
            out[to] = byte
            place += 1
            to += 1
            continue
        letter = data[place + 1]
        place += 2
        if letter != 117:
            out[to] = (8 if letter == 98 else 12 if letter == 102 else 10 if letter == 110
                       else 13 if letter == 114 else 9 if letter == 116 else letter)  # fmt: skip
            to += 1
            continue
        code = _hex(data, place)
        place += 4
        if 0xD800 <= code <= 0xDBFF:
            code = 0x10000 + ((code - 0xD800) << 10) + _hex(data, place + 2) - 0xDC00
            place += 6
        if code < 0x80:
            out[to] = code
            to += 1
            continue
        if code < 0x800:
            out[to] = 0xC0 | code >> 6
            to += 1
        elif code < 0x10000:
            out[to] = 0xE0 | code >> 12
            out[to + 1] = 0x80 | code >> 6 & 63
            to += 2
        else:
            out[to] = 0xF0 | code >> 18
            out[to + 1] = 0x80 | code >> 12 & 63
            out[to + 2] = 0x80 | code >> 6 & 63
            to += 3
        out[to] = 0x80 | code & 63
        to += 1


@kernel
def _gather(
    data: U8, rows: I64, key: int, at: I64, stop: I64, size: I64, bounds: I64, out: U8
) -> None:
    for number in range(len(rows)):
        row = rows[number]
        if size[row, key] <= 0:
            continue
        place, end, to = at[row, key], stop[row, key], bounds[number]
        if end - place == size[row, key]:
            for step in range(end - place):
                out[to + step] = data[place + step]
        else:
            _decode(data, place, end, out, to)


@kernel
def _hash_values(
    data: U8, rows: I64, keys: I64, at: I64, stop: I64, size: I64, scratch: U8, out: U64
) -> None:
    for number in range(len(rows)):
        row = rows[number]
        for place in range(len(keys)):
            key = keys[place]
            length = size[row, key]
            if length < 0:
                continue
            begin, end = at[row, key], stop[row, key]
            if end - begin == length:
                out[place, number] = hash_span(data, begin, end)
            else:
                _decode(data, begin, end, scratch, 0)
                out[place, number] = hash_span(scratch, 0, length)


class Scanned(NamedTuple):
    """`plain` (n,): which objects were read; the others' values are not to be used."""

    plain: NDArray[np.bool_]
    data: U8
    at: I64  # (n, k), as the next two
    stop: I64
    size: I64

    def column(self, key: int, rows: I64) -> pa.Array | None:
        """The values of a key in these rows (of plain objects), as texts; None: none has it.

        ValueError where they are not UTF-8.
        """
        sizes = self.size[rows, key]
        if (sizes == ABSENT).all():
            return None
        bounds = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(np.maximum(sizes, 0), out=bounds[1:])
        out = np.empty(int(bounds[-1]), np.uint8)
        _gather(self.data, rows, key, self.at, self.stop, self.size, bounds, out)
        valid = sizes >= 0
        mask = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
        made = pa.LargeStringArray.from_buffers(
            len(rows), pa.py_buffer(bounds), pa.py_buffer(out), mask
        )
        made.validate(full=True)
        return made

    def hashes(self, keys: I64, rows: I64) -> U64:
        """(keys, rows) `hash_strings` of the texts that `column` would give; 0 where there is none.

        Whether they are UTF-8 is not looked at.
        """
        out = np.zeros((len(keys), len(rows)), np.uint64)
        scratch = np.empty(max(int(self.size[rows].max(initial=0)), 0), np.uint8)
        _hash_values(self.data, rows, keys, self.at, self.stop, self.size, scratch, out)
        return out


def scan(data: U8, begins: I64, ends: I64, keys: Keys) -> Scanned:
    """Read the objects that lie from `begins` to `ends` (n,) of `data`."""
    shape = len(begins), len(keys.bounds) - 1
    plain = np.zeros(len(begins), np.bool_)
    at, stop = np.empty(shape, np.int64), np.empty(shape, np.int64)
    size = np.full(shape, ABSENT, np.int64)
    _scan(data, begins, ends, *keys, plain, at, stop, size)
    return Scanned(plain, data, at, stop, size)
