"""A row as it was received, as canonical JSON (RFC 8785), and back.

`{"row":{…}}` with our names of columns, in order, and every value as the text it was received as;
columns without a value are left out. Texts alone: a number's or a time's spelling is part of the
original, and canonical JSON of a text has one form only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.listings.part import Part
from lamplighter.listings.schema import LISTING_SCHEMA

#: Columns that say what the platform showed, and who acted: acts of their own in a ledger.
PUBLISHED = ("published_at", "published_text", "published_title")
MODERATION = ("moderated_by", "moderation_action")
_OPEN, _CLOSE = b'{"row":{', b"}}"
_ZULU, _NOTHING = pa.scalar("Z", pa.large_string()), pa.scalar("", pa.large_string())
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)


def _escapes() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Length of each byte once escaped, and the letter after the backslash where it has one."""
    length = np.ones(256, np.uint8)
    letter = np.zeros(256, np.uint8)
    length[:32] = 6
    for byte, short in zip(b'\b\t\n\f\r"\\', b'btnfr"\\', strict=True):
        length[byte], letter[byte] = 2, short
    return length, letter


_LENGTH, _LETTER = _escapes()


class _Text(NamedTuple):
    """Buffers of a large_string column; `valid` (n,) is false where it has no value."""

    rows: NDArray[np.int64]
    data: NDArray[np.uint8]
    valid: NDArray[np.bool_]


@kernel
def _measure(
    rows: NDArray[np.int64],
    data: NDArray[np.uint8],
    valid: NDArray[np.bool_],
    around: int,
    length: NDArray[np.uint8],
    sizes: NDArray[np.int64],
    plain: NDArray[np.bool_],
) -> None:
    for row in range(len(valid)):
        if valid[row]:
            total = np.int64(0)
            for at in range(rows[row], rows[row + 1]):
                total += np.int64(length[data[at]])
            plain[row] = total == rows[row + 1] - rows[row]
            sizes[row] += total + around


@kernel
def _write(
    rows: NDArray[np.int64],
    data: NDArray[np.uint8],
    valid: NDArray[np.bool_],
    plain: NDArray[np.bool_],
    before: NDArray[np.uint8],
    length: NDArray[np.uint8],
    letter: NDArray[np.uint8],
    hexadecimal: NDArray[np.uint8],
    first: NDArray[np.bool_],
    cursor: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None:
    for row in range(len(valid)):
        if not valid[row]:
            continue
        to = cursor[row]
        for at in range(1 if first[row] else 0, len(before)):
            out[to] = before[at]
            to += 1
        first[row] = False
        begin, end = rows[row], rows[row + 1]
        if plain[row]:
            for at in range(end - begin):
                out[to + at] = data[begin + at]
            to += end - begin
        else:
            for at in range(begin, end):
                byte = data[at]
                if length[byte] == 1:
                    out[to] = byte
                    to += 1
                elif length[byte] == 2:
                    out[to] = 92
                    out[to + 1] = letter[byte]
                    to += 2
                else:
                    out[to] = 92
                    out[to + 1] = 117
                    out[to + 2] = 48
                    out[to + 3] = 48
                    out[to + 4] = hexadecimal[byte >> 4]
                    out[to + 5] = hexadecimal[byte & 15]
                    to += 6
        out[to] = 34
        cursor[row] = to + 1


def _as_received(column: pa.Array, name: str) -> pa.Array:
    """The column as texts; `coerce` reads each text to the value it has for the column itself."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64())
        # Not the cast of a time with a zone: it says the same and takes thirty times as long.
        naive = moments.cast(pa.timestamp("us")).cast(pa.large_string())
        return pc.binary_join_element_wise(naive, _ZULU, _NOTHING) if kind.tz else naive
    if pa.types.is_floating(kind):
        return column.cast(pa.float64()).cast(pa.large_string())
    if name == "images" and not pa.types.is_large_string(kind):
        if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
            return column.cast(pa.large_string())
        lists = [None if v is None else orjson.dumps(v).decode() for v in column.to_pylist()]
        return pa.array(lists, pa.large_string())
    return column if pa.types.is_large_string(kind) else column.cast(pa.large_string())


def _buffers(column: pa.Array) -> _Text:
    count = len(column)
    _, offsets, data = column.buffers()
    rows = np.frombuffer(offsets, np.int64)[column.offset : column.offset + count + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(1, np.uint8)
    valid = column.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    return _Text(rows, content, valid & (np.diff(rows) > 0))


def as_json(part: Part, names: tuple[str, ...] = ()) -> pa.LargeBinaryArray:
    """(n,) one canonical JSON object per row of the part; of these columns alone if any are named.

    An empty text counts as no value, as it does for `coerce`.
    """
    count = len(part.numbers)
    chosen = sorted(names or LISTING_SCHEMA.names)
    sizes = np.full(count, len(_OPEN) + len(_CLOSE) - 1, np.int64)
    held: list[tuple[bytes, _Text, NDArray[np.bool_]]] = []
    for name in chosen:
        column = part.extra if name == "extra" else part.columns.get(name)
        if column is None or pa.types.is_null(column.type) or column.null_count == count:
            continue
        text = _buffers(_as_received(column, name))
        before = f',"{name}":"'.encode()
        plain = np.ones(count, bool)
        _measure(*text, len(before) + 1, _LENGTH, sizes, plain)
        held.append((before, text, plain))
    empty = sizes == len(_OPEN) + len(_CLOSE) - 1
    sizes[empty] += 1  # no first value that saves its comma
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    out = np.empty(int(offsets[-1]), np.uint8)
    cursor = offsets[:-1].copy()
    for at, byte in enumerate(_OPEN):
        out[cursor + at] = byte
    cursor += len(_OPEN)
    first = np.ones(count, bool)
    for before, text, plain in held:
        _write(*text, plain, np.frombuffer(before, np.uint8), _LENGTH, _LETTER, _HEX, first,
               cursor, out)  # fmt: skip
    for at, byte in enumerate(_CLOSE):
        out[cursor + at] = byte
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), count, [None, pa.py_buffer(offsets), pa.py_buffer(out)]
    )


def from_json(rows: list[bytes]) -> Part:
    """The part that `as_json` was made of, with texts for columns. Objects may be of one row.

    Several objects of the same row (its original, what was published) are joined beforehand.
    """
    return as_part([orjson.loads(row)["row"] for row in rows])


def as_part(rows: list[dict[str, Any]]) -> Part:
    """Rows with our names of columns, every value a text, as a part."""
    present = {name for row in rows for name in row}
    columns = {
        name: pa.array([row.get(name) for row in rows], pa.large_string())
        for name in LISTING_SCHEMA.names
        if name in present and name != "extra"
    }
    extra = pa.array([row.get("extra") for row in rows], pa.large_string())
    return Part(columns, extra, np.arange(1, len(rows) + 1, dtype=np.int64))


def has_any(part: Part, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """(n,) whether a row has a value in any of these columns."""
    out = np.zeros(len(part.numbers), bool)
    for name in names:
        column = part.columns.get(name)
        if column is None or column.null_count == len(out):
            continue
        valid = column.is_valid()
        if pa.types.is_large_string(column.type):
            valid = pc.and_(valid, pc.greater(pc.binary_length(pc.fill_null(column, "")), 0))
        out |= valid.to_numpy(zero_copy_only=False).astype(bool)
    return out
