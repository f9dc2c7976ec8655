"""Spec sheets: goods described by one frame for all, where strangers differ in digits only."""

from __future__ import annotations

from random import Random

from bench.sets.speech import Phones, Speech

_FRAMES = 12


class Sheets(Speech):
    """Writes a spec sheet of a common frame, then some words of its own.

    A frame has 22 to 32 words and 8 to 14 numbers. A tenth of the frames' words is a brand or
    model from a short list, so strangers share most words; what a seller adds is his own.
    """

    def __init__(self, which: str, seed: int, phones: Phones) -> None:
        super().__init__("plain", which, seed, phones)
        # The frames belong to the marketplace, not to the seed of one set.
        fixed = Random(f"frames/{which}")
        words = self.words
        self._frames = [
            [self._part(fixed) for _ in range(fixed.randint(32, 42))] for _ in range(_FRAMES)
        ]
        self._brands = words.names[:12]

    def _part(self, fixed: Random) -> str:
        chance = fixed.random()
        if chance < 0.28:
            return "#" * fixed.randint(1, 5)
        if chance < 0.36:
            return "@"
        return fixed.choice(self.words.common if chance < 0.5 else self.words.content[:400])

    def sheet(self) -> list[str]:
        """One frame, filled in with digits and a brand."""
        rng = self.rng
        out = []
        for part in rng.choice(self._frames):
            if part == "@":
                out.append(rng.choice(self._brands))
            elif part[0] == "#":
                out.append(str(rng.randint(10 ** (len(part) - 1), 10 ** len(part) - 1)))
            else:
                out.append(part)
        return out

    def sentences(self, words: int) -> list[list[str]]:
        """The sheet, then 10 to 24 words of one's own; the number asked for has no say."""
        return [self.sheet(), *super().sentences(self.rng.randint(10, 24))]
