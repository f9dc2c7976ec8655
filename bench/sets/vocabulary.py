"""Vocabularies: words of a pseudo-language with names, goods, cities and stock sentences."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from random import Random

from bench.sets.letters import LETTERS, Letters

WHICH = ("dev", "held-out")
_STOCK = 30


@dataclass(frozen=True)
class Vocabulary:
    """All words a language has. `common` are frequent and short; `content` follow Zipf's law."""

    language: str
    which: str
    letters: Letters
    common: tuple[str, ...]
    content: tuple[str, ...]
    names: tuple[str, ...]
    goods: tuple[str, ...]
    cities: tuple[str, ...]
    sentence: tuple[int, int]  # fewest and most words of a sentence
    common_share: float
    stock: tuple[str, ...]  # stock sentences, without the stop


def _word(letters: Letters, rng: Random) -> str:
    # The shorter of two draws: as in a real language, most words are short.
    count = min(rng.randint(letters.shortest, letters.longest) for _ in range(2))
    return letters.within.join(
        rng.choice(letters.onsets) + rng.choice(letters.nuclei) + rng.choice(letters.codas)
        for _ in range(count)
    )


def _distinct(letters: list[Letters], rng: Random, count: int, seen: set[str]) -> tuple[str, ...]:
    found: list[str] = []
    tries = 0
    while len(found) < count and tries < 60 * count:
        tries += 1
        word = _word(rng.choice(letters), rng)
        if word and word not in seen:
            seen.add(word)
            found.append(word)
    return tuple(found)


@cache
def vocabulary(language: str, which: str) -> Vocabulary:
    """The words of `language` in the vocabulary `which`; the same in every run and for any seed."""
    if which not in WHICH:
        raise ValueError(f"no vocabulary {which!r}; there are {', '.join(WHICH)}")
    rng = Random(zlib.crc32(f"{language}/{which}".encode()))
    parts = ["kanji", "kanji", "katakana", "kana"] if language == "japanese" else [language]
    inventories = [LETTERS[part, which] for part in parts]
    letters, held_out = inventories[0], which == "held-out"
    seen = set(_words_of_dev(language)) if held_out else set()
    common_from = [LETTERS["kana", which]] if language == "japanese" else inventories
    common = sorted(_distinct(common_from, rng, 240, seen), key=lambda w: (len(w), w))[:60]
    rng.shuffle(common)
    content = _distinct(inventories, rng, 3600 if held_out else 3000, seen)
    capital = str.capitalize
    names = tuple(map(capital, _distinct(inventories, rng, 150 if held_out else 200, seen)))
    goods = _distinct(inventories, rng, 160 if held_out else 120, seen)
    cities = tuple(map(capital, _distinct(inventories, rng, 90 if held_out else 120, seen)))
    sentence = (4, 17) if held_out else (6, 12)
    share = 0.30 if held_out else 0.40
    stock = tuple(
        letters.joiner.join(
            rng.choice(common) if rng.random() < share else rng.choice(content)
            for _ in range(rng.randint(8, 15))
        )
        for _ in range(_STOCK)
    )
    return Vocabulary(
        language,
        which,
        letters,
        tuple(common),
        content,
        names,
        goods,
        cities,
        sentence,
        share,
        stock,
    )


def _words_of_dev(language: str) -> set[str]:
    dev = vocabulary(language, "dev")
    words = {*dev.common, *dev.content, *dev.goods, *dev.names, *dev.cities}
    return words | {word.lower() for word in words}
