"""Lines of a CSV file and the records they make: a broken record gives its later lines back."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import IO, Any

from lamplighter.listings.rejects import RejectWriter


class Lines:
    """Lines of a file, those put back first; remembers the lines of the record being read."""

    def __init__(self, text: IO[str], bound: int) -> None:
        self.text, self.bound = text, bound
        self.back: deque[str] = deque()
        self.record: list[str] = []
        self.taken = 0  # bytes, if the file is UTF-8

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else self._read()
        if not line:
            raise StopIteration
        self.record.append(line)
        if len(line) == self.bound and self._cut(line):
            raise csv.Error(f"line longer than {self.bound} characters")
        return line

    def _read(self) -> str:
        line = self.text.readline(self.bound)
        self.taken += len(line) if line.isascii() else len(as_bytes(line))
        return line

    def _cut(self, line: str) -> bool:
        return len(line) == self.bound and not line.endswith("\n")

    def first_line(self) -> Iterator[bytes]:
        """The first line of the record as bytes, read to its end."""
        line = self.record[0] if self.record else ""
        yield as_bytes(line)
        while self._cut(line) and (line := self._read()):
            yield as_bytes(line)
            if line.endswith("\n"):
                return

    def give_back(self) -> None:
        """Read the record's later lines again: only the first is to blame."""
        self.back.extendleft(reversed(self.record[1:]))


def as_bytes(text: str) -> bytes:
    """As received, where the file is UTF-8; a broken unit of UTF-16 stays U+FFFD."""
    return text.encode("utf-8", "surrogateescape")


class Supply(io.RawIOBase):
    """A stream after bytes that were read from it before; holds what `lines` has not taken."""

    def __init__(self, held: bytes, stream: IO[bytes]) -> None:
        self.held, self.stream = memoryview(held), stream
        self.given, self.gone = bytearray(), 0
        self.lines = Lines(io.TextIOWrapper(
            io.BufferedReader(self, 1 << 16), "utf-8", "surrogateescape", newline=""
        ), 0)  # fmt: skip

    def readable(self) -> bool:
        """As any stream that is read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give what is held, then what the stream has."""
        data = bytes(self.held[: len(buffer)]) or self.stream.read(len(buffer))
        self.held = self.held[len(data) :]
        buffer[: len(data)] = data
        if self.lines.taken - self.gone > 1 << 20:
            del self.given[: self.lines.taken - self.gone]
            self.gone = self.lines.taken
        self.given += data
        return len(data)

    def rest(self) -> bytes:
        """What was read from the stream and not taken."""
        return bytes(self.given[self.lines.taken - self.gone :]) + bytes(self.held)


def records(
    lines: Lines, delimiter: str, file: str, rejects: RejectWriter, number: int = -1
) -> Iterator[tuple[int, list[str]]]:
    """Records with their number, from that after `number`; the header has number 0."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.record = []
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            raw = lines.first_line()
            rejects.add(file=file, row=number, column=None, value="".join(lines.record[:1])[:1000],
                        reason=f"broken row: {error}", raw=raw)  # fmt: skip
            deque(raw, 0)  # what was not kept is skipped
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if record:
            number += 1
            yield number, record
