"""The object store: large content under the hex SHA-256 of its bytes."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from lamplighter.evidence.entry import DIGEST
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.foundation.durable import make_folder, sync_folder, write_all

_PIECE = 1 << 20


class Objects:
    """Objects in `folder/ab/cdef…`; written once, never changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where an object lies or would lie. Raises LedgerError for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise LedgerError("An object's digest is 64 lowercase hex digits.", where=digest)
        return self.folder / digest[:2] / digest[2:]

    def put(self, data: bytes | BinaryIO) -> str:
        """Store bytes or what a file gives, durably; returns the digest."""
        beside = self.folder / f".new-{os.getpid()}-{secrets.token_hex(8)}"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            digest = sha256()
            for piece in _pieces(data):
                digest.update(piece)
                write_all(handle, piece)
            path = self.path(digest.hexdigest())
            if not path.exists() or path.stat().st_size != os.fstat(handle).st_size:
                os.fsync(handle)
                make_folder(path.parent)
                beside.replace(path)
                sync_folder(path.parent)
        finally:
            os.close(handle)
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
        return digest.hexdigest()

    def remove(self, digest: str) -> bool:
        """Remove an object durably; False where there was none."""
        path = self.path(digest)
        if not path.exists():
            return False
        path.unlink()
        sync_folder(path.parent)
        return True

    def check(self, digest: str) -> None:
        """Raises TamperError where the object is missing or is not what its name says."""
        path = self.path(digest)
        try:
            with path.open("rb") as file:
                found = sha256()
                while piece := file.read(_PIECE):
                    found.update(piece)
        except FileNotFoundError as error:
            raise TamperError("An object is missing.", where=str(path)) from error
        if found.hexdigest() != digest:
            raise TamperError("An object was altered.", where=str(path))

    def clear_unfinished(self) -> None:
        """Remove what a crash left half-written."""
        for path in self.folder.glob(".new-*"):
            path.unlink()


def _pieces(data: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    while piece := data.read(_PIECE):
        yield piece
