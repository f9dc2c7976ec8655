"""Singles and campaigns in prose: a template with slots, and its many renderings."""

from __future__ import annotations

from random import Random
from typing import Protocol, TypeVar

from bench.sets.evasion import evade, unaccented
from bench.sets.recipe import Recipe
from bench.sets.speech import SLOTS

W = TypeVar("W")
Token = str | int  # a word, or the index of a slot of the template


class Voice(Protocol):
    """What can write sentences: a pseudo-language or the natural grammar."""

    rng: Random
    joiner: str
    stop: str
    stock: tuple[str, ...]

    def take(self, count: int) -> list[str]:
        """Some words."""

    def sentences(self, words: int) -> list[list[str]]:
        """Sentences of together about `words` words."""

    def value(self, slot: str) -> str:
        """A value for a slot."""


def written(sentences: list[list[str]], voice: Voice, capital: bool) -> str:
    """Sentences as text."""
    joiner, stop = voice.joiner, voice.stop
    texts = []
    for words in sentences:
        text = joiner.join(words)
        texts.append(text[:1].upper() + text[1:] + stop if capital else text + stop)
    return (" " if joiner else "").join(texts)


def single(recipe: Recipe, voice: Voice) -> list[list[str]]:
    """The sentences of a listing that belongs to no campaign; slots stand anywhere in it."""
    rng = voice.rng
    sentences = voice.sentences(rng.randint(*(recipe.alone or recipe.words)))
    for slot in () if recipe.alone else SLOTS:
        if rng.random() < 0.85:
            sentence, at = _place(sentences, recipe.ends, rng)
            sentence.insert(at, voice.value(slot))
    return sentences


def _place(sentences: list[list[W]], ends: bool, rng: Random) -> tuple[list[W], int]:
    """A sentence and a position in it: at the two ends of the text, or anywhere."""
    if ends:
        first = rng.random() < 0.5
        sentence = sentences[0 if first else -1]
        return sentence, 0 if first else len(sentence)
    sentence = rng.choice(sentences)
    return sentence, rng.randint(0, len(sentence))


class Template:
    """One campaign: its sentences with slots, and how its listings vary."""

    def __init__(self, recipe: Recipe, voice: Voice) -> None:
        rng = voice.rng
        self.recipe, self.voice = recipe, voice
        self.rate = rng.choice(recipe.rates)
        self.sentences: list[list[Token]] = [
            list(s) for s in voice.sentences(rng.randint(*recipe.words))
        ]
        self.phones = [voice.value("phone") for _ in range(rng.randint(1, 6))]
        self.new_phones = rng.random() < recipe.own_phone
        self.evasion = 0.0
        if recipe.evasion and rng.random() < recipe.evaded:
            self.evasion = rng.uniform(*recipe.evasion)
        self.padded = recipe.padding is not None and rng.random() < recipe.padded
        self.slots: list[list[str] | str] = []
        for kind in SLOTS:
            self._put(kind)
        for _ in range(rng.randint(*recipe.scattered)):
            if rng.random() < 0.5:
                self._put([voice.joiner.join(voice.take(rng.randint(1, 2))) for _ in range(4)])
            else:
                self._put("word")

    def _put(self, slot: list[str] | str) -> None:
        ends = self.recipe.ends and slot in SLOTS
        sentence, at = _place(self.sentences, ends, self.voice.rng)
        sentence.insert(at, len(self.slots))
        self.slots.append(slot)

    def _fill(self, slot: list[str] | str) -> str:
        voice = self.voice
        if isinstance(slot, list):
            return voice.rng.choice(slot)
        if slot == "word":
            return voice.take(1)[0]
        if slot == "phone" and not self.new_phones:
            return voice.rng.choice(self.phones)
        return voice.value(slot)

    def render(self) -> list[list[str]]:
        """The sentences of one more listing of the campaign."""
        voice, rate = self.voice, self.rate
        rng = voice.rng
        chance = rng.random
        out: list[list[str]] = []
        for sentence in self.sentences:
            words: list[str] = []
            for token in sentence:
                if isinstance(token, int):
                    words.append(self._fill(self.slots[token]))
                elif rate and chance() < rate:
                    what = chance()
                    if what < 0.6:  # another word
                        words.append(voice.take(1)[0])
                    elif what < 0.8:  # one more word
                        words += [token, voice.take(1)[0]]
                else:
                    words.append(token)
            if words:
                out.append(words)
        if self.evasion:
            technique, share = self.recipe.technique, self.evasion
            out = [
                [evade(w, rng, technique) if chance() < share else w for w in words]
                for words in out
            ]
        if self.padded:
            out = self._pad(out)
        return out

    def _pad(self, sentences: list[list[str]]) -> list[list[str]]:
        recipe, rng = self.recipe, self.voice.rng
        assert recipe.padding is not None
        share = rng.uniform(*recipe.padding)
        own = sum(map(len, sentences))
        mixed = sentences + self.voice.sentences(round(own * share / (1 - share)))
        rng.shuffle(mixed)
        return mixed


def loosened(sentences: list[list[str]], share: float, rng: Random) -> list[list[str]]:
    """The sentences with a share of the words written without accents or decomposed."""
    return [[unaccented(w, rng) if rng.random() < share else w for w in s] for s in sentences]


def noisy(sentences: list[list[str]], share: float, rng: Random) -> list[list[str]]:
    """The sentences with a share of the words shouted or followed by odd marks or a line break."""
    marks = ("!", "!!!", "...", ",", " -", " *", "\n", " ~", "?")
    out = []
    for sentence in sentences:
        words = []
        for word in sentence:
            if rng.random() < share:
                word = word.upper() if rng.random() < 0.5 else word + rng.choice(marks)
            words.append(word)
        out.append(words)
    return out
