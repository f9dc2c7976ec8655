"""Image files that listings name: stored before the listings are logged, which name their digests."""

from __future__ import annotations

import pyarrow as pa

from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import InputError
from lamplighter.signals.images import Opener

_GIVEN = "pdq:"  # a hash, and no file


class Media:
    """Keeps the files of one intake. A file that several listings name is read and stored once."""

    def __init__(self, ledger: Ledger, read: Opener) -> None:
        self.problems: list[tuple[int, str, str]] = []  # row, source, reason
        self._ledger, self._read = ledger, read
        self._stored: dict[str, str] = {}

    def keep(self, images: pa.Array, first: int) -> list[list[str]]:
        """(n,) digests of the files that each row names; `images` is a list of strings a row.

        What cannot be read is noted in `problems`, under `first` plus its place, and is missing.
        """
        return [
            [digest for source in row or () if (digest := self._of(source, first + at))]
            for at, row in enumerate(images.to_pylist())
        ]

    def _of(self, source: str | None, row: int) -> str:
        if not source or source.startswith(_GIVEN):
            return ""
        if source not in self._stored:
            try:
                data = self._read(source)
            except (InputError, OSError, ValueError) as error:
                self.problems.append((row, source, str(error)))
                return ""
            self._stored[source] = self._ledger.put_object(data)
        return self._stored[source]
