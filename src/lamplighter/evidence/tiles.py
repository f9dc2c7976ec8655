"""Names of tiles and entry bundles (C2SP tlog-tiles), and entry bundles themselves. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from lamplighter.evidence.merkle import HASH_BYTES

TILE_WIDTH = 256
TILE_BYTES = TILE_WIDTH * HASH_BYTES
MAX_LEVEL = 7  # a tree of 2^64 entries needs no more


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """`tile/<level>/<index>[.p/<width>]`; `level` is a number, or `entries` for a bundle."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + ("" if width == TILE_WIDTH else f".p/{width}")


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, number of full tiles and width of the partial tile (0: none) of a tree's tiles."""
    for level in range(MAX_LEVEL + 1):
        count = size >> (8 * level)
        if count == 0:
            return
        yield level, count // TILE_WIDTH, count % TILE_WIDTH


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries with big-endian uint16 length prefixes."""
    return b"".join([struct.pack(">H", len(entry)) + entry for entry in entries])


def unbundle(data: bytes) -> list[bytes]:
    """Entries of a bundle; ValueError where the lengths do not add up."""
    entries, at, size = [], 0, len(data)
    while at < size:
        begin = at + 2
        stop = begin + (data[at] << 8 | data[at + 1]) if begin <= size else size + 1
        if stop > size:
            raise ValueError(f"broken length at byte {at}")
        entries.append(data[begin:stop])
        at = stop
    return entries
