"""The store of openings: append-only segments of blocks, in the order of the log; erasable.

A segment `<index of its first entry>.seg` holds blocks one after the other. Reading finds the
segment by name and the block by the heads, which are read once per segment.
"""

from __future__ import annotations

import bisect
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from lamplighter.evidence.block import (
    MAGIC,
    SALT_BYTES,
    BlockHead,
    Opening,
    pack,
    read_head,
    unpack,
)
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.opening_run import OpeningRun
from lamplighter.foundation.durable import replace_file, sync_folder

SEGMENT_BYTES = 16 << 20  # what one erasure rewrites at most (and one more block)

_Version = tuple[int, int]  # inode and length: an erasure makes a new file


class Appends(Protocol):
    """What bytes are appended to files by."""

    def append(self, path: Path, data: bytes, mode: int) -> None:
        """Append to a file, which is made where it is not there."""


class Openings:
    """Openings in `folder`. One writer at a time; the ledger's lock sees to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._heads: dict[Path, tuple[_Version, list[BlockHead]]] = {}
        self._listed: tuple[int, list[int], list[Path]] | None = None
        self._block: tuple[Path, _Version, int, dict[int, Opening]] | None = None

    def segments(self) -> list[Path]:
        """Segment files in order."""
        return sorted(self.folder.glob("[0-9]*.seg"))

    def _segment_of(self, index: int) -> Path | None:
        """The segment that would hold an index. The list is read anew when the folder changed."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._listed is None or self._listed[0] != changed:
            paths = self.segments()
            self._listed = changed, [int(path.stem) for path in paths], paths
        at = bisect.bisect_right(self._listed[1], index) - 1
        return self._listed[2][at] if at >= 0 else None

    def append(self, runs: Sequence[OpeningRun], files: Appends) -> None:
        """Append openings (indices rising, beyond all others); durable once `files` are."""
        runs = [run for run in runs if len(run.index)]
        if not runs:
            return
        path = self._segment_of(int(runs[0].index[0]))
        if path is None or path.stat().st_size >= SEGMENT_BYTES:
            path = self.folder / f"{int(runs[0].index[0]):015d}.seg"
            self._listed = None
        files.append(path, b"".join(block for run in runs for block in run.blocks()), 0o600)

    def cut(self, size: int) -> None:
        """Remove what a crash left: blocks of entries from `size` on, and a half-written block.

        Whether a broken block hides openings that were acknowledged is the ledger's question:
        see `last_sound`.
        """
        self._listed = None
        for beside in self.folder.glob("*.new"):
            beside.unlink()
        for path in reversed(self.segments()):
            if int(path.stem) >= size:
                path.unlink()
                sync_folder(self.folder)
                continue
            end = 0
            for head in self._read_heads(path)[1]:
                if head.first >= size:
                    break
                end = head.end
            if end < path.stat().st_size:
                with path.open("r+b") as file:
                    file.truncate(end)
                    os.fsync(file.fileno())
            self._heads.pop(path, None)
            return

    def last_sound(self, size: int) -> tuple[int, bool]:
        """One more than the last index below `size` that a readable block of the end covers; and
        whether bytes follow there that are no block.
        """
        for path in reversed(self.segments()):
            if int(path.stem) < size:
                heads = self._read_heads(path)[1]
                own = [head for head in heads if head.first < size]
                broken = (heads[-1].end if heads else 0) < path.stat().st_size
                return (own[-1].last + 1 if own else int(path.stem)), broken
        return 0, False

    def get(self, index: int) -> Opening | None:
        """The opening of an entry; None where there never was one. Raises TamperError."""
        path = self._segment_of(index)
        if path is None:
            return None
        heads = self._read_heads(path)[1]
        block = bisect.bisect_right(heads, index, key=lambda head: head.first) - 1
        if block < 0 or heads[block].last < index:
            return None
        try:
            return self._read_block(path, heads[block]).get(index)
        except TamperError:
            version = self._heads.pop(path)[0]
            if self._read_heads(path)[0] == version:
                raise
        return self.get(index)  # an erasure by another process has put a new segment in its place

    def _read_block(self, path: Path, head: BlockHead) -> dict[int, Opening]:
        """The last block is kept: entries are mostly opened one after the other."""
        version = self._heads[path][0]
        if self._block is None or self._block[:3] != (path, version, head.offset):
            with path.open("rb") as file:
                file.seek(head.offset)
                data = file.read(head.end - head.offset)
            found = {opening.index: opening for opening in _unpack_at(path, data, head)}
            self._block = path, version, head.offset, found
        return self._block[3]

    def all(self, size: int) -> Iterator[Opening]:
        """Every opening of entries below `size`, in order. Raises TamperError."""
        for part in self.scan(size):
            if isinstance(part, TamperError):
                raise part
            yield from part

    def scan(self, size: int) -> Iterator[list[Opening] | TamperError]:
        """Blocks below `size` in order; in place of a damaged one the error that names it."""
        for path in self.segments():
            data = path.read_bytes()
            at, done = 0, int(path.stem)
            while at < len(data):
                head = read_head(data, at)
                if head is None:
                    if done >= size:
                        break
                    yield TamperError(
                        f"Entry {done} or a later one: a block of openings was altered or cut.",
                        where=f"{path}, byte {at}",
                        entries=(done,),
                    )
                    found = data.find(MAGIC, at + 1)
                    at = len(data) if found < 0 else found
                    continue
                if head.first >= size:
                    break
                try:
                    yield _unpack_at(path, data[head.offset : head.end], head)
                except TamperError as error:
                    yield error
                at, done = head.end, head.last + 1

    def erase(self, indices: Collection[int]) -> None:
        """Take salt and bytes of these entries away, for good; the entries stay in the log.

        Each segment concerned is written anew beside the old one, which is overwritten with zeros
        after the change of names. Copies in backups, snapshots and the cells of a flash disk are
        beyond a program's reach.
        """
        wanted = set(indices)
        for path in self.segments():
            data = path.read_bytes()
            heads = self._read_heads(path)[1]
            parts, touched, end = [], False, 0
            for head in heads:
                block = data[head.offset : head.end]
                if wanted.intersection(range(head.first, head.last + 1)):
                    kept = [_without(item, wanted) for item in _unpack_at(path, block, head)]
                    block, touched = pack(kept), True
                parts.append(block)
                end = head.end
            if not touched:
                continue
            if end != len(data):
                raise TamperError("A block of openings cannot be read.", where=f"{path}: {end}")
            with path.open("r+b") as old:
                replace_file(path, b"".join(parts), 0o600)
                old.write(bytes(len(data)))
                old.flush()
                os.fsync(old.fileno())
            self._heads.pop(path, None)

    def _read_heads(self, path: Path) -> tuple[_Version, list[BlockHead]]:
        """The heads of a segment; kept, and read on where the segment grew."""
        known = self._heads.get(path)
        state = path.stat()
        version = (state.st_ino, state.st_size)
        if known and known[0] == version:
            return known
        grown = known is not None and known[0][0] == version[0] and known[0][1] < version[1]
        heads: list[BlockHead] = list(known[1]) if known and grown else []
        data = path.read_bytes()
        at = heads[-1].end if heads else 0
        while (head := read_head(data, at)) is not None:
            heads.append(head)
            at = head.end
        self._heads[path] = version, heads
        return self._heads[path]


def _without(opening: Opening, erased: Collection[int]) -> Opening:
    return Opening(opening.index, bytes(SALT_BYTES), None) if opening.index in erased else opening


def _unpack_at(path: Path, data: bytes, head: BlockHead) -> list[Opening]:
    at_start = BlockHead(
        0, head.first, head.last, head.count, head.raw_bytes, head.body_bytes, head.checksum
    )
    try:
        return unpack(data, at_start)
    except ValueError as error:
        raise TamperError(
            f"Openings of entries {head.first} to {head.last} were altered: {error}.",
            where=str(path),
            entries=(head.first,),
        ) from error
