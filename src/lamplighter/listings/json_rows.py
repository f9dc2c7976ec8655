"""JSON lines, object by object."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.listings.mapping import OURS, map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter

#: Names of columns remembered for the error that a required one is missing.
_REMEMBERED = 100
#: Sequences of keys for which is remembered how to read them; most files have a few.
_PLANS = 1000


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
        self.plans: dict[tuple[str, ...], _Plan] = {}

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

    def plan(self, keys: tuple[str, ...]) -> _Plan:
        """How objects with these keys are read."""
        plan = self.plans.get(keys)
        if plan is None:
            plan = self._plan(keys)
            if len(self.plans) < _PLANS:
                self.plans[keys] = plan
        return plan

    def _plan(self, keys: tuple[str, ...]) -> _Plan:
        key_of: dict[str, str] = {}
        extra: list[str] = []
        # The exact name wins over another case of it, wherever it stands in the object.
        for key in sorted(keys, key=lambda k: (self.ours(k) != k, k)):
            name = self.ours(key)
            if name is None or name in key_of:
                extra.append(key)
            else:
                key_of[name] = key
        return _Plan(key_of, tuple(extra))


class _Plan(NamedTuple):
    """The key of each of our columns in an object, and the keys of what else it has."""

    key_of: dict[str, str]
    extra: tuple[str, ...]


class _Rows:
    """Objects of one part, each with its plan."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []
        self.plans: list[_Plan] = []
        self.numbers: list[int] = []

    def part(self) -> Part:
        """The objects as columns."""
        plans = {id(plan): plan for plan in self.plans}
        present = {name for plan in plans.values() for name in plan.key_of}
        columns = {
            name: _texts(self._values(name, plans.values())) for name in OURS if name in present
        }
        extra = pa.nulls(len(self.objects), pa.large_string())
        if any(plan.extra for plan in plans.values()):
            extra = pa.array([self._extra(row) for row in range(len(self.objects))], extra.type)
        return Part(columns, extra, np.array(self.numbers, np.int64))

    def _values(self, name: str, plans: Iterable[_Plan]) -> list[Any]:
        used = {plan.key_of[name] for plan in plans if name in plan.key_of}
        if len(used) == 1:  # an object without the column does not have this key
            key = used.pop()
            return [value.get(key) for value in self.objects]
        keys = (plan.key_of.get(name) for plan in self.plans)
        return [None if k is None else v[k] for v, k in zip(self.objects, keys, strict=True)]

    def _extra(self, row: int) -> str | None:
        value = self.objects[row]
        held = {
            key: value[key]
            for key in self.plans[row].extra
            if value[key] is not None and value[key] != ""
        }
        return as_text(held) if held else None


def _texts(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.large_string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([as_text(value) for value in values], pa.large_string())


def part_of_objects(objects: Sequence[dict[str, Any]], mapping: dict[str, str]) -> Part:
    """Objects that a program hands over, as the part that a file of them would give."""
    names = _Names(mapping)
    rows = _Rows()
    rows.objects = list(objects)
    rows.plans = [names.plan(tuple(each)) for each in objects]
    rows.numbers = list(range(1, len(objects) + 1))
    return rows.part()


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
    rows = _Rows()
    found: set[str] = set()
    keys: dict[str, None] = {}
    last: _Plan | None = None
    for number, value in _objects(stream, file, 4 * max_text, rejects):
        plan = names.plan(tuple(value))
        if plan is not last:
            last = plan
            found.update(plan.key_of)
            if len(keys) < _REMEMBERED:
                keys.update(dict.fromkeys(value))
        rows.objects.append(value)
        rows.plans.append(plan)
        rows.numbers.append(number)
        if len(rows.numbers) == rows_at_once:
            yield rows.part()
            rows = _Rows()
    if last is not None and not ("listing_id" in found and found & {"text", "title"}):
        map_columns(list(keys), mapping, file)
    yield rows.part()


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
