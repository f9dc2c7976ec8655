"""The words that decide whether a token is worth a closer look, for the one pass over all bytes.

Nearly all tokens are plain ASCII words that mean nothing here. A trie with a narrow row for each
state (64 bytes: a cache line) tells them apart while the pass looks for their end.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.signals.identifiers.glyphs import NUMERAL, SEPARATOR, STRONG_AT, glyphs
from lamplighter.signals.identifiers.hints import hint_words
from lamplighter.signals.identifiers.vocabulary import (
    DIGIT,
    FILLER,
    MULTIPLE,
    PLUS_SIGN,
    SOFT,
    entries,
)

# Classes of a byte: a letter's number in the low bits, and
ALPHA, STRONG, FIGURE, PLAIN_END = 32, 64, 128, 31
"""ASCII letter; one drawn like a digit; ASCII digit; anything that ends a plain word."""

#: When a word counts.
ALWAYS, INSIDE = 1, 2


class Quick(NamedTuple):
    """`step[state, letter]`; states from `spoken` on end a number word.

    `hints[state]` are the hint bits of a word, `counts[state]` is ALWAYS for a number word,
    INSIDE for a word that counts only between digits; `means[state]` is its payload in the vocabulary.
    """

    classes: NDArray[np.uint8]
    step: NDArray[np.int16]
    counts: NDArray[np.uint8]
    means: NDArray[np.int16]
    hints: NDArray[np.uint64]
    spoken: int


@cache
def quick() -> Quick:
    """Build it (once a process)."""
    numbers = {
        word: (kind, value)
        for word, (kind, value) in entries().items()
        if (DIGIT <= kind <= MULTIPLE or kind in (FILLER, SOFT)) and _plain(word)
    }
    hinted = {word: bits for word, bits in hint_words().items() if _plain(word)}
    nodes: list[dict[int, int]] = [{}, {}]
    ends: dict[int, str] = {}
    # The folded vocabulary writes l as i: words are entered with both.
    for word in sorted({*numbers, *hinted}):
        at = 1
        for letter in word:
            at = nodes[at].setdefault(_letter(letter), len(nodes))
            if at == len(nodes):
                nodes.append({})
        ends[at] = word
    last = [
        at
        for at in range(len(nodes))
        if DIGIT <= numbers.get(ends.get(at, ""), (0, 0))[0] <= MULTIPLE
    ]
    order = [at for at in range(len(nodes)) if at not in set(last)] + last
    place = {at: new for new, at in enumerate(order)}
    step = np.zeros((len(nodes), 32), np.int16)
    counts, means = np.zeros(len(nodes), np.uint8), np.zeros(len(nodes), np.int16)
    hints = np.zeros(len(nodes), np.uint64)
    for at, node in enumerate(nodes):
        for letter, following in node.items():
            step[place[at], letter] = place[following]
        if at in ends:
            kind, value = numbers.get(ends[at], (0, 0))
            always = DIGIT <= kind <= MULTIPLE or (kind, value) == (FILLER, PLUS_SIGN)
            counts[place[at]] = ALWAYS if always else (INSIDE if kind else 0)
            means[place[at]] = 256 * kind + value
            hints[place[at]] = hinted.get(ends[at], 0)
    return Quick(_classes(), step, counts, means, hints, len(nodes) - len(last))


def _plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _letter(letter: str) -> int:
    """1 to 26; the look-alikes l and i are one, as everywhere."""
    return ord("i" if letter == "l" else letter) - 96


def _classes() -> NDArray[np.uint8]:
    """(256,) by byte. Apostrophes and bytes of other characters are none of these: 0."""
    classes = np.zeros(256, np.uint8)
    for byte in range(128):
        cell = int(glyphs()[byte])
        character = chr(byte)
        if character.isalpha():
            classes[byte] = ALPHA | _letter(character.lower()) | STRONG * (cell >> STRONG_AT & 1)
        elif cell & 31 == NUMERAL:
            classes[byte] = FIGURE
        elif cell & 31 >= SEPARATOR:
            classes[byte] = PLAIN_END
    return classes
