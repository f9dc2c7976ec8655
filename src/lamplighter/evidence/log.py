"""Reading a tiled log from a folder: entries, hashes, roots and proofs of any size up to its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    node_hash,
    pair_up,
    split_point,
)
from lamplighter.evidence.proof import ConsistencyProof, InclusionProof
from lamplighter.evidence.tiles import TILE_WIDTH, tile_path, unbundle

_TILES_KEPT = 512
_BUNDLES_KEPT = 64


class Log:
    """The log in `folder` up to `size`; what lies beyond is not looked at."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self._pyramid = lru_cache(_TILES_KEPT)(self._read_pyramid)
        self._bundle = lru_cache(_BUNDLES_KEPT)(self._read_bundle)

    def grown(self, size: int) -> None:
        """The log now has this size (after an append or a new checkpoint)."""
        self.size = size

    def tile(self, level: int, index: int) -> bytes:
        """Hashes of a tile, full or as wide as the log's size asks for."""
        count = (self.size >> (8 * level)) - index * TILE_WIDTH
        width = min(TILE_WIDTH, count)
        return self._read(level, index, width, width * HASH_BYTES)

    def _read(self, level: int | str, index: int, width: int, length: int | None) -> bytes:
        path = self.folder / tile_path(level, index, width)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            try:  # a partial tile may give way to the full one
                data = (self.folder / tile_path(level, index)).read_bytes()[:length]
            except FileNotFoundError:
                data = b""
        if not data or (length is not None and len(data) != length):
            span = TILE_WIDTH if level == "entries" else TILE_WIDTH ** (int(level) + 1)
            first, stop = index * span, min((index + 1) * span, self.size)
            raise TamperError(
                f"Entries {first} to {stop - 1}: their file is missing, cut or too long.",
                where=str(path),
                entries=(first,),
            )
        return data

    def _read_pyramid(self, level: int, index: int, width: int) -> tuple[bytes, ...]:
        """A tile and the hashes above it, level by level, so far as its width completes them."""
        steps = [self._read(level, index, width, width * HASH_BYTES)]
        while len(steps[-1]) > HASH_BYTES:
            steps.append(pair_up(steps[-1]))
        return tuple(steps)

    def _read_bundle(
        self, index: int, width: int, holding: Sequence[bytes] = ()
    ) -> tuple[bytes, ...]:
        """Its entries; none where it holds nothing of `holding`, which spares taking it apart."""
        first = index * TILE_WIDTH
        path = source = self.folder / tile_path("entries", index, width)
        try:
            try:
                data = source.read_bytes()
            except FileNotFoundError:  # a partial bundle may give way to the full one
                source = self.folder / tile_path("entries", index)
                data = source.read_bytes()
            if holding and not any(needle in data for needle in holding):
                return ()
            entries = unbundle(data)
        except (FileNotFoundError, ValueError) as error:
            raise TamperError(
                f"Entries {first} to {first + width - 1}: their bundle is missing or cut.",
                where=f"{source}: {error}",
                entries=(first,),
            ) from error
        if len(entries) < width or (len(entries) > width and source == path):
            missing = first + min(len(entries), width)
            raise TamperError(
                f"Entry {missing}: its bundle holds {len(entries)} entries, not {width}.",
                where=str(source),
                entries=(missing,),
            )
        return tuple(entries[:width])

    def _check(self, index: int) -> None:
        if not 0 <= index < self.size:
            raise LedgerError(
                f"There is no entry {index}.", where=f"a log of {self.size} entries, from 0"
            )

    def raw(self, index: int) -> bytes:
        """The bytes of one entry."""
        self._check(index)
        number = index // TILE_WIDTH
        width = min(TILE_WIDTH, self.size - number * TILE_WIDTH)
        return self._bundle(number, width)[index % TILE_WIDTH]

    def bundles(
        self, start: int, stop: int, holding: Sequence[bytes] = ()
    ) -> Iterator[tuple[int, tuple[bytes, ...]]]:
        """Index of the first entry and entries, bundle by bundle, that meet start … stop.

        Without the entries of bundles that hold none of `holding`, if any are given.
        """
        for number in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
            first = number * TILE_WIDTH
            yield first, self._read_bundle(number, min(TILE_WIDTH, self.size - first), holding)

    def complete(self, height: int, index: int) -> bytes:
        """Root of the complete subtree of 2^height leaves that starts at index · 2^height."""
        level, above = divmod(height, 8)
        first = index << above
        tile = first // TILE_WIDTH
        width = min(TILE_WIDTH, (self.size >> (8 * level)) - tile * TILE_WIDTH)
        at = ((first % TILE_WIDTH) >> above) * HASH_BYTES
        return self._pyramid(level, tile, width)[above][at : at + HASH_BYTES]

    def range_root(self, start: int, stop: int) -> bytes:
        """MTH of the entries start … stop, a range that RFC 6962 proofs speak of."""
        parts = []
        while start < stop:
            height = (stop - start).bit_length() - 1
            parts.append(self.complete(height, start >> height))
            start += 1 << height
        found = parts.pop()
        while parts:
            found = node_hash(parts.pop(), found)
        return found

    def root(self, size: int | None = None) -> bytes:
        """Root of the tree of the first `size` entries."""
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise LedgerError(f"The log has {self.size} entries, not {size}.")
        return self.range_root(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> InclusionProof:
        """PATH(index, D[size]) of RFC 6962, section 2.1.1."""
        size = self.size if size is None else size
        self._check(index)
        if not index < size <= self.size:
            raise LedgerError(f"Entry {index} cannot be proved in a tree of {size} entries.")
        start, stop, steps = 0, size, []
        while stop - start > 1:
            middle = start + split_point(stop - start)
            if index < middle:
                steps.append(self.range_root(middle, stop))
                stop = middle
            else:
                steps.append(self.range_root(start, middle))
                start = middle
        return InclusionProof(index, size, tuple(reversed(steps)))

    def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        """PROOF(old, D[new]) of RFC 6962, section 2.1.2; empty for an empty old tree."""
        new = self.size if new is None else new
        if not 0 <= old <= new <= self.size:
            raise LedgerError(
                f"A tree of {old} entries cannot be compared with one of {new}.",
                where=f"a log of {self.size} entries",
            )
        steps: list[bytes] = []
        start, stop, whole = 0, new, True
        while old and old != stop:
            middle = start + split_point(stop - start)
            if old <= middle:
                steps.append(self.range_root(middle, stop))
                stop = middle
            else:
                steps.append(self.range_root(start, middle))
                start, whole = middle, False
        if old and not whole:
            steps.append(self.range_root(start, stop))
        return ConsistencyProof(old, new, tuple(reversed(steps)))
