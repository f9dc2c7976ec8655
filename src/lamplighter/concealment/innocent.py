"""Innocent explanations of a removed term that can be tested."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from lamplighter.concealment.courtesy import is_courtesy
from lamplighter.concealment.terms import Events, sequence_keys
from lamplighter.concealment.token_state import UNCLEAR
from lamplighter.signals.identifiers.handles import SERVICES
from lamplighter.text.tokens import hash_phrase

#: Words on both sides of a removed term that are looked at for a contact.
_BESIDE = 3
#: Share of removals that an explanation must cover.
_MOST = 0.8

_MESSENGERS = ("whats app", "insta", "fb", "tele gram", "sms", "messenger", "snap chat", "we chat")
#: Services whose names are words as well: a filter of such a word is told.
_ORDINARY = frozenset({"line", "signal"})

EXPLANATIONS = {
    "profanity": "a swear word, which platforms remove openly",
    "declared": "named in the platform's declared rules",
    "contact": "removed beside contact details, or the name of a messaging service, as privacy "
    "masking does",
    "courtesy": "a greeting, thanks or a sign-off",
    "abbreviation": "an abbreviation written out, or the other way round",
    "spelling": "a spelling put right",
    "date": "a date brought up to date",
    "measure": "a measure converted",
}


_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.[a-z]{2,}", re.I)


def by_itself(term: str) -> str | None:
    """The explanation that a term's own words give, whatever stood around it."""
    if _ADDRESS.fullmatch(term.strip()):
        return "contact"
    return "courtesy" if is_courtesy(term) else None


@cache
def profanity() -> tuple[str, ...]:
    """Mild swear words of `lexicon/mild_profanity.toml`, with their source there."""
    path = files("lamplighter").joinpath("lexicon", "mild_profanity.toml")
    words = tomllib.loads(path.read_text("utf-8"))["words"]
    return tuple(word for language in sorted(words) for word in words[language])


def messengers() -> tuple[str, ...]:
    """Names of services by which people are reached, as `signals` knows them, and usual spellings."""
    return tuple(sorted({*SERVICES, *_MESSENGERS} - _ORDINARY))


def keys_of(terms: Iterable[str]) -> set[int]:
    """Sequence keys of terms, read as listings are."""
    out = set()
    for term in terms:
        hashes = np.array(hash_phrase(term), np.uint32)
        if len(hashes):
            whole = sequence_keys(hashes, np.zeros(1, np.int64), np.array([len(hashes)]))
            out.add(int(whole[0]))
    return out


def beside_contact(
    events: Events, size: int, states: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> bool:
    """Whether nearly all removals of a term lie beside words that went with a contact."""
    gone = events.gone
    if not gone.any():
        return False
    token, pair = events.token[gone], events.pair[gone]
    low = np.maximum(token - _BESIDE, offsets[pair])
    high = np.minimum(token + size + _BESIDE, offsets[pair + 1])
    unclear = np.zeros(len(token), bool)
    for step in range(size + 2 * _BESIDE):
        at = low + step
        inside = at < high
        unclear |= inside & ((states[np.minimum(at, len(states) - 1)] & 3) == UNCLEAR)
    return bool(unclear.mean() >= _MOST)
