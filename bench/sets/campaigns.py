"""From a recipe to texts: how big the campaigns are, who speaks, what is added to every text."""

from __future__ import annotations

from random import Random

from bench.sets.forms import forms
from bench.sets.natural import Natural
from bench.sets.prose import Template, Voice, loosened, noisy, single, written
from bench.sets.recipe import Recipe
from bench.sets.sheets import Sheets
from bench.sets.speech import Phones, Speech
from bench.sets.strangers import Goods, Quotes, Website

_BIGGEST = 5000
_SOURCES: dict[str, type[Natural] | type[Sheets]] = {
    "natural": Natural,
    "sheets": Sheets,
    "goods": Goods,
    "website": Website,
    "quotes": Quotes,
}


def sizes(recipe: Recipe, listings: int, rng: Random) -> list[int]:
    """Sizes of the campaigns, together the planted share of `listings` (or one less)."""
    left = int(recipe.planted * listings)
    biggest = min(_BIGGEST, max(2, left // 3))
    out: list[int] = []
    while left >= 2:
        if recipe.sizes == "pairs":
            size = 2
        elif recipe.sizes == "zipf":
            size = min(biggest, int(2 * rng.paretovariate(0.9)))
        else:
            size = rng.randint(5, 40)
        size = min(size, left)
        if left - size == 1:
            size += 1
        out.append(size)
        left -= size
    return out


class Maker:
    """Makes the texts of one set."""

    def __init__(self, recipe: Recipe, which: str, rng: Random) -> None:
        self.recipe, self.rng = recipe, rng
        phones = Phones(rng.getrandbits(24))
        self.voices: list[Voice]
        if recipe.source in _SOURCES:
            self.voices = [_SOURCES[recipe.source](which, rng.getrandbits(32), phones)]
        else:
            self.voices = [
                Speech(language, which, rng.getrandbits(32), phones)
                for language in recipe.languages
            ]
        self._lent: list[list[str]] = []  # sentences that singles may copy
        desks = 10 if recipe.switchboard else 0
        self._desks = [self.voices[0].value("phone") for _ in range(desks)]
        self.forms = forms(recipe, self.voices, rng) if recipe.forms else []

    def campaign(self, size: int) -> list[str]:
        """The texts of one campaign."""
        recipe, rng = self.recipe, self.rng
        capital = rng.random() < 0.8
        if self.forms and rng.random() < recipe.form_campaigns:
            form = rng.choice(self.forms)
            values = form.values()
            return [form.written(form.reposted(values)) for _ in range(size)]
        if recipe.bilingual:
            pair = [Template(recipe, voice) for voice in self.voices]
            return [self._two([(t.voice, t.render()) for t in pair], capital) for _ in range(size)]
        if recipe.tongues:
            tongues = [Template(recipe, voice) for voice in self.voices]
            phone = [[self.voices[0].value("phone")]]
            some = [rng.choice(tongues) for _ in range(size)]
            return [self._finish(t.render() + phone, t.voice, capital) for t in some]
        template = Template(recipe, rng.choice(self.voices))
        if recipe.borrowed:
            self._lent += template.render()
        return [self._finish(template.render(), template.voice, capital) for _ in range(size)]

    def single(self) -> str:
        """The text of a listing that belongs to no campaign."""
        recipe, rng = self.recipe, self.rng
        if self.forms and rng.random() < recipe.forms:
            form = rng.choice(self.forms)
            return form.written(form.values())
        capital = rng.random() < 0.8
        if recipe.bilingual:
            return self._two([(v, single(recipe, v)) for v in self.voices], capital)
        voice = rng.choice(self.voices)
        sentences = single(recipe, voice)
        if self._lent and rng.random() < recipe.borrowed:
            for _ in range(rng.randint(1, 2)):
                sentences.insert(rng.randint(0, len(sentences)), rng.choice(self._lent))
        if self._desks and rng.random() < recipe.switchboard:
            sentences.append([rng.choice(self._desks)])
        return self._finish(sentences, voice, capital)

    def _two(self, parts: list[tuple[Voice, list[list[str]]]], capital: bool) -> str:
        self.rng.shuffle(parts)
        return "\n".join(written(sentences, voice, capital) for voice, sentences in parts)

    def _finish(self, sentences: list[list[str]], voice: Voice, capital: bool) -> str:
        recipe, rng = self.recipe, self.rng
        if recipe.loose_accents:
            sentences = loosened(sentences, recipe.loose_accents, rng)
        if recipe.noise:
            sentences = noisy(sentences, recipe.noise, rng)
        if recipe.stock and rng.random() < recipe.stock:
            sentences = list(sentences)
            for _ in range(rng.randint(*recipe.stock_count)):
                self._add_stock(sentences, voice)
        return written(sentences, voice, capital)

    def _add_stock(self, sentences: list[list[str]], voice: Voice) -> None:
        recipe, rng = self.recipe, self.rng
        kinds = min(recipe.stock_kinds, len(voice.stock) + 1 - recipe.stock_block)
        # A long tail: the first of thirty comes some ten times as often as the last.
        pick = rng.randrange(kinds) if kinds <= 6 else int(kinds * rng.random() ** 1.8)
        at = len(sentences) if recipe.stock_at == "end" else rng.randint(0, len(sentences))
        block = voice.stock[pick : pick + recipe.stock_block]
        sentences[at:at] = [[sentence] for sentence in block]
