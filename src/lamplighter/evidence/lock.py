"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from lamplighter.evidence.errors import LedgerError


class WriterLock:
    """An advisory lock on a file; the kernel releases it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LedgerError(
                f"The ledger cannot be written: {error.strerror}.",
                where=str(path),
                hint="the workspace's folder must be writable for this user",
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._handle)
            raise LedgerError(
                "Another process is writing to this ledger.",
                where=str(path.parent),
                hint="wait until it is done; a ledger has one writer at a time",
            ) from error

    def release(self) -> None:
        """Let the next writer in."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
