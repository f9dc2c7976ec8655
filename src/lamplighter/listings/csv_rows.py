"""CSV and TSV, record by record: a bad record is refused, and only that one."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import IO

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.foundation.errors import InputError
from lamplighter.listings.mapping import map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter

_BROKEN = re.compile("[\ud800-\udfff\ufffd]")


class _Lines:
    """Lines of a file, those put back first; remembers the lines of the record being read."""

    def __init__(self, text: IO[str], bound: int) -> None:
        self.text, self.bound = text, bound
        self.back: deque[str] = deque()
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else self.text.readline(self.bound)
        if not line:
            raise StopIteration
        self.record.append(line)
        if len(line) == self.bound and self._cut(line):
            raise csv.Error(f"line longer than {self.bound} characters")
        return line

    def _cut(self, line: str) -> bool:
        return len(line) == self.bound and not line.endswith("\n")

    def first_line(self) -> Iterator[bytes]:
        """The first line of the record as bytes, read to its end."""
        line = self.record[0] if self.record else ""
        yield _bytes(line)
        while self._cut(line) and (line := self.text.readline(self.bound)):
            yield _bytes(line)
            if line.endswith("\n"):
                return

    def give_back(self) -> None:
        """Read the record's later lines again: only the first is to blame."""
        self.back.extendleft(reversed(self.record[1:]))


def _bytes(text: str) -> bytes:
    """As received, where the file is UTF-8; a broken unit of UTF-16 stays U+FFFD."""
    return text.encode("utf-8", "surrogateescape")


def _open(stream: IO[bytes]) -> IO[str]:
    buffered = io.BufferedReader(stream, 1 << 20)  # type: ignore[type-var]
    if buffered.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return io.TextIOWrapper(buffered, "utf-16", "replace", newline="")
    # surrogateescape keeps broken bytes in place, so that one bad row does not end the file.
    return io.TextIOWrapper(buffered, "utf-8-sig", "surrogateescape", newline="")


def _broken(value: str) -> bool:
    """Whether bytes could not be decoded: they stand as lone surrogates, or (UTF-16) U+FFFD."""
    return not value.isascii() and _BROKEN.search(value) is not None


def _first_broken(row: list[str]) -> int | None:
    return next((i for i, value in enumerate(row) if _broken(value)), None)


def _records(
    lines: _Lines, delimiter: str, file: str, rejects: RejectWriter
) -> Iterator[tuple[int, list[str]]]:
    """Records with their number; the header has number 0."""
    number = -1
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


def read_csv(
    stream: IO[bytes],
    file: str,
    delimiter: str,
    mapping: dict[str, str],
    bounds: tuple[int, int],
    rejects: RejectWriter,
) -> Iterator[Part]:
    """Parts of at most bounds[0] rows; a record is at most four times bounds[1] bytes long."""
    rows_at_once, max_text = bounds
    csv.field_size_limit(4 * max_text)
    lines = _Lines(_open(stream), 4 * max_text)
    records = _records(lines, delimiter, file, rejects)
    header = next(records, None)
    if header is None or header[0] != 0:
        raise InputError("The file has no header.", where=file, hint="Export it again.")
    names = [name.strip() for name in header[1]]
    if any(_broken(name) or "\0" in name for name in names):
        raise InputError("The header is not text.", where=file, hint="Save the file as UTF-8.")
    if len(set(names)) < len(names):
        twice = ", ".join(sorted({name for name in names if names.count(name) > 1}))
        raise InputError("Two columns have the same name.", where=f"{file}: {twice}",
                         hint="Rename one of them.")  # fmt: skip
    columns = map_columns(names, mapping, file)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, row in records:
        if len(row) != len(names):
            rejects.add(file=file, row=number, column=None, value=",".join(row)[:1000],
                        reason=f"{len(row)} fields where the header has {len(names)}",
                        raw=_bytes("".join(lines.record)))  # fmt: skip
            continue
        # Nearly all records are ASCII, and one look tells.
        broken = None if "".join(row).isascii() else _first_broken(row)
        if broken is not None:
            rejects.add(file=file, row=number, column=names[broken], value=row[broken][:1000],
                        reason="bytes that are not text in the file's encoding",
                        raw=_bytes("".join(lines.record)))  # fmt: skip
            continue
        rows.append(row)
        numbers.append(number)
        if len(rows) == rows_at_once:
            yield _part(names, columns, rows, numbers)
            rows, numbers = [], []
    yield _part(names, columns, rows, numbers)


def _part(
    names: list[str], columns: dict[str, str], rows: list[list[str]], numbers: list[int]
) -> Part:
    place = {name: i for i, name in enumerate(names)}
    by_column = list(zip(*rows, strict=True)) or [()] * len(names)
    made = {
        ours: pa.array(by_column[place[theirs]], pa.large_string())
        for ours, theirs in columns.items()
    }
    used = set(columns.values())
    others = [(name, i) for name, i in place.items() if name not in used]
    extra = [
        orjson.dumps(held).decode() if (held := {n: row[i] for n, i in others if row[i]}) else None
        for row in rows
    ] if others else [None] * len(rows)  # fmt: skip
    return Part(made, pa.array(extra, pa.large_string()), np.array(numbers, np.int64))
