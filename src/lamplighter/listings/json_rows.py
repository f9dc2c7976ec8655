"""Objects as JSON has them → columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.listings.mapping import OURS
from lamplighter.listings.part import Part

#: Sequences of keys for which is remembered how to read them; most files have a few.
_PLANS = 1000


def as_text(value: Any) -> str | None:
    """Text as it is, anything else as JSON: a value's meaning must not hang on its neighbours."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()


class Names:
    """Which of our columns a key is, decided key by key and remembered."""

    def __init__(self, mapping: dict[str, str]) -> None:
        self.explicit = {theirs: ours for ours, theirs in mapping.items()}
        self.taken = set(mapping)
        self.seen: dict[str, str | None] = {}
        self.plans: dict[tuple[str, ...], Plan] = {}

    def ours(self, key: str) -> str | None:
        """Our name of a key; None where it is no column of ours."""
        if key in self.seen:
            return self.seen[key]
        name = self.explicit.get(key)
        if name is None:
            lowered = key.lower()
            name = lowered if lowered in OURS and lowered not in self.taken else None
        if len(self.seen) < 100_000:  # hostile keys must not fill the memory
            self.seen[key] = name
        return name

    def plan(self, keys: tuple[str, ...]) -> Plan:
        """How objects with these keys are read."""
        plan = self.plans.get(keys)
        if plan is None:
            plan = self._plan(keys)
            if len(self.plans) < _PLANS:
                self.plans[keys] = plan
        return plan

    def _plan(self, keys: tuple[str, ...]) -> Plan:
        key_of: dict[str, str] = {}
        extra: list[str] = []
        # The exact name wins over another case of it, wherever it stands in the object.
        for key in sorted(keys, key=lambda k: (self.ours(k) != k, k)):
            name = self.ours(key)
            if name is None or name in key_of:
                extra.append(key)
            else:
                key_of[name] = key
        return Plan(key_of, tuple(extra))


class Plan(NamedTuple):
    """The key of each of our columns in an object, and the keys of what else it has."""

    key_of: dict[str, str]
    extra: tuple[str, ...]


class ObjectRows:
    """Objects of one part, each with its plan."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []
        self.plans: list[Plan] = []
        self.numbers: list[int] = []

    def add(self, value: dict[str, Any], plan: Plan, number: int) -> None:
        """One object, read as `plan` says, from row `number` of the file."""
        self.objects.append(value)
        self.plans.append(plan)
        self.numbers.append(number)

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

    def _values(self, name: str, plans: Iterable[Plan]) -> list[Any]:
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
    names = Names(mapping)
    rows = ObjectRows()
    for number, each in enumerate(objects, 1):
        rows.add(each, names.plan(tuple(each)), number)
    return rows.part()
