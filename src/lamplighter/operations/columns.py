"""Arrow columns as numpy views, and keys: equal values get equal integers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.foundation.jit import kernel

Indices = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

#: A time that is not known: larger than any other, so that it sorts last.
NO_TIME = np.iinfo(np.int64).max

_SEED = 0xCBF29CE484222325
_PRIME = 0x100000001B3


def flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The column as one array, without copying where it is one already."""
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column


def column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column in the given type, or nulls where the table has none of that name."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, kind)
    values = flat(table.column(name))
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values if values.type == kind else values.cast(kind)


def text_parts(
    table: pa.Table, name: str, chosen: Mask
) -> Iterator[tuple[Indices, Indices, Bytes, Indices]]:
    """A text column chunk by chunk, so that gigabytes of text are not copied together.

    Yields the chosen rows of the chunk (of the table's n), the chunk's byte offsets and bytes,
    and those rows as counted within the chunk. `chosen` is (n,).
    """
    if name not in table.column_names:
        return
    first = 0
    for chunk in table.column(name).chunks:
        local = np.flatnonzero(chosen[first : first + len(chunk)])
        if len(local):
            values = chunk
            if pa.types.is_dictionary(values.type):
                values = values.dictionary_decode()
            if values.type != pa.large_string():
                values = values.cast(pa.large_string())
            offsets, content = text_buffers(values)
            yield local + first, offsets, content, local
        first += len(chunk)


def text_buffers(values: pa.Array) -> tuple[Indices, Bytes]:
    """(n+1,) byte offsets and the bytes they point into; a null is an empty string."""
    if values.null_count:
        values = pc.fill_null(values, "")
    _, offsets, data = values.buffers()
    starts = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return starts, content


def text_hashes(values: pa.Array) -> Hashes:
    """(n,) 64-bit FNV-1a of each string; 0 where null or empty.

    FNV-1a: Fowler, Noll, Vo; draft-eastlake-fnv. Collisions of 10 M values: about 3e-6.
    """
    offsets, data = text_buffers(values)
    return _hash_rows(offsets, data)


def text_codes(values: pa.Array) -> Indices:
    """(n,) equal strings have equal codes, counted from 0; -1 where null or empty."""
    hashes = text_hashes(values)
    return codes(hashes, hashes == 0)


def codes(keys: npt.NDArray[np.generic], missing: Mask) -> Indices:
    """(n,) rank of each key among the distinct ones, -1 where missing."""
    result = np.full(len(keys), -1, np.int64)
    present = ~missing
    if present.any():
        _, inverse = np.unique(keys[present], return_inverse=True)
        result[present] = inverse
    return result


def text_hash(value: str) -> int:
    """What `text_hashes` gives for this string."""
    state = _SEED
    for byte in value.encode():
        state = ((state ^ byte) * _PRIME) % (1 << 64)
    return state if value else 0


def times(values: pa.Array) -> Indices:
    """(n,) UTC microseconds, `NO_TIME` where null."""
    whole = values.cast(pa.int64())
    result: Indices = pc.fill_null(whole, NO_TIME).to_numpy(zero_copy_only=False)
    return result


def floats(values: pa.Array) -> Floats:
    """(n,) doubles, NaN where null."""
    result: Floats = pc.fill_null(values, float("nan")).to_numpy(zero_copy_only=False)
    return result


def flags(values: pa.Array) -> Mask:
    """(n,) booleans, False where null."""
    result: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return result


@kernel
def _hash_rows(offsets: Indices, data: Bytes) -> Hashes:
    result = np.zeros(len(offsets) - 1, np.uint64)
    for row in range(len(result)):
        if offsets[row] == offsets[row + 1]:
            continue
        state = np.uint64(0xCBF29CE484222325)
        for at in range(offsets[row], offsets[row + 1]):
            state = (state ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        result[row] = state
    return result
