"""A lexicon's phrases as arrays and tables for the kernel that looks for them."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.phrases import Form
from lamplighter.signals.tables import Table, table
from lamplighter.text.fold import fold_word
from lamplighter.text.tokens import tokenise

Numbers = NDArray[np.int64]
Codes = NDArray[np.int32]

# Codes of a phrase's places: a class of words (0 and up), any number, or a gap of n as -1 - n.
NUMBER = -1
#: So common, or so short, that looking for the phrase at another of its words is quicker.
_COMMON = frozenset(
    ("with", "from", "your", "have", "only", "will", "that", "this", "they", "what", "when",
     "more", "must", "after", "before", "for", "and", "the", "you", "not", "are", "can", "may",
     "all", "our", "out", "has", "was", "who", "him", "her", "she", "his", "does", "into", "per",
     "que", "con", "por", "los", "las", "para", "des", "les", "pour", "avec", "und", "der", "die",
     "das", "mit", "com", "uma")
)  # fmt: skip


class Matcher(NamedTuple):
    """A lexicon compiled for the kernel."""

    items: Codes  #: places of all phrases
    bounds: Numbers  #: phrase p is items[bounds[p]:bounds[p+1]]
    entry: Numbers  #: entry of each phrase
    anchors: Table  #: hash of a word → 1 + its number in `places`
    places: Numbers  #: phrases of anchor k are pairs[places[k]:places[k+1]]
    pairs: Numbers  #: (phrase, places before the anchor), flat
    members: Table  #: class and hash of a word → 1, for all words of all classes
    barred: Table  #: words that a gap does not reach over
    bloom: NDArray[np.uint8]  #: one bit for each 16-bit prefix of an anchor's hash
    spelled: dict[int, frozenset[str]]  #: hash → the folded words that have it


@lru_cache(maxsize=8)
def compile_lexicon(lexicon: Lexicon, barred: frozenset[str] = frozenset()) -> Matcher:
    """Prepare a lexicon; gaps do not reach over the words of `barred` (negations)."""
    phrases: list[tuple[int, tuple[frozenset[int] | int, ...]]] = []
    spelled: dict[int, set[str]] = {}
    for number, entry in enumerate(lexicon.entries):
        for written in entry.forms:
            phrases.extend((number, code) for code in _codes(written, spelled))
    phrases = list(dict.fromkeys(phrases))
    classes: dict[frozenset[int], int] = {}
    usage: dict[int, int] = {}
    for _, form in phrases:
        for item in form:
            if isinstance(item, frozenset):
                classes.setdefault(item, len(classes))
                for word in item:
                    usage[word] = usage.get(word, 0) + 1
    anchored: dict[int, list[int]] = {}
    for phrase, (_, form) in enumerate(phrases):
        offset, words = _anchor(form, usage, spelled)
        for word in words:
            anchored.setdefault(word, []).extend((phrase, offset))
    flat = [
        item if isinstance(item, int) else classes[item] for _, form in phrases for item in form
    ]
    bloom = np.zeros(8192, np.uint8)
    for word in anchored:
        bloom[word >> 19] |= 1 << (word >> 16 & 7)
    lengths = [len(pairs) for pairs in anchored.values()]
    return Matcher(
        items=np.array(flat, np.int32),
        bounds=np.cumsum([0, *(len(form) for _, form in phrases)]).astype(np.int64),
        entry=np.array([number for number, _ in phrases], np.int64),
        anchors=table({_key(word): at + 1 for at, word in enumerate(anchored)}),
        places=np.cumsum([0, *lengths]).astype(np.int64),
        pairs=np.array([value for pairs in anchored.values() for value in pairs], np.int64),
        members=table({_key(word, at): 1 for words, at in classes.items() for word in words}),
        barred=table({_key(word): 1 for word in _hashes(sorted(barred))}),
        bloom=bloom,
        spelled={word: frozenset(found) for word, found in spelled.items()},
    )


def word_hashes(word: str, spelled: dict[int, set[str]] | None = None) -> list[int]:
    """The hashes of the tokens that a word or phrase gives; notes how each is spelled, folded."""
    texts = pa.array([word], pa.large_string())
    tokens = tokenise(texts)
    raw = word.encode()
    if spelled is not None:
        for at in range(len(tokens.hashes)):
            text = raw[tokens.starts[at] : tokens.ends[at]].decode()
            spelled.setdefault(int(tokens.hashes[at]), set()).add(bare(text))
    return [int(value) for value in tokens.hashes]


def bare(raw: str) -> str:
    """A token's text as it reads: folded, without what was put between its letters."""
    letters = "".join(sign for sign in raw if not sign.isspace())
    return "".join(sign for sign in fold_word(letters) if sign.isalnum())


def _hashes(words: list[str]) -> list[int]:
    found = [word_hashes(word) for word in words]
    return list(dict.fromkeys(hashes[0] for hashes in found if len(hashes) == 1))


def _key(word: int, group: int = 0) -> int:
    """A table's key of a word in a group: never 0."""
    return (group + 1) << 32 | word


def _codes(form: Form, spelled: dict[int, set[str]]) -> list[tuple[frozenset[int] | int, ...]]:
    """The forms with hashes for words. A word of an unspaced script gives several tokens."""
    choices: list[list[tuple[frozenset[int] | int, ...]]] = []
    for item in form:
        if isinstance(item, int):
            choices.append([(NUMBER if item == 0 else -1 - item,)])
            continue
        tokens = [word_hashes(word, spelled) for word in item]
        single = frozenset(hashes[0] for hashes in tokens if len(hashes) == 1)
        options: list[tuple[frozenset[int] | int, ...]] = [(single,)] if single else []
        options.extend(
            tuple(frozenset((word,)) for word in hashes) for hashes in tokens if len(hashes) > 1
        )
        choices.append(options)
    return [tuple(item for part in parts for item in part) for parts in product(*choices)]


def _anchor(
    form: tuple[frozenset[int] | int, ...], usage: dict[int, int], spelled: dict[int, set[str]]
) -> tuple[int, frozenset[int]]:
    """The place, before any gap, whose words are the least common, and these words."""
    best: tuple[int, int] | None = None
    for at, item in enumerate(form):
        if isinstance(item, int):
            if item == NUMBER:
                continue
            break
        cost = 0
        for word in item:
            names = spelled.get(word, set())
            common = any(name in _COMMON or len(name) <= 2 for name in names)
            cost += usage[word] + (1000 if common else 0)
        if best is None or (cost, at) < best:
            best = (cost, at)
    if best is None:
        raise ValueError("a phrase needs a word before its first gap")
    words = form[best[1]]
    assert isinstance(words, frozenset)
    return best[1], words
