"""Rows that the schema refuses are kept all the same: raw bytes and reason, in the ledger."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.listings.rejects import Raw, RejectWriter
from lamplighter.workspace.known_rejects import KnownRejects, digest_of
from lamplighter.workspace.receiver import ACTOR, now

#: Larger rows go to the object store, piece by piece: they are never whole in memory.
_INLINE = 1 << 20
_AT_ONCE = 4096
_BYTES_AT_ONCE = 16 << 20


class KeptRejects(RejectWriter):
    """Also logs `listing.rejected` acts, some at a time; `flush` makes the rest durable."""

    keeps = True

    def __init__(self, path: Path, ledger: Ledger) -> None:
        super().__init__(path)
        self._ledger = ledger
        self._folder = path.parent
        self._known: KnownRejects | None = None
        #: Refused rows that the ledger had already.
        self.known = 0
        self._acts: list[Act] = []
        self._bytes = 0

    def add(
        self, *, file: str, row: int, column: str | None, value: object, reason: str,
        raw: Raw = b"",
    ) -> None:  # fmt: skip
        """Keep a refused row. The file's name may be personal; the log has reason and row alone."""
        super().add(file=file, row=row, column=column, value=value, reason=reason)
        pieces = iter((raw,) if isinstance(raw, bytes) else raw)
        head, size = [], 0
        for piece in pieces:
            head.append(piece)
            size += len(piece)
            if size > _INLINE:
                break
        objects: tuple[str, ...] = ()
        private: bytes | None = b"".join(head)
        if size > _INLINE:
            objects, private = (self._ledger.put_object(_file_of(chain(head, pieces))),), None
        if self._known is None:
            self.flush()
            self._known = KnownRejects(self._folder, self._ledger)
        content = objects[0] if objects else digest_of(private or b"")
        if not self._known.add(reason, row, content):
            self.known += 1
            return
        public: dict[str, Json] = {"reason": reason, "row": row}
        self._acts.append(Act("listing.rejected", now(), ACTOR, public, private, objects))
        self._bytes += size
        if len(self._acts) >= _AT_ONCE or self._bytes > _BYTES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """What was refused so far is durable when this returns."""
        if self._acts:
            self._ledger.append(self._acts)
            self._acts, self._bytes = [], 0

    def remember(self) -> None:
        """Save what is known, after the last `flush`."""
        if self._known is not None:
            self._known.save(self._ledger.size)


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(view)]
        view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _file_of(pieces: Iterable[bytes]) -> BinaryIO:
    return io.BufferedReader(_Pieces(iter(pieces)), 1 << 20)
