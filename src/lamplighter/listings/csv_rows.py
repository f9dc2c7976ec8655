"""CSV and TSV. Plain records are read by the block (`csv_scan`), all others record by record: a bad
record is refused, and only that one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.errors import InputError
from lamplighter.listings.csv_lines import Lines, Supply, as_bytes, records
from lamplighter.listings.csv_scan import plain_records, read_plain
from lamplighter.listings.mapping import map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter

#: Bytes of plain records that are read at once.
_BLOCK = 8 << 20
#: Records read one by one where one of them is not plain, at first.
_ODD_AT_ONCE = 64
#: Between fields, besides what the file's name says; the first of those that are as many.
_DELIMITERS = (";", "\t", "|", ",")
_QUOTED = re.compile('"[^"]*"')
_BROKEN = re.compile("[\ud800-\udfff\ufffd]")


def _delimiter(head: bytes, wide: bool, named: str) -> str:
    """What separates the names of the header: `named`, or what else does where that is not in it.

    Where the comma is a decimal point, spreadsheets write semicolons into a .csv.
    """
    text = head.decode("utf-16" if wide else "utf-8", "replace")
    names = _QUOTED.sub("", text).lstrip("\ufeff\r\n").partition("\n")[0].partition("\r")[0]
    if named in names:
        return named
    other = max(_DELIMITERS, key=names.count)
    return other if other in names else named


def _broken(value: str) -> bool:
    """Whether bytes could not be decoded: they stand as lone surrogates, or (UTF-16) U+FFFD."""
    return not value.isascii() and _BROKEN.search(value) is not None


def _first_broken(row: list[str]) -> int | None:
    return next((i for i, value in enumerate(row) if _broken(value)), None)


@dataclass
class _Reader:
    """Reads the records after the header."""

    file: str
    delimiter: str
    names: list[str]
    columns: dict[str, str]
    rejects: RejectWriter
    number: int = 0  # of the last record

    def one_by_one(self, lines: Lines, least: int) -> tuple[Part, bool]:
        """So many records that can be taken, and whether that was all."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        width = len(self.names)
        ended = True
        for number, row in records(lines, self.delimiter, self.file, self.rejects, self.number):
            self.number = number
            # Nearly all records are ASCII, and one look tells.
            broken = None if "".join(row).isascii() else _first_broken(row)
            if len(row) != width:
                self._refuse(lines, None, ",".join(row),
                             f"{len(row)} fields where the header has {width}")  # fmt: skip
            elif broken is not None:
                self._refuse(lines, self.names[broken], row[broken],
                             "bytes that are not text in the file's encoding")  # fmt: skip
            else:
                rows.append(row)
                numbers.append(number)
            if len(rows) >= least and not lines.back:
                ended = False
                break
        fields = list(zip(*rows, strict=True)) or [()] * width
        made = [pa.array(field, pa.large_string()) for field in fields]
        return self._part(made, np.array(numbers, np.int64)), ended

    def by_the_block(
        self, held: bytes, stream: IO[bytes], bounds: tuple[int, int]
    ) -> Iterator[Part]:
        """All records of UTF-8 text: plain ones as Arrow reads them, the others one by one."""
        width, ended, at_once = len(self.names), False, _ODD_AT_ONCE
        while held or not ended:
            while len(held) < _BLOCK and not ended:
                more = stream.read(_BLOCK)
                held, ended = held + more, not more
            end, count, odd = plain_records(held, width, self.delimiter, bounds[1])
            made = read_plain(held[:end], width, self.delimiter) if count else None
            if made is not None:
                yield self._part(made, self.number + 1 + np.arange(count, dtype=np.int64))
                self.number += count
                held = held[end:]
            if odd or (count and made is None) or (held and (ended or not count)):
                supply = Supply(held, stream)
                supply.lines.bound = 4 * bounds[1]
                # Where few are plain, looking for these costs more than it saves.
                at_once = min(2 * at_once, bounds[0]) if count < at_once else _ODD_AT_ONCE
                part, ended = self.one_by_one(supply.lines, at_once)
                yield part
                held = supply.rest()

    def _refuse(self, lines: Lines, column: str | None, value: str, reason: str) -> None:
        self.rejects.add(file=self.file, row=self.number, column=column, value=value[:1000],
                         reason=reason, raw=as_bytes("".join(lines.record)))  # fmt: skip

    def _part(self, fields: list[pa.Array], numbers: NDArray[np.int64]) -> Part:
        place = {name: i for i, name in enumerate(self.names)}
        made = {ours: fields[place[theirs]] for ours, theirs in self.columns.items()}
        used = set(self.columns.values())
        others = [name for name in self.names if name not in used]
        if not others:
            return Part(made, pa.nulls(len(numbers), pa.large_string()), numbers)
        rows = zip(*(fields[place[name]].to_pylist() for name in others), strict=True)
        extra = [
            orjson.dumps(held).decode()
            if (held := {name: value for name, value in zip(others, row, strict=True) if value})
            else None
            for row in rows
        ]
        return Part(made, pa.array(extra, pa.large_string()), numbers)


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
    buffered = io.BufferedReader(stream, 1 << 20)  # type: ignore[type-var]
    start = buffered.peek(3)[:3]
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    delimiter = _delimiter(buffered.peek(1), wide, delimiter)
    if wide:
        lines = Lines(io.TextIOWrapper(buffered, "utf-16", "replace", newline=""), 4 * max_text)
    else:
        if start == b"\xef\xbb\xbf":
            buffered.read(3)
        supply = Supply(b"", buffered)
        lines = supply.lines
        lines.bound = 4 * max_text
    header = next(records(lines, delimiter, file, rejects), None)
    if header is None or header[0] != 0:
        raise InputError("The file has no header.", where=file, hint="Export it again.")
    names = [name.strip() for name in header[1]]
    if any(_broken(name) or "\0" in name for name in names):
        raise InputError("The header is not text.", where=file, hint="Save the file as UTF-8.")
    if len(set(names)) < len(names):
        twice = ", ".join(sorted({name for name in names if names.count(name) > 1}))
        raise InputError("Two columns have the same name.", where=f"{file}: {twice}",
                         hint="Rename one of them.")  # fmt: skip
    reader = _Reader(file, delimiter, names, map_columns(names, mapping, file), rejects)
    if not wide:
        yield from _gathered(reader.by_the_block(supply.rest(), buffered, bounds), rows_at_once)
        return
    ended = False
    while not ended:
        part, ended = reader.one_by_one(lines, rows_at_once)
        yield part


def _gathered(parts: Iterator[Part], rows: int) -> Iterator[Part]:
    """The same rows in parts of `rows`, but for the last."""
    held: list[Part] = []
    for part in parts:
        held.append(part)
        if sum(len(each.numbers) for each in held) < rows:
            continue
        whole = Part.concat(held)
        at = 0
        while len(whole.numbers) - at >= rows:
            yield whole.slice(at, at + rows)
            at += rows
        held = [whole.slice(at, len(whole.numbers))]
    if held:
        yield Part.concat(held)
