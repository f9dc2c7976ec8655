"""One setting of lamplighter.toml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Value = str | int | bool | list[str]


@dataclass(frozen=True)
class Setting:
    """`check` gives a hint if the value will not do, else an empty text."""

    table: str
    key: str
    default: Value
    comment: str
    check: Callable[[Value], str] = lambda _: ""
