"""Listings that share a picture: PDQ hashes within a small Hamming distance (see `hamming`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.hamming import Numbers, Words, near_pairs

#: A pair of listings with `row_a` < `row_b`: the least Hamming distance of any of their images.
IMAGE_PAIR_SCHEMA = pa.schema(
    [
        pa.field("row_a", pa.uint32(), nullable=False),
        pa.field("row_b", pa.uint32(), nullable=False),
        pa.field("distance", pa.uint8(), nullable=False),
    ]
)

#: An image that too many listings have (a stock photo, a logo) to say who is behind them.
IMAGE_HUB_SCHEMA = pa.schema(
    [
        pa.field("pdq", pa.binary(32), nullable=False),
        pa.field("listings", pa.int64(), nullable=False),
    ]
)

#: More listings than this with an image, or one near it, make it a hub.
HUB = 256


class ImagePairs(NamedTuple):
    """IMAGE_PAIR_SCHEMA sorted by rows, and IMAGE_HUB_SCHEMA sorted by hash."""

    pairs: pa.Table
    hubs: pa.Table


def image_pairs(images: pa.Table, hub: int = HUB) -> ImagePairs:
    """All pairs of listings with images within 31 bits, from IMAGE_SCHEMA (`row`, `pdq`).

    Hubs give no pairs: hashes that themselves, or together with those near them, are on more
    than `hub` listings. Counting ends where that is clear, so that a thousand variants of one
    stock photo cost no million pairs.
    The result depends on the set of (row, pdq) only.
    """
    if images.num_rows == 0:
        return ImagePairs(IMAGE_PAIR_SCHEMA.empty_table(), IMAGE_HUB_SCHEMA.empty_table())
    row = images["row"].to_numpy().astype(np.int64)
    found = np.unique(np.column_stack([_words(images["pdq"]), row.astype(np.uint64)]), axis=0)
    first = np.ones(len(found), np.bool_)
    first[1:] = (found[1:, :4] != found[:-1, :4]).any(axis=1)
    starts = np.flatnonzero(first)
    bounds = np.append(starts, len(found)).astype(np.int64)
    hashes = np.ascontiguousarray(found[starts, :4])
    rows = found[:, 4].astype(np.int64)
    sizes = np.diff(bounds)
    left, right, far, seen = near_pairs(hashes, sizes, hub)
    crowd = sizes + seen
    quiet = crowd <= hub
    keep = quiet[left] & quiet[right]
    a, b, distance = _expand(left[keep], right[keep], far[keep], bounds, rows, quiet)
    return ImagePairs(_pairs(a, b, distance), _hubs(hashes, sizes, ~quiet))


def _words(column: pa.ChunkedArray) -> Words:
    """(n, 4) the hashes as big-endian words, so that they sort as bytes do."""
    flat = column.combine_chunks()
    if isinstance(flat, pa.ChunkedArray):
        flat = pa.concat_arrays(flat.chunks)
    raw = np.frombuffer(flat.buffers()[1], np.uint8)[flat.offset * 32 :][: len(flat) * 32]
    return raw.view(">u8").astype(np.uint64).reshape(-1, 4)


@kernel
def _expand(
    left: Numbers,
    right: Numbers,
    far: NDArray[np.uint8],
    bounds: Numbers,
    rows: Numbers,
    quiet: NDArray[np.bool_],
) -> tuple[Numbers, Numbers, NDArray[np.uint8]]:
    """Pairs of rows from pairs of hashes, and of rows with the same hash."""
    total = 0
    for at in range(len(quiet)):
        if quiet[at]:
            size = bounds[at + 1] - bounds[at]
            total += size * (size - 1) // 2
    for pair in range(len(left)):
        a, b = left[pair], right[pair]
        total += (bounds[a + 1] - bounds[a]) * (bounds[b + 1] - bounds[b])
    row_a, row_b = np.empty(total, np.int64), np.empty(total, np.int64)
    distance = np.zeros(total, np.uint8)
    filled = 0
    for at in range(len(quiet)):
        if quiet[at]:
            for i in range(bounds[at], bounds[at + 1]):
                for j in range(i + 1, bounds[at + 1]):
                    row_a[filled], row_b[filled] = rows[i], rows[j]
                    filled += 1
    for pair in range(len(left)):
        for i in range(bounds[left[pair]], bounds[left[pair] + 1]):
            for j in range(bounds[right[pair]], bounds[right[pair] + 1]):
                row_a[filled], row_b[filled] = min(rows[i], rows[j]), max(rows[i], rows[j])
                distance[filled] = far[pair]
                filled += 1
    return row_a, row_b, distance


def _pairs(a: Numbers, b: Numbers, distance: NDArray[np.uint8]) -> pa.Table:
    """Each pair of different rows once, with its least distance."""
    order = np.lexsort((distance, b, a))
    a, b, distance = a[order], b[order], distance[order]
    keep = a != b
    keep[1:] &= (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    columns = [a[keep].astype(np.uint32), b[keep].astype(np.uint32), distance[keep]]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=IMAGE_PAIR_SCHEMA)


def _hubs(hashes: Words, sizes: Numbers, loud: NDArray[np.bool_]) -> pa.Table:
    raw = hashes[loud].astype(">u8").tobytes()
    count = int(loud.sum())
    pdq = pa.FixedSizeBinaryArray.from_buffers(pa.binary(32), count, [None, pa.py_buffer(raw)])
    return pa.Table.from_arrays([pdq, pa.array(sizes[loud])], schema=IMAGE_HUB_SCHEMA)
