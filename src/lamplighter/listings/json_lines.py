"""JSON lines: a block of lines at a time, and line by line where one is out of the ordinary."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import IO, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.listings.json_rows import Names, ObjectRows, Plan
from lamplighter.listings.json_scan import I64, Scanned, keys_of, scan
from lamplighter.listings.mapping import OURS, map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import Raw, RejectWriter

_BLOCK = 4 << 20
#: Names of columns remembered for the error that a required one is missing.
_REMEMBERED = 100


class _Block(NamedTuple):
    """Whole lines; or, `cut`, the beginning of one that is too long, and what reads on in it."""

    data: bytes
    cut: bool = False
    rest: Iterator[bytes] = iter(())


def read_jsonl(
    stream: IO[bytes],
    file: str,
    mapping: dict[str, str],
    bounds: tuple[int, int],
    rejects: RejectWriter,
) -> Iterator[Part]:
    """Parts of at most bounds[0] rows; a line is at most four times bounds[1] bytes long.

    InputError (with the mapping to use) if no object of the whole file has a required column.
    """
    rows_at_once, bound = bounds[0], 4 * bounds[1]
    lines = _Lines(file, mapping, bound, rejects)
    waiting: list[Part] = []
    for block in _blocks(stream, bound):
        if block.cut:
            lines.refuse_cut(block)
            continue
        waiting.append(lines.part(block.data))
        if sum(len(part.numbers) for part in waiting) >= rows_at_once:
            whole = Part.concat(waiting)
            full = len(whole.numbers) // rows_at_once * rows_at_once
            for start in range(0, full, rows_at_once):
                yield whole.slice(start, start + rows_at_once)
            waiting = [whole.slice(full, len(whole.numbers))]
    lines.check_columns()
    if waiting:
        yield Part.concat(waiting)


class _Lines:
    """The lines of one file, with their numbers and the keys that were seen."""

    def __init__(
        self, file: str, mapping: dict[str, str], bound: int, rejects: RejectWriter
    ) -> None:
        self.file, self.mapping, self.bound, self.rejects = file, mapping, bound, rejects
        self._names = Names(mapping)
        keys = [mapping.get(name, name) for name in OURS]
        # A key that two columns claim, or that is another column's name, is for `Names` to settle.
        plain = {key: ours for key, ours in zip(keys, OURS, strict=True) if keys.count(key) == 1}
        self._columns = list(plain.values())
        self._table = keys_of(list(plain))
        self._number = 0
        self._found: set[str] = set()
        self._keys: dict[str, None] = {}
        self._objects = 0

    def part(self, data: bytes) -> Part:
        """The objects of some whole lines, in order; what is none is refused."""
        content = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(content == 10)
        if len(ends) == 0 or ends[-1] != len(data) - 1:
            ends = np.append(ends, len(data))
        begins = np.concatenate([[0], ends[:-1] + 1])
        first, self._number = self._number + 1, self._number + len(ends)
        scanned = scan(content, begins, ends, self._table)
        plain = scanned.plain & (ends - begins < self.bound)
        fast = None
        if plain.sum() > len(plain) // 2:
            fast = self._fast(scanned, np.flatnonzero(plain), first)
        if fast is None:
            plain[:] = False
        slow = self._slow(data, begins, ends, np.flatnonzero(~plain), first)
        return (slow if fast is None else Part.concat([fast, slow])).in_order()

    def _fast(self, scanned: Scanned, rows: I64, first: int) -> Part | None:
        try:
            made = [scanned.column(number, rows) for number in range(len(self._columns))]
        except pa.ArrowInvalid:
            return None  # bytes that are no UTF-8: orjson says in which lines
        columns = {
            name: column
            for name, column in zip(self._columns, made, strict=True)
            if column is not None
        }
        self._objects += len(rows)
        self._found.update(columns)
        return Part(columns, pa.nulls(len(rows), pa.large_string()), rows + first)

    def _slow(self, data: bytes, begins: I64, ends: I64, rows: I64, first: int) -> Part:
        taken = ObjectRows()
        last: Plan | None = None
        for row in rows.tolist():
            line, raw = data[begins[row] : ends[row]], data[begins[row] : ends[row] + 1]
            if len(line) >= self.bound:
                self._refuse(first + row, line, f"line longer than {self.bound} bytes", raw)
                continue
            if not line.strip():
                continue
            try:
                value = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
            except orjson.JSONDecodeError as error:
                self._refuse(first + row, line, f"broken JSON: {error.msg}", raw)
                continue
            if not isinstance(value, dict):
                self._refuse(first + row, line, "not a JSON object", raw)
                continue
            plan = self._names.plan(tuple(value))
            taken.add(value, plan, first + row)
            if plan is not last:
                last = plan
                self._found.update(plan.key_of)
                if len(self._keys) < _REMEMBERED:
                    self._keys.update(dict.fromkeys(value))
        self._objects += len(taken.numbers)
        return taken.part()

    def refuse_cut(self, block: _Block) -> None:
        """A line that is too long to be held."""
        self._number += 1
        reason = f"line longer than {self.bound} bytes"
        self._refuse(self._number, block.data, reason, chain((block.data,), block.rest))
        deque(block.rest, 0)  # what was not kept is skipped

    def _refuse(self, number: int, line: bytes, reason: str, raw: Raw) -> None:
        shown = line[:1000].decode("utf-8", "replace")
        self.rejects.add(file=self.file, row=number, column=None, value=shown, reason=reason,
                         raw=raw)  # fmt: skip

    def check_columns(self) -> None:
        """InputError if no object of the file had a required column."""
        found = self._found
        if self._objects and not ("listing_id" in found and found & {"text", "title"}):
            seen = [self.mapping.get(name, name) for name in self._columns if name in found]
            map_columns([*dict.fromkeys([*seen, *self._keys])], self.mapping, self.file)


def _blocks(stream: IO[bytes], bound: int) -> Iterator[_Block]:
    lines = io.BufferedReader(stream, 1 << 20)  # type: ignore[type-var]
    while data := lines.read(_BLOCK):
        if data.endswith(b"\n"):
            yield _Block(data)
            continue
        rest = lines.readline(bound)
        start = data.rfind(b"\n") + 1
        if len(data) - start + len(rest.rstrip(b"\n")) < bound:
            yield _Block(data + rest)
            continue
        if start:
            yield _Block(data[:start])
        going_on = len(rest) == bound and not rest.endswith(b"\n")
        yield _Block(
            data[start:] + rest, True, _rest_of_line(lines, bound) if going_on else iter(())
        )


def _rest_of_line(lines: IO[bytes], bound: int) -> Iterator[bytes]:
    while rest := lines.readline(bound):
        yield rest
        if rest.endswith(b"\n"):
            return
