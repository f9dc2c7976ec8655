"""A string column as kernels read it, and strings made from pieces of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


class Column(NamedTuple):
    """`data[offsets[i]:offsets[i+1]]` is row i in UTF-8; null rows are empty."""

    offsets: Places
    data: Bytes


def column(texts: pa.LargeStringArray | pa.ChunkedArray) -> Column:
    """(n,) strings as a column; copies only what is chunked or null with bytes behind it."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = texts.fill_null("")
    _, offsets, data = texts.buffers()
    if len(texts) == 0 or offsets is None:
        return Column(np.zeros(len(texts) + 1, np.int64), np.zeros(1, np.uint8))
    starts = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None and data.size else None
    return Column(starts, np.zeros(1, np.uint8) if content is None else content)


def slices(source: Column, starts: Places, ends: Places) -> pa.LargeStringArray:
    """(m,) the strings data[starts:ends]; both must be at the bounds of characters."""
    offsets, data = _slices(source.data, starts, ends)
    return strings(offsets, data)


def strings(offsets: Places, data: Bytes) -> pa.LargeStringArray:
    """An Arrow array over these buffers."""
    return pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data)
    )


@kernel
def _slices(data: Bytes, starts: Places, ends: Places) -> tuple[Places, Bytes]:
    offsets = np.zeros(len(starts) + 1, np.int64)
    for at in range(len(starts)):
        offsets[at + 1] = offsets[at] + ends[at] - starts[at]
    out = np.empty(offsets[-1], np.uint8)
    for at in range(len(starts)):
        place = offsets[at]
        for byte in range(starts[at], ends[at]):
            out[place] = data[byte]
            place += 1
    return offsets, out


def dialled(numbers: Places) -> pa.LargeStringArray:
    """(m,) integers as `+` and digits."""
    return strings(*_dialled(numbers))


@kernel
def _dialled(numbers: Places) -> tuple[Places, Bytes]:
    offsets = np.zeros(len(numbers) + 1, np.int64)
    out = np.empty(20 * len(numbers), np.uint8)
    place = 0
    for at in range(len(numbers)):
        rest, size = numbers[at], 0
        while rest:
            size += 1
            rest //= 10
        out[place] = 43
        rest = numbers[at]
        for back in range(size):
            out[place + size - back] = 48 + rest % 10
            rest //= 10
        place += size + 1
        offsets[at + 1] = place
    return offsets, out[:place].copy()


def characters(source: Column, rows: Places, starts: Places, ends: Places) -> tuple[Places, Places]:
    """Byte spans as spans of code points in their rows; sorted by row and start."""
    return _characters(source.offsets, source.data, rows, starts, ends)


@kernel
def _characters(
    offsets: Places, data: Bytes, rows: Places, starts: Places, ends: Places
) -> tuple[Places, Places]:
    first, last = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    row, at, count = -1, 0, 0
    for span in range(len(rows)):
        if rows[span] != row:
            row = rows[span]
            at = offsets[row]
            count = 0
        while at < starts[span]:
            count += (data[at] & 0xC0) != 0x80
            at += 1
        first[span] = count
        inside = count
        for byte in range(at, ends[span]):
            inside += (data[byte] & 0xC0) != 0x80
        last[span] = inside
    return first, last


def fingerprints(values: pa.LargeStringArray, rows: Places, groups: Places) -> NDArray[np.uint64]:
    """(m,) 64-bit FNV-1a of each string with its row and group."""
    text = column(values)
    return _fingerprints(text.offsets, text.data, rows, groups)


@kernel
def _fingerprints(offsets: Places, data: Bytes, rows: Places, groups: Places) -> NDArray[np.uint64]:
    out = np.empty(len(rows), np.uint64)
    for at in range(len(rows)):
        value = np.uint64(0xCBF29CE484222325) ^ np.uint64(rows[at] * 64 + groups[at])
        value = value * np.uint64(0x9E3779B97F4A7C15)
        for byte in range(offsets[at], offsets[at + 1]):
            value = (value ^ np.uint64(data[byte])) * np.uint64(0x100000001B3)
        out[at] = value
    return out
