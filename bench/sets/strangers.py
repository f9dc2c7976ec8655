"""Strangers whose listings look alike: one model of goods, one website's frame, one well-known quote.

A seller's own words are what tells parties apart here; see `bench.classes` for the classes.
"""

from __future__ import annotations

from random import Random

from bench.sets.natural import Natural, phrases
from bench.sets.speech import Phones

_MODELS, _FRAMES, _QUOTES = 60, 10, 24
_STATES = (
    *("like new", "used", "good condition", "boxed", "works fine", "barely used", "as new"),
    *("some wear", "never opened", "tested", "with case", "no charger", "with receipt"),
)
_LABELS = (
    *("Office", "Agent", "Reference", "Available from", "Floor", "Rooms", "Deposit", "Heating"),
    *("Telephone", "Opening hours", "Viewing", "Energy class"),
)


class Goods(Natural):
    """Ads of 5 to 12 words for a few popular models, as many sellers write them."""

    def __init__(self, which: str, seed: int, phones: Phones) -> None:
        super().__init__(which, seed, phones)
        fixed, words = Random(f"models/{which}"), phrases(which).words
        self._models = [
            f"{fixed.choice(words['brand'])} {fixed.randint(2, 99)} {fixed.choice(('64', '128', '256'))} GB"
            for _ in range(_MODELS)
        ]

    def line(self) -> list[str]:
        """One ad without a word of the seller's own."""
        rng, words = self.rng, phrases(self._which).words
        # The first models are in every street, the last ones seldom.
        parts = [self._models[int(_MODELS * rng.random() ** 2)], rng.choice(words["colour"][:12])]
        parts += rng.sample(_STATES, rng.randint(0, 2))
        if rng.random() < 0.7:
            parts.append(rng.choice(words["city"][:80]))
        if rng.random() < 0.8:
            parts.append(f"${rng.randint(5, 60) * 10}")
        return " ".join(parts).split()

    def sentences(self, words: int) -> list[list[str]]:
        """An ad, then nothing for a stranger; a campaign asks for `words` of its own besides."""
        return [self.line(), self.take(words)] if words else [self.line()]


class Website(Natural):
    """Rentals and jobs on the frame of one of ten website builders, filled in by each agency."""

    def __init__(self, which: str, seed: int, phones: Phones) -> None:
        super().__init__(which, seed, phones)
        fixed = Natural(which, 4, Phones(4))
        fixed.rng = Random(f"frames/{which}")
        self._frames = []
        for _ in range(_FRAMES):
            labels = fixed.rng.sample(_LABELS, 6)
            self._frames.append((labels, [fixed.sentences(14)[0] for _ in range(4)]))

    def sentences(self, words: int) -> list[list[str]]:
        """A frame with its stock sentences and values, and `words` words about the object."""
        rng = self.rng
        labels, stock = rng.choice(self._frames)
        fields = [[*f"{label}:".split(), *self._value(label)] for label in labels]
        # Copies: whoever asked puts slots into the sentences, and the frame must stay as it is.
        first, second, *last = map(list, stock)
        return [first, *super().sentences(words), second, *fields, *last]

    def _value(self, label: str) -> list[str]:
        if label == "Telephone":
            return [self.value("phone")]
        if label in {"Reference", "Deposit"}:
            return [str(self.rng.randint(100, 9999))]
        if label in {"Floor", "Rooms"}:
            return [str(self.rng.randint(1, 6))]
        return self.take(self.rng.randint(1, 3))


class Quotes(Natural):
    """Half of all listings carry a quote, lyric or disclaimer of 20 to 50 words that many know."""

    def __init__(self, which: str, seed: int, phones: Phones) -> None:
        super().__init__(which, seed, phones)
        fixed = Natural(which, 5, Phones(5))
        fixed.rng = Random(f"quotes/{which}")
        self._quotes = [fixed.take(fixed.rng.randint(20, 50)) for _ in range(_QUOTES)]

    def sentences(self, words: int) -> list[list[str]]:
        """A text of `words` words, and in half of the cases a quote somewhere in it."""
        out = super().sentences(words)
        if self.rng.random() < 0.5:
            quote = self._quotes[int(_QUOTES * self.rng.random() ** 1.5)]
            out.insert(self.rng.randint(0, len(out)), list(quote))
        return out
