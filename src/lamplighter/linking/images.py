"""Listings that share a picture: PDQ hashes within a small Hamming distance (see `hamming`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.hamming import near_pairs
from lamplighter.linking.hamming_bits import Numbers, Words

#: A pair of listings with `row_a` < `row_b`: the least distance of the images that pair them.
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
#: 2^28 listings at most, as for candidates; the distance takes the rest of 64 bits.
_ROW_BITS = 28


class ImagePairs(NamedTuple):
    """IMAGE_PAIR_SCHEMA sorted by rows, and IMAGE_HUB_SCHEMA sorted by hash."""

    pairs: pa.Table
    hubs: pa.Table


def image_pairs(images: pa.Table, hub: int = HUB, threads: int = 1) -> ImagePairs:
    """Pairs that tie all listings with images within 31 bits, from IMAGE_SCHEMA (`row`, `pdq`).

    The listings of one hash are each paired with its first, and the first listings of two near
    hashes with each other: a picture on a hundred listings takes 99 pairs, not 4,950.
    Hubs give no pairs: hashes that themselves, or together with those near them, are on more
    than `hub` listings.
    The result depends on the set of (row, pdq) only.
    """
    if images.num_rows == 0:
        return ImagePairs(IMAGE_PAIR_SCHEMA.empty_table(), IMAGE_HUB_SCHEMA.empty_table())
    row = images["row"].to_numpy().astype(np.int64)
    found = np.unique(np.column_stack([_words(images["pdq"]), row.astype(np.uint64)]), axis=0)
    first = np.ones(len(found), np.bool_)
    first[1:] = (found[1:, :4] != found[:-1, :4]).any(axis=1)
    starts = np.flatnonzero(first)
    hashes = np.ascontiguousarray(found[starts, :4])
    rows = found[:, 4].astype(np.uint32)
    sizes = np.diff(np.append(starts, len(found)))
    near = near_pairs(hashes, sizes, hub, threads)
    quiet = ~near.hubs
    heads = rows[starts]
    same = np.repeat(quiet, sizes)
    one = np.concatenate([np.repeat(heads, sizes)[same], heads[near.left]])
    two = np.concatenate([rows[same], heads[near.right]])
    distance = np.concatenate([np.zeros(int(same.sum()), np.uint8), near.distance])
    return ImagePairs(
        _pairs(np.minimum(one, two), np.maximum(one, two), distance),
        _hubs(hashes, sizes, near.hubs),
    )


def _words(column: pa.ChunkedArray) -> Words:
    """(n, 4) the hashes as big-endian words, so that they sort as bytes do."""
    flat = column.combine_chunks()
    if isinstance(flat, pa.ChunkedArray):
        flat = pa.concat_arrays(flat.chunks)
    raw = np.frombuffer(flat.buffers()[1], np.uint8)[flat.offset * 32 :][: len(flat) * 32]
    return raw.view(">u8").astype(np.uint64).reshape(-1, 4)


def _pairs(a: NDArray[np.uint32], b: NDArray[np.uint32], distance: NDArray[np.uint8]) -> pa.Table:
    """Each pair of different rows once, with its least distance."""
    if len(a) and int(max(a.max(), b.max())) >= 1 << _ROW_BITS:
        raise ValueError("too many rows for one table of images")
    # One number for a pair and its distance: sorting numbers is much faster than ranking them.
    apart = a != b
    up, over = np.uint64(64 - _ROW_BITS), np.uint64(64 - 2 * _ROW_BITS)
    pairs = a[apart].astype(np.uint64) << up
    pairs |= b[apart].astype(np.uint64) << over
    pairs |= distance[apart]
    pairs.sort()
    least = distance[:0]
    if len(pairs):
        pairs = pairs[np.diff(pairs >> over, prepend=~(pairs[:1] >> over)) != 0]
        least = (pairs & np.uint64(0xFF)).astype(np.uint8)
    columns = [
        (pairs >> up).astype(np.uint32),
        (pairs >> over & np.uint64((1 << _ROW_BITS) - 1)).astype(np.uint32),
        least,
    ]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=IMAGE_PAIR_SCHEMA)


def _hubs(hashes: Words, sizes: Numbers, loud: NDArray[np.bool_]) -> pa.Table:
    raw = hashes[loud].astype(">u8").tobytes()
    count = int(loud.sum())
    pdq = pa.FixedSizeBinaryArray.from_buffers(pa.binary(32), count, [None, pa.py_buffer(raw)])
    return pa.Table.from_arrays([pdq, pa.array(sizes[loud])], schema=IMAGE_HUB_SCHEMA)
