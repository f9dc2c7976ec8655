"""The word lists by which a term is judged in context, read from lexicon/contexts.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

import pyarrow as pa

from lamplighter.signals.phrase_compile import word_hashes
from lamplighter.signals.tables import Table, table
from lamplighter.text.fold import fold_word

# Bits of the groups of words that have a part of their own; those that explain follow.
STRONG, CORE, WEAK, PERSON, OFFERED, RECIPIENT, NEGATION, WORK = (1 << bit for bit in range(8))
FIRST_EXPLAINING = 8

# What a category tells.
OFFERS, OPEN, WORKS, EXPLAINS, EXCLUDES = range(5)

_SPLIT = re.compile(r"[>/|,;:»–—&]+| - ")
_WORD = re.compile(r"\w+")


class Contexts(NamedTuple):
    """`words`: hash → bits of its groups; `groups`: names of the explaining groups by bit."""

    words: Table
    groups: dict[int, str]
    says: dict[str, str]
    offering: frozenset[str]
    open: frozenset[str]
    work: frozenset[str]
    not_work: frozenset[str]
    #: Words that a phrase's gap does not reach over.
    barred: frozenset[str]

    def bit(self, name: str) -> int:
        """The bit of an explaining group; 0 if there is none of that name."""
        return next((bit for bit, known in self.groups.items() if known == name), 0)


@cache
def contexts() -> Contexts:
    """The packaged lists, read once a process."""
    path = resources.files("lamplighter").joinpath("lexicon/contexts.toml")
    data = tomllib.loads(path.read_text("utf-8"))
    lists: list[tuple[int, list[str]]] = [
        (STRONG, data["offering"]["strong"]),
        (CORE | WEAK, data["offering"]["core"]),
        (WEAK, data["offering"]["weak"]),
        (PERSON, data["person"]["nouns"]),
        (OFFERED, data["person"]["offered"]),
        (RECIPIENT, data["recipient"]["words"]),
        (NEGATION, data["negation"]["words"]),
        (WORK, data["work"]["words"]),
    ]
    groups: dict[int, str] = {}
    for number, (name, group) in enumerate(data["explains"].items()):
        groups[1 << (FIRST_EXPLAINING + number)] = name
        lists.append((1 << (FIRST_EXPLAINING + number), group["words"]))
    bits: dict[int, int] = {}
    for bit, words in lists:
        for word in words:
            hashes = word_hashes(word)
            # A word of an unspaced script gives several tokens: it cannot be a neighbour.
            if len(hashes) == 1:
                key = 1 << 32 | hashes[0]
                bits[key] = bits.get(key, 0) | bit
    categories = data["categories"]
    return Contexts(
        words=table(bits),
        groups=groups,
        says={
            "recipient": data["recipient"]["says"],
            "negation": data["negation"]["says"],
            **{name: group["says"] for name, group in data["explains"].items()},
        },
        offering=frozenset(_plain(name) for name in categories["offering"]),
        open=frozenset(_plain(name) for name in categories["open"]),
        work=frozenset(_plain(name) for name in categories["work"]),
        not_work=frozenset(_plain(name) for name in data["work"]["not_work"]),
        barred=frozenset(data["negation"]["words"] + data["gap"]["barred"]),
    )


def category_kinds(categories: pa.Array) -> tuple[list[str], list[int], list[int]]:
    """Of a dictionary array: its distinct values as given, their kinds, and the kind of null."""
    names = [name or "" for name in categories.dictionary.to_pylist()]
    return names, [_kind(name) for name in names], [OPEN]


def _kind(category: str) -> int:
    """Positive evidence only: a category that is not known to offer or to be open explains."""
    known = contexts()
    parts = [_plain(part) for part in (category, *_SPLIT.split(category))]
    whole, tail = parts[0], [part for part in parts[1:] if part]
    if whole in known.offering or any(part in known.offering for part in tail):
        return OFFERS
    if whole in known.open or (tail and all(part in known.open for part in tail)):
        return OPEN
    if any(f" {name} " in f" {whole} " for name in known.work):
        return WORKS
    if any(f" {name} " in f" {whole} " for name in known.not_work):
        return EXCLUDES
    return EXPLAINS


def _plain(name: str) -> str:
    return " ".join(fold_word(word) for word in _WORD.findall(name))
