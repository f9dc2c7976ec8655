"""Openings to be written, as columns: one row costs a hash and no object of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.evidence.block import MAX_COUNT, SALT_BYTES, pack_raw
from lamplighter.evidence.errors import LedgerError

BLOCK_BYTES = 256 << 10  # raw; what reading one opening decompresses
MAX_PRIVATE_BYTES = 32 << 20


@dataclass(frozen=True)
class OpeningRun:
    """Salts and private bytes of the entries `index` (n,), ascending.

    `salts` are n × 16 bytes; `offsets` (n + 1,) say where each row's private bytes lie in `data`.
    """

    index: NDArray[np.int64]
    salts: bytes
    offsets: NDArray[np.int64]
    data: bytes

    def commitments(self) -> bytes:
        """Hex SHA-256(salt ‖ private) of each, 64 digits a row, one after the other."""
        salts, data, at = self.salts, self.data, self.offsets.tolist()
        rows = range(0, len(salts), SALT_BYTES)
        return (
            b"".join(
                [
                    sha256(salts[row : row + SALT_BYTES] + data[start:stop]).digest()
                    for row, start, stop in zip(rows, at, at[1:], strict=False)
                ]
            )
            .hex()
            .encode()
        )

    def blocks(self) -> Iterator[bytes]:
        """The blocks that hold them, each as it is written (see `block.pack`)."""
        lengths = np.diff(self.offsets)
        at, count = 0, len(self.index)
        while at < count:
            full = np.searchsorted(self.offsets, self.offsets[at] + BLOCK_BYTES, "right") - 1
            stop = min(max(int(full), at + 1), at + MAX_COUNT, count)
            first, last = int(self.index[at]), int(self.index[stop - 1])
            yield pack_raw(
                first,
                last,
                stop - at,
                b"".join(
                    [
                        (self.index[at:stop] - first).astype("<u4").tobytes(),
                        lengths[at:stop].astype("<u4").tobytes(),
                        self.salts[at * SALT_BYTES : stop * SALT_BYTES],
                        self.data[self.offsets[at] : self.offsets[stop]],
                    ]
                ),
            )
            at = stop


def opening_run(first: int, private: Sequence[bytes | None] | pa.Array) -> OpeningRun:
    """The private bytes of entries from `first` on, newly salted; null: nothing private.

    Raises LedgerError where one is longer than a block can hold.
    """
    places, offsets, data = _of_array(private) if isinstance(private, pa.Array) else _of(private)
    longest = int(np.diff(offsets).max(initial=0))
    if longest > MAX_PRIVATE_BYTES:
        raise LedgerError(
            f"The private part of an act is {longest:,} bytes long; "
            f"{MAX_PRIVATE_BYTES:,} is the most.",
            hint="put large content into the object store and name its digest",
        )
    return OpeningRun(places + first, os.urandom(SALT_BYTES * len(places)), offsets, data)


def _of(private: Sequence[bytes | None]) -> tuple[NDArray[np.int64], NDArray[np.int64], bytes]:
    held = [(place, item) for place, item in enumerate(private) if item is not None]
    offsets = np.zeros(len(held) + 1, np.int64)
    np.cumsum([len(item) for _, item in held], out=offsets[1:])
    places = np.array([place for place, _ in held], np.int64)
    return places, offsets, b"".join([item for _, item in held])


def _of_array(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64], bytes]:
    column = column.cast(pa.large_binary())
    places = np.arange(len(column), dtype=np.int64)
    if column.null_count:
        places = places[column.is_valid().to_numpy(zero_copy_only=False)]
        column = column.drop_null()
    _, bounds, buffer = column.buffers()
    offsets = np.frombuffer(bounds, np.int64)[column.offset : column.offset + len(column) + 1]
    offsets = offsets if len(offsets) else np.zeros(1, np.int64)
    start, stop = int(offsets[0]), int(offsets[-1])
    data = buffer.slice(start, stop - start).to_pybytes() if buffer is not None else b""
    return places, offsets - start, data
