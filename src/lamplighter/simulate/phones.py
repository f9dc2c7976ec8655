"""Phone numbers that validate but belong to no one in particular, and the ways they are written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.simulate.chance import below, mixed
from lamplighter.simulate.cities import COUNTRIES, cities
from lamplighter.simulate.grammar import Compiler

#: Exchanges 200-999 without the service codes N11, four digits each: numbers per prefix.
_EXCHANGES = np.array([n for n in range(200, 1000) if n % 100 != 11])
PER_PREFIX = len(_EXCHANGES) * 10_000
_STRIDE, _SHIFT = 5_851_493, 1_234_577  # prime, and prime to PER_PREFIX: a bijection

_WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
}
_LEET = "z3ro 0ne tw0 thr33 f0ur f1ve s1x s3ven e1ght n1ne"
_PLAIN = list("0123456789")
_FULL = list("０１２３４５６７８９")
_KEYCAPS = [f"{digit}\ufe0f\u20e3" for digit in _PLAIN]
#: Names of the styles; the first is plain, those with a language hold words of it.
STYLES = (
    "plain", "keycap", "full_width", "letters", "starred", "spaced", "leet",
    *(f"words_{language}" for language in _WORDS), *(f"mixed_{language}" for language in _WORDS),
)  # fmt: skip


def styles(compiler: Compiler) -> NDArray[np.int64]:
    """(styles, 22): pieces for the digits, for every second digit, between, punctuation stays."""
    letters = ["O", "l", *_PLAIN[2:]]
    rows = [
        (_PLAIN, _PLAIN, "", 1),
        (_KEYCAPS, _KEYCAPS, "", 0),
        (_FULL, _FULL, "", 1),
        (letters, letters, "", 1),
        (_PLAIN, _PLAIN, "*", 0),
        (_PLAIN, _PLAIN, " ", 0),
        (_LEET.split(), _LEET.split(), " ", 0),
        *((words.split(), words.split(), " ", 0) for words in _WORDS.values()),
        *((words.split(), _PLAIN, " ", 0) for words in _WORDS.values()),
    ]
    # A slot's empty piece has id 0; `put` of it writes nothing.
    return np.array(
        [
            [
                *(compiler.block([digit]) for digit in even),
                *(compiler.block([digit]) for digit in odd),
                compiler.block([between]) if between else 0,
                stays,
            ]
            for even, odd, between, stays in rows
        ],
        np.int64,
    )


class Numbers:
    """Gives every contact a number of its own: no two contacts share one by accident."""

    def __init__(self, compiler: Compiler) -> None:
        """Add the patterns of all countries to the pieces."""
        table = cities()
        self._prefixes = np.zeros((len(table.names), 4), np.int64)
        self._choices = np.array([len(prefixes) for prefixes in table.prefixes])
        self.digits = np.zeros(len(table.names), np.int64)
        self._patterns = np.zeros((len(table.names), 8), np.int64)
        self._ways = np.zeros(len(table.names), np.int64)
        self.international = np.zeros(len(table.names), np.int64)
        blocks = {code: compiler.block(c.patterns) for code, c in COUNTRIES.items()}
        for city, prefixes in enumerate(table.prefixes):
            country = COUNTRIES[table.countries[city]]
            self._prefixes[city, : len(prefixes)] = [int(prefix) for prefix in prefixes]
            self.digits[city] = len(prefixes[0]) + 7
            self._ways[city] = len(country.patterns)
            first = blocks[table.countries[city]]
            self._patterns[city, : len(country.patterns)] = first + np.arange(len(country.patterns))
            self.international[city] = compiler.block(
                [f"+{country.calling}" + "d" * int(self.digits[city])]
            )

    def number(self, contacts: NDArray[np.int64], city: NDArray[np.int64]) -> NDArray[np.int64]:
        """The national number of each contact, of the city that issued it.

        Distinct contacts below `PER_PREFIX` have distinct last seven digits; above it another
        prefix of the city is used, so that numbers repeat by accident only in markets with more
        contacts than two prefixes hold.
        """
        rest = (contacts % PER_PREFIX * _STRIDE + _SHIFT) % PER_PREFIX
        seven = _EXCHANGES[rest // 10_000] * 10_000 + rest % 10_000
        spread = mixed(rest, 33) % np.uint64(4)
        turn = (contacts // PER_PREFIX + spread.astype(np.int64)) % self._choices[city]
        found: NDArray[np.int64] = self._prefixes[city, turn] * 10_000_000 + seven
        return found

    def pattern(self, seeds: NDArray[np.uint64], city: NDArray[np.int64]) -> NDArray[np.int64]:
        """A way to write the number that is usual in the city's country, per seed."""
        found: NDArray[np.int64] = self._patterns[city, below(seeds, 31, self._ways[city])]
        return found
