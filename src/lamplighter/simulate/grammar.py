"""Sentence grammars as data: read from TOML, compiled to flat arrays for the kernels.

A file `grammars/<vocabulary>/<language>.toml` holds one table per trade. Each entry is a symbol
with alternatives, parted by `|` or a new line. Inside an alternative:

- `{symbol}`: one alternative of that symbol, of the same table or of `[common]`;
- `{~symbol}`: loose: chosen per listing, not per template (what differs between two copies);
- `{=symbol}`: the same choice wherever it stands in one listing (title and text agree);
- `{?symbol}`: there or not, with even odds;
- `{3-12}`: a whole number of that range;
- `{name}`, `{city}`, `{phone}`, `{price}`, `{email}`, `{age}`, `{hub}`: slots, filled by the
  listing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.errors import InputError, UsageError

#: Slots, in the order of their codes (a code is also the id of an empty piece).
SLOTS = ("name", "city", "phone", "price", "email", "age", "hub", "account", "serial", "e164")
PLAIN, LOOSE, FIXED, MAYBE = 0, 1, 2, 3
_MODES = {"~": LOOSE, "=": FIXED, "?": MAYBE}
_PART = re.compile(r"\{([~=?]?)([a-z_0-9]+(?:-[0-9]+)?)\}")
_RANGE = re.compile(r"(\d+)-(\d+)$")
_MOST_VALUES = 240
VOCABULARIES = ("default", "second")


class Code(NamedTuple):
    """A compiled grammar: pieces of bytes, and symbols with alternatives made of operations.

    An operation is the id of a piece (a slot where it is below `len(SLOTS)`), or
    `-(1 + 4 * symbol + mode)`.
    """

    pool: NDArray[np.uint8]  # all pieces, one after the other
    pieces: NDArray[np.int64]  # (pieces + 1,) offsets into pool
    symbols: NDArray[np.int64]  # (symbols + 1,) offsets into alternatives
    alternatives: NDArray[np.int64]  # (alternatives + 1,) offsets into operations
    operations: NDArray[np.int32]


@dataclass
class Compiler:
    """Collects pieces and symbols of all languages of a vocabulary into one `Code`."""

    ids: dict[str, int] = field(default_factory=dict)
    texts: list[bytes] = field(default_factory=lambda: [b""] * len(SLOTS))
    literals: dict[bytes, int] = field(default_factory=dict)
    rules: list[list[list[int]]] = field(default_factory=list)

    def piece(self, text: str) -> int:
        """The id of a piece of text."""
        data = text.encode()
        if data not in self.literals:
            self.literals[data] = len(self.texts)
            self.texts.append(data)
        return self.literals[data]

    def block(self, texts: Iterable[str]) -> int:
        """The first id of pieces that stand one after the other (never shared)."""
        first = len(self.texts)
        self.texts.extend(text.encode() for text in texts)
        return first

    def rule(self, name: str, alternatives: list[list[int]]) -> int:
        """Add or fill a symbol."""
        symbol = self.ids.setdefault(name, len(self.rules))
        if symbol == len(self.rules):
            self.rules.append([])
        self.rules[symbol] = alternatives
        return symbol

    def table(self, scope: str, common: str, entries: dict[str, str]) -> None:
        """Add every entry of one TOML table; `scope` is `language.trade`."""
        for name in entries:
            self.rule(f"{scope}.{name}", [])
        for name, body in entries.items():
            parts = re.split(r"[|\n]", body.strip("\n"))
            self.rule(f"{scope}.{name}", [self._parse(part, scope, common) for part in parts])

    def _parse(self, text: str, scope: str, common: str) -> list[int]:
        found: list[int] = []
        at = 0
        for match in _PART.finditer(text):
            if match.start() > at:
                found.append(self.piece(text[at : match.start()].replace("\\n", "\n")))
            found.append(self._reference(match[1], match[2], scope, common))
            at = match.end()
        if at < len(text):
            found.append(self.piece(text[at:].replace("\\n", "\n")))
        return found

    def _reference(self, mark: str, name: str, scope: str, common: str) -> int:
        mode = _MODES.get(mark, PLAIN)
        if name in SLOTS:
            return SLOTS.index(name)
        span = _RANGE.match(name)
        if span:
            return -(1 + 4 * self._numbers(int(span[1]), int(span[2])) + mode)
        for key in (f"{scope}.{name}", f"{common}.{name}"):
            if key in self.ids:
                return -(1 + 4 * self.ids[key] + mode)
        raise InputError(f"a grammar speaks of {{{name}}}, which no table defines", where=scope)

    def _numbers(self, low: int, high: int) -> int:
        key = f"#{low}-{high}"
        if key not in self.ids:
            step = max(1, (high - low) // _MOST_VALUES)
            self.rule(key, [[self.piece(str(n))] for n in range(low, high + 1, step)])
        return self.ids[key]

    def code(self) -> Code:
        """The arrays for the kernels."""
        flat = [alternative for rule in self.rules for alternative in rule]
        return Code(
            np.frombuffer(b"".join(self.texts), np.uint8).copy(),
            _offsets(len(text) for text in self.texts),
            _offsets(len(rule) for rule in self.rules),
            _offsets(len(alternative) for alternative in flat),
            np.array([operation for alternative in flat for operation in alternative], np.int32),
        )


def _offsets(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.fromiter(lengths, np.int64))]).astype(np.int64)


@cache
def tables(vocabulary: str, language: str) -> dict[str, dict[str, str]]:
    """The TOML tables of one language; `UsageError` for an unknown vocabulary."""
    if vocabulary not in VOCABULARIES:
        raise UsageError(
            f"there is no vocabulary {vocabulary!r}",
            where="--vocabulary",
            hint="choose one of " + ", ".join(VOCABULARIES),
        )
    folder = files(__package__) / "grammars"
    path = folder / vocabulary / f"{language}.toml"
    if not path.is_file():  # some languages have one set of words only
        path = folder / VOCABULARIES[0] / f"{language}.toml"
    found: dict[str, dict[str, str]] = tomllib.loads(path.read_text("utf-8"))
    return found
