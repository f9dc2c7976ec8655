"""The schema of the DSA Transparency Database's API, as data (`schema.toml` has its source)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Schema:
    """What an attribute may be. `enums` by attribute, `lengths` in characters."""

    version: str
    in_force: str
    source: str
    enums: Mapping[str, frozenset[str]]
    lengths: Mapping[str, int]
    eu: tuple[str, ...]
    eea: tuple[str, ...]
    most_in_a_batch: int
    languages: frozenset[str]  #: ISO 639-1, upper case

    def values(self, attribute: str) -> frozenset[str]:
        """What a limited attribute may be."""
        return self.enums[attribute]

    def countries(self, said: Iterable[str]) -> tuple[str, ...] | None:
        """Codes, sorted; EU and EEA stand for their members. None if one is not in the EEA."""
        found: set[str] = set()
        for one in said:
            found |= {"EU": set(self.eu), "EEA": set(self.eea)}.get(one, {one})
        return tuple(sorted(found)) if found and found <= set(self.eea) else None


@cache
def schema() -> Schema:
    """The one that is shipped."""
    text = (files("lamplighter.reporting.statement.dsa") / "schema.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    eu = tuple(raw["countries"]["eu"])
    return Schema(
        version=raw["version"],
        in_force=raw["in_force"],
        source=raw["source"],
        enums={name: frozenset(values) for name, values in raw["enums"].items()},
        lengths=raw["lengths"],
        eu=eu,
        eea=tuple(sorted({*eu, *raw["countries"]["eea_besides"]})),
        most_in_a_batch=raw["most_in_a_batch"],
        languages=frozenset(raw["languages"].split()),
    )
