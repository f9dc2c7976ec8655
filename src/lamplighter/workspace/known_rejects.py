"""Refused rows that are in the ledger already: the same file taken again adds none of them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.durable import write_durably

FILE = "rejected.known.npy"


class KnownRejects:
    """Digests of refused rows. The file beside the ledger only saves reading it all again."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._path = folder / FILE
        self._known: set[int] = set()
        self._upto = 0
        if self._path.exists():
            held = np.load(self._path)
            self._upto, self._known = int(held[0]), set(held[1:].tolist())
        for entry in ledger.entries(self._upto, kinds=["listing.rejected"]):
            private = ledger.opening(entry.index)
            content = entry.objects[0] if entry.objects else digest_of(private or b"")
            if private is not None or entry.objects:
                self.add(str(entry.public["reason"]), int(entry.public["row"]), content)
        self._upto = ledger.size

    def add(self, reason: str, row: int, content: str) -> bool:
        """Take in a row of a file (`content`: hex SHA-256 of its bytes); False: it was known."""
        key = f"{row} {content} {reason}".encode("utf-8", "surrogatepass")
        number = int.from_bytes(sha256(key).digest()[:8], "big") >> 1
        new = number not in self._known
        self._known.add(number)
        return new

    def save(self, size: int) -> None:
        """All rejections below entry `size` are in here. OSError."""
        held = np.array([size, *sorted(self._known)], np.int64)
        write_durably(self._path, lambda file: np.save(file, held))


def digest_of(content: bytes) -> str:
    """Hex SHA-256."""
    return sha256(content).hexdigest()


def forget(folder: Path) -> None:
    """After openings were erased: what was refused and is gone is not known any more."""
    (folder / FILE).unlink(missing_ok=True)
