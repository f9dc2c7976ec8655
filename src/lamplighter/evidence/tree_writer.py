"""Appending to a tiled log: the tiles and bundles that n more entries need."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from lamplighter.evidence.log import Log
from lamplighter.evidence.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, perfect_root
from lamplighter.evidence.tiles import (
    MAX_LEVEL,
    TILE_BYTES,
    TILE_WIDTH,
    bundle,
    tile_path,
    tiles_of,
)

#: Subtrees at the right edge whose roots are kept: at most eight a level are in use.
_SUBTREES = 128

Files = list[tuple[Path, bytes]]


class TreeWriter:
    """The right edge of the tree in memory: partial tiles and the partial bundle."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self.size = size
        log = Log(folder, size)
        self._edges = [b""] * (MAX_LEVEL + 1)
        for level, full, width in tiles_of(size):
            self._edges[level] = log.tile(level, full) if width else b""
        last = size - size % TILE_WIDTH
        entries = next((part for _, part in log.bundles(last, size)), ()) if last < size else ()
        self._bundle = bundle(entries)
        # One more entry leaves most of the subtrees at the edge as they are.
        self._subtree = lru_cache(_SUBTREES)(perfect_root)

    def root(self) -> bytes:
        """Root of the tree, from the edges alone."""
        parts: list[bytes] = []
        for edge in reversed(self._edges):
            at = 0
            while at < len(edge):
                count = 1 << ((len(edge) - at) // HASH_BYTES).bit_length() - 1
                parts.append(self._subtree(edge[at : at + count * HASH_BYTES]))
                at += count * HASH_BYTES
        if not parts:
            return EMPTY_ROOT
        found = parts.pop()
        while parts:
            found = node_hash(parts.pop(), found)
        return found

    def add(self, entries: Sequence[bytes]) -> Files:
        """Take the entries in; returns the files to write. Nothing is on disk yet."""
        files = self._bundles(entries)
        hashes = b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
        for level in range(MAX_LEVEL + 1):
            if not hashes:
                break
            number = (self.size >> (8 * level)) // TILE_WIDTH
            buffer = self._edges[level] + hashes
            above = []
            for at in range(0, len(buffer) - TILE_BYTES + 1, TILE_BYTES):
                tile = buffer[at : at + TILE_BYTES]
                files.append((self._folder / tile_path(level, number), tile))
                above.append(perfect_root(tile))
                number += 1
            edge = buffer[len(above) * TILE_BYTES :]
            if edge:
                path = tile_path(level, number, len(edge) // HASH_BYTES)
                files.append((self._folder / path, edge))
            self._edges[level] = edge
            hashes = b"".join(above)
        self.size += len(entries)
        return files

    def _bundles(self, entries: Sequence[bytes]) -> Files:
        files: Files = []
        start, number = self.size % TILE_WIDTH, self.size // TILE_WIDTH
        head, at = self._bundle, 0
        while at < len(entries):
            part = entries[at : at + TILE_WIDTH - start]
            data = head + bundle(part)
            width = start + len(part)
            files.append((self._folder / tile_path("entries", number, width), data))
            at += len(part)
            if width == TILE_WIDTH:
                head, start, number = b"", 0, number + 1
            else:
                head, start = data, width
        self._bundle = head
        return files


def drop_partials(folder: Path, old: int, new: int) -> None:
    """Remove partial tiles that a full tile replaced while the log grew from `old` to `new` entries (C2SP
    allows it); lost space if it fails."""
    for level in range(MAX_LEVEL + 1):
        for number in range(*(((size >> (8 * level)) // TILE_WIDTH) for size in (old, new))):
            for kind in (level, "entries") if level == 0 else (level,):
                partials = (folder / tile_path(kind, number, 1)).parent
                if partials.is_dir():
                    shutil.rmtree(partials, ignore_errors=True)
