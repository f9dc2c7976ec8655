"""Small commits, durable in one round of the disk before the log's own files are.

A commit of one act changes a bundle, a tile, a segment of openings and the checkpoint; to flush them takes
seven calls in two rounds. Here one record holds all that is new in it, in a file of a fixed length that is flushed
without a change of any name or length. The log's own files are written at once, for all to read, and
flushed later, many commits together. What a loss of power takes from them is written again from here
(`replay`).

Layout: a header of HEADER bytes (the checkpoint that the records follow), then records, each
    magic (4) | length of the body (4) | SHA-256 of header and body (32) | body
so that a record of another header, or one that was cut, is none.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lamplighter.foundation.closing import Closing
from lamplighter.foundation.durable import sync_folder, write_all

FILE = "ledger.journal"
#: Bytes of the whole file: some five hundred listings.
CAPACITY = 1 << 20
HEADER = 4096
_MAGIC = b"LJ01"
_HEAD = struct.Struct("<4sI32s")
_NUMBER = struct.Struct("<Q")


class Record(NamedTuple):
    """One commit: its first index, its entries, what was added to which segment, its checkpoint."""

    first: int
    entries: Sequence[bytes]
    openings: Sequence[tuple[str, int, bytes]]  # name of the segment, from which byte on, bytes
    checkpoint: bytes

    def pack(self) -> bytes:
        """The body of the record."""
        parts = [_NUMBER.pack(self.first), self.checkpoint, _NUMBER.pack(len(self.openings))]
        for name, offset, data in self.openings:
            parts += [name.encode(), _NUMBER.pack(offset), data]
        return _framed([*parts, *self.entries])

    @classmethod
    def unpack(cls, body: bytes) -> Record:
        """ValueError where it is none."""
        first, checkpoint, count, *rest = _frames(body)
        (many,) = _NUMBER.unpack(count)
        openings = [
            (rest[at].decode(), _NUMBER.unpack(rest[at + 1])[0], rest[at + 2])
            for at in range(0, 3 * many, 3)
        ]
        return cls(_NUMBER.unpack(first)[0], rest[3 * many :], openings, checkpoint)


class Journal(Closing):
    """The journal of a workspace. One writer; the ledger's lock sees to it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._handle = -1
        self._header = b""
        self._last = self._end = 0

    @property
    def records(self) -> bool:
        """Whether something in it may be nowhere else on disk."""
        return self._end > HEADER

    def has_room(self, size: int) -> bool:
        """For one more record of this size."""
        return max(self._end, HEADER) + _HEAD.size + size <= CAPACITY

    def is_ready(self) -> bool:
        """Whether there is a file to write to; a nearly full disk has no room for one."""
        if self._handle < 0:
            with suppress(OSError):
                self._make()
        return self._handle >= 0

    def append(self, base: bytes, record: bytes) -> None:
        """Write a record into a file that `is_ready`; it is durable after `flush`. `base` is the
        checkpoint that the first one follows. OSError."""
        if self._end == 0:
            self._header = _framed([base]).ljust(HEADER, b"\0")
            # No order is needed: a record is bound to its header.
            _write_at(self._handle, self._header, 0)
            self._end = HEADER
        head = _HEAD.pack(_MAGIC, len(record), sha256(self._header + record).digest())
        _write_at(self._handle, head + record, self._end)
        self._last, self._end = self._end, self._end + len(head) + len(record)

    def flush(self) -> None:
        """Make what was appended durable. Another thread may do it meanwhile. OSError."""
        os.fdatasync(self._handle)

    def withdraw(self) -> None:
        """Take back the last record, durably: it never was. OSError: it may be there."""
        _write_at(self._handle, bytes(_HEAD.size), self._last)
        os.fdatasync(self._handle)
        self._end = self._last

    def clear(self) -> None:
        """Overwrite what is in it, for it holds what may have to be erased. OSError."""
        if self._end:
            _write_at(self._handle, bytes(self._end), 0)
            os.fdatasync(self._handle)
            self._end = 0

    def close(self) -> None:
        """Remove it if nothing is in it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            if self._end == 0:
                self._path.unlink(missing_ok=True)
                sync_folder(self._path.parent)
            self._end = 0

    def _make(self) -> None:
        """A file as long as it will ever be: what is written into it later changes no length."""
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        handle = os.open(self._path, flags, 0o600)
        try:
            write_all(handle, bytes(CAPACITY))
            os.fsync(handle)
            sync_folder(self._path.parent)
        except BaseException:
            os.close(handle)
            self._path.unlink(missing_ok=True)
            raise
        self._handle, self._end = handle, 0


def read_journal(folder: Path) -> tuple[bytes, list[Record]]:
    """The checkpoint that its records follow, and the records; none where there is no journal."""
    try:
        data = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return b"", []
    header, at, found = data[:HEADER], HEADER, list[Record]()
    while at + _HEAD.size <= len(data):
        magic, length, digest = _HEAD.unpack_from(data, at)
        body = data[at + _HEAD.size : at + _HEAD.size + length]
        if magic != _MAGIC or sha256(header + body).digest() != digest:
            break
        found.append(Record.unpack(body))
        at += _HEAD.size + length
    return (_frames(header)[0], found) if found else (b"", [])


def _write_at(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(handle, view, offset)
        view, offset = view[count:], offset + count


def _framed(parts: Sequence[bytes]) -> bytes:
    return b"".join(each for part in parts for each in (struct.pack("<I", len(part)), part))


def _frames(data: bytes) -> list[bytes]:
    """Parts up to the end or to one of no bytes, which pads the header."""
    found, at = [], 0
    while at + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, at)
        if length > len(data) - at - 4:
            raise ValueError("a part is cut")
        if length == 0 and not any(data[at:]):
            break
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found
