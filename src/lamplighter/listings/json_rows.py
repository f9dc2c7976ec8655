"""JSON lines, object by object."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import IO, Any

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.listings.mapping import OURS, map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter

#: Names of columns remembered for the error that a required one is missing.
_REMEMBERED = 100


def as_text(value: Any) -> str | None:
    """Text as it is, anything else as JSON: a value's meaning must not hang on its neighbours."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()


class _Names:
    """Which of our columns a key is, decided key by key and remembered."""

    def __init__(self, mapping: dict[str, str]) -> None:
        self.explicit = {theirs: ours for ours, theirs in mapping.items()}
        self.taken = set(mapping)
        self.seen: dict[str, str | None] = {}

    def ours(self, key: str) -> str | None:
        if key in self.seen:
            return self.seen[key]
        name = self.explicit.get(key)
        if name is None:
            lowered = key.lower()
            name = lowered if lowered in OURS and lowered not in self.taken else None
        if len(self.seen) < 100_000:  # hostile keys must not fill the memory
            self.seen[key] = name
        return name

    def split(self, value: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Our columns of an object, and what else it has."""
        row: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        # The exact name wins over another case of it, wherever it stands in the object.
        for key in sorted(value, key=lambda k: (self.ours(k) != k, k)):
            name = self.ours(key)
            if name is None or name in row:
                if value[key] is not None and value[key] != "":
                    extra[key] = value[key]
            else:
                row[name] = value[key]
        return row, extra


def part_of_objects(objects: Sequence[dict[str, Any]], mapping: dict[str, str]) -> Part:
    """Objects that a program hands over, as the part that a file of them would give."""
    names = _Names(mapping)
    split = [names.split(each) for each in objects]
    extras = [as_text(extra) if extra else None for _, extra in split]
    return _part([row for row, _ in split], extras, list(range(1, len(split) + 1)))


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
    rows_at_once, max_text = bounds
    names = _Names(mapping)
    rows: list[dict[str, Any]] = []
    extras: list[str | None] = []
    numbers: list[int] = []
    found: set[str] = set()
    keys: dict[str, None] = {}
    objects = 0
    for number, value in _objects(stream, file, 4 * max_text, rejects):
        objects += 1
        row, extra = names.split(value)
        if len(keys) < _REMEMBERED:
            keys.update(dict.fromkeys(value))
        found.update(row)
        rows.append(row)
        extras.append(as_text(extra) if extra else None)
        numbers.append(number)
        if len(rows) == rows_at_once:
            yield _part(rows, extras, numbers)
            rows, extras, numbers = [], [], []
    if objects and not ("listing_id" in found and found & {"text", "title"}):
        map_columns(list(keys), mapping, file)
    yield _part(rows, extras, numbers)


def _rest_of_line(lines: IO[bytes], bound: int) -> Iterator[bytes]:
    while rest := lines.readline(bound):
        yield rest
        if rest.endswith(b"\n"):
            return


def _objects(
    stream: IO[bytes], file: str, bound: int, rejects: RejectWriter
) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = io.BufferedReader(stream, 1 << 20)  # type: ignore[type-var]
    number = 0
    while line := lines.readline(bound):
        number += 1
        reason = ""
        rest: Iterator[bytes] = iter(())
        if len(line) == bound and not line.endswith(b"\n"):
            rest = _rest_of_line(lines, bound)
            reason = f"line longer than {bound} bytes"
        elif not line.strip():
            continue
        else:
            try:
                value = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
                if isinstance(value, dict):
                    yield number, value
                    continue
                reason = "not a JSON object"
            except orjson.JSONDecodeError as error:
                reason = f"broken JSON: {error.msg}"
        rejects.add(file=file, row=number, column=None, value=line[:1000].decode("utf-8", "replace"),
                    reason=reason, raw=chain((line,), rest))  # fmt: skip
        deque(rest, 0)  # what was not kept is skipped


def _part(rows: list[dict[str, Any]], extras: list[str | None], numbers: list[int]) -> Part:
    present = {name for row in rows for name in row}
    columns: dict[str, pa.Array] = {}
    for name in OURS:
        if name in present:
            columns[name] = pa.array([as_text(row.get(name)) for row in rows], pa.large_string())
    return Part(columns, pa.array(extras, pa.large_string()), np.array(numbers, np.int64))
