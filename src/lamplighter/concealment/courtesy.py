"""Greetings, thanks and sign-offs, which say nothing of what is offered."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+")


class _Courtesies(NamedTuple):
    stretches: frozenset[tuple[str, ...]]  # of phrases: whole, or two words and more
    words: frozenset[str]
    beside: frozenset[str]


@cache
def _courtesies() -> _Courtesies:
    path = files("lamplighter").joinpath("lexicon", "courtesies.toml")
    held = tomllib.loads(path.read_text("utf-8"))
    of = {
        name: frozenset(word for words in held[name].values() for word in words)
        for name in ("words", "beside")
    }
    stretches = set()
    for phrases in held["phrases"].values():
        for words in (tuple(phrase.split()) for phrase in phrases):
            stretches.add(words)
            stretches |= {
                words[low:high]
                for low in range(len(words))
                for high in range(low + 2, len(words) + 1)
            }
    return _Courtesies(frozenset(stretches), of["words"], of["beside"])


def is_courtesy(term: str) -> bool:
    """Whether a term is one, by `lexicon/courtesies.toml`."""
    known = _courtesies()
    words = tuple(_WORD.findall(term.lower()))
    if words in known.stretches:
        return True
    inside = all(word in known.words or word in known.beside for word in words)
    return inside and any(word in known.words for word in words)
