"""A speech draws running text from a vocabulary: words, sentences, values for slots.

Words are drawn in blocks with numpy and handed out from lists: a million listings take a minute.
"""

from __future__ import annotations

from random import Random

import numpy as np

from bench.sets.vocabulary import Vocabulary, vocabulary

_BLOCK = 1 << 16
_SHIFT = 2.7  # Mandelbrot's correction: the first ranks are not that dominant
_CONTENT_SHIFT = 10.0  # among content words less so: the first is 1 % of running text
SLOTS = ("name", "goods", "city", "price", "phone")


class Phones:
    """Phone numbers that never repeat: two parties share a number only where it is planted.

    A walk with a stride coprime to the count of numbers of a shape, so that none comes twice, from
    a start that depends on the seed. Ten digits are read as North American (area code, exchange
    from 200, line).
    """

    _STRIDE = 4_812_345_671  # odd, no multiple of 3, 5 or 11

    def __init__(self, seed: int) -> None:
        self._at = seed * 7_368_787 + 1

    def fill(self, shape: str) -> str:
        """The next number in a shape such as '(###) ###-####' ('#' is a digit)."""
        self._at += 1
        wanted = shape.count("#")
        if wanted == 10:
            number = self._at * self._STRIDE % (len(AREAS) * 792 * 10_000)
            rest, line = divmod(number, 10_000)
            area, exchange = divmod(rest, 792)
            digits = f"{AREAS[area]}{200 + exchange}{line:04d}"
        else:
            digits = f"{self._at * self._STRIDE % 10**wanted:0{wanted}d}"
        return shape.replace("#", "{}").format(*digits)


AREAS = (
    *("201", "202", "203", "205", "206", "207", "208", "209", "210", "212", "213", "214", "215"),
    *("216", "217", "218", "219", "224", "225", "228", "229", "231", "234", "239", "240", "248"),
)


class Speech:
    """One language spoken by one random source."""

    def __init__(self, language: str, which: str, seed: int, phones: Phones) -> None:
        self.words: Vocabulary = vocabulary(language, which)
        self.joiner = self.words.letters.joiner
        self.stop = self.words.letters.stop
        self.stock = self.words.stock
        self.rng = Random(seed)
        self._draws = np.random.default_rng(seed)
        self._phones = phones
        self._block: list[str] = []
        self._at = 0
        common, content = self.words.common, self.words.content
        self._all = np.array([*common, *content], dtype=object)
        zipf = 1.0 / (np.arange(len(content)) + _CONTENT_SHIFT)
        few = 1.0 / (np.arange(len(common)) + _SHIFT)
        share = self.words.common_share
        weights = np.concatenate([few / few.sum() * share, zipf / zipf.sum() * (1 - share)])
        self._cumulative = np.cumsum(weights)

    def take(self, count: int) -> list[str]:
        """The next `count` words of running text."""
        if self._at + count > len(self._block):
            picks = np.searchsorted(self._cumulative, self._draws.random(max(_BLOCK, count)))
            self._block = self._all[np.minimum(picks, len(self._all) - 1)].tolist()
            self._at = 0
        self._at += count
        return self._block[self._at - count : self._at]

    def sentences(self, words: int) -> list[list[str]]:
        """Sentences of together about `words` words."""
        low, high = self.words.sentence
        out: list[list[str]] = []
        while words > 0:
            length = min(self.rng.randint(low, high), max(words, 3))
            out.append(self.take(length))
            words -= length
        return out

    def value(self, slot: str) -> str:
        """A value for a slot of one of the kinds in `SLOTS`."""
        rng, words = self.rng, self.words
        if slot == "name":
            return rng.choice(words.names)
        if slot == "goods":
            return rng.choice(words.goods)
        if slot == "city":
            return rng.choice(words.cities)
        if slot == "price":
            return words.letters.currency.format(rng.randint(2, 190) * 5)
        return self._phones.fill(words.letters.phone)
