"""From byte spans in a joined text to code points in the field they are in.

A listing's title and text are read as one text, joined by a line feed. People and programs that
read the result count in characters of the title or of the text.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel

FIELDS = pa.array(["title", "text"], pa.large_string())
TITLE, TEXT = 0, 1

#: For each listing the bytes of its title, or -1 where it has none.
TitleBytes = NDArray[np.int64]


class Spans(NamedTuple):
    """`field` (index into FIELDS), `start` and `end` in code points, all (m,)."""

    field: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


def join_fields(titles: pa.Array, texts: pa.Array) -> tuple[pa.Array, TitleBytes]:
    """(n,) `title\\ntext`, or the text alone where the title is null; and the titles' bytes."""
    joined = pc.binary_join_element_wise(titles, texts, pa.scalar("\n", pa.large_string()))
    sizes = pc.binary_length(titles).cast(pa.int64()).fill_null(-1)
    return pc.coalesce(joined, texts), sizes.to_numpy(zero_copy_only=False)


def text_bytes(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """(n+1,) offsets of a large_string array and the bytes that they point into."""
    _, offsets, data = texts.buffers()
    starts = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return starts, content


def locate(
    texts: pa.Array,
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    title_bytes: TitleBytes | None = None,
) -> Spans:
    """Spans of bytes [start, end) in the (joined) texts of these rows, as code points by field."""
    offsets, data = text_bytes(texts)
    if title_bytes is None:
        title_bytes = np.full(len(texts), -1, np.int64)
    return Spans(*_locate(offsets, data, rows, starts, ends, title_bytes))


@kernel
def _locate(
    offsets: NDArray[np.int64],
    data: NDArray[np.uint8],
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    title_bytes: NDArray[np.int64],
) -> tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.int32]]:
    field = np.empty(len(rows), np.int8)
    start, end = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    for at in range(len(rows)):
        origin = offsets[rows[at]]
        skipped = title_bytes[rows[at]] + 1
        inside = skipped > 0 and starts[at] < skipped - 1
        field[at] = 0 if inside else 1
        begin = 0 if inside or skipped <= 0 else skipped
        count = 0
        for byte in range(origin + begin, origin + starts[at]):
            count += (data[byte] & 0xC0) != 0x80
        start[at] = count
        for byte in range(origin + starts[at], origin + ends[at]):
            count += (data[byte] & 0xC0) != 0x80
        end[at] = count
    return field, start, end
