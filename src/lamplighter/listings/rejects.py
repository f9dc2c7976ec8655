"""Rows that could not be taken, each with its reason; nothing is dropped silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TypeAlias

import orjson

from lamplighter.foundation.closing import Closing

_SHOWN = 200
#: Bytes of a row, or pieces of them where a row is too long to be held.
Raw: TypeAlias = bytes | Iterable[bytes]


class RejectWriter(Closing):
    """Writes `rejected.jsonl`: file, row (1-based), column, value (shortened), reason."""

    #: Whether raw bytes are wanted: else readers need not put them together.
    keeps = False

    def __init__(self, path: Path) -> None:
        self.total = 0
        self.by_reason: Counter[str] = Counter()
        self._file: IO[bytes] = path.open("wb")

    def add(
        self, *, file: str, row: int, column: str | None, value: object, reason: str,
        raw: Raw = b"",
    ) -> None:  # fmt: skip
        """A row that was refused. `raw`: its bytes as received, for who keeps them (`keeps`)."""
        self.total += 1
        self.by_reason[reason] += 1
        self.note(file=file, row=row, column=column, value=value, reason=reason)

    def note(self, *, file: str, row: int, column: str | None, value: object, reason: str) -> None:
        """Something to know about a row that was taken all the same."""
        shown = value if isinstance(value, str) else repr(value)
        shown = shown.encode("utf-8", "replace").decode()
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}… ({len(shown)} characters)"
        line = {"file": file, "row": row, "column": column, "value": shown, "reason": reason}
        self._file.write(orjson.dumps(line) + b"\n")

    def close(self) -> None:
        """Give back what is held."""
        self._file.close()
