"""Filled-in forms: the same labels in many listings that have nothing to do with each other."""

from __future__ import annotations

from random import Random

from bench.sets.prose import Voice
from bench.sets.recipe import Recipe

_SMALL = 6  # values of a field with few values


class Form:
    """One kind of form: labels, the values each takes, and its layout."""

    def __init__(self, recipe: Recipe, voice: Voice) -> None:
        rng = self.rng = voice.rng
        self.voice = voice
        count = rng.randint(*recipe.form_fields)
        self.labels = [
            _capital(" ".join(voice.take(rng.choice((1, 2, 2, 3, 3, 4))))) for _ in range(count)
        ]
        layout = recipe.form_layout or rng.choice(("lines", "inline"))
        self.between = "\n" if layout == "lines" else rng.choice((" ", ", ", " | ", "; "))
        self.after = rng.choice((": ", " - ", " = ", ":"))
        # At least half of the fields take any value: two strangers must not fill in the same form.
        kinds = ["any"] * (count - count // 2)
        kinds += [rng.choice(("few", "few", "number", "slot", "any")) for _ in range(count // 2)]
        rng.shuffle(kinds)
        self.kinds = kinds
        self.lengths = [rng.choice(recipe.form_values) for _ in kinds]
        self.few = [[self._words(length) for _ in range(_SMALL)] for length in self.lengths]
        self.tail = rng.random() < 0.4  # a free remark at the end

    def _words(self, count: int) -> str:
        return self.voice.joiner.join(self.voice.take(count))

    def values(self) -> list[str]:
        """The values that one person fills in."""
        rng = self.rng
        out = []
        for kind, length, few in zip(self.kinds, self.lengths, self.few, strict=True):
            if kind == "few":
                out.append(rng.choice(few))
            elif kind == "number":
                out.append(str(rng.randint(1, 9999)))
            elif kind == "slot":
                out.append(self.voice.value(rng.choice(("name", "city", "price", "phone"))))
            else:
                out.append(self._words(length))
        if self.tail and rng.random() < 0.6:
            out.append(self._words(rng.randint(2, 10)))
        return out

    def written(self, values: list[str]) -> str:
        """The form with its values."""
        fields = [f"{a}{self.after}{b}" for a, b in zip(self.labels, values, strict=False)]
        return self.between.join(fields + values[len(self.labels) :])

    def reposted(self, values: list[str]) -> list[str]:
        """The same values with one or two of them changed: the next listing of a campaign."""
        changed, other = list(values), self.values()
        for at in self.rng.sample(range(len(self.labels)), self.rng.randint(1, 2)):
            changed[at] = other[at]
        return changed


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def forms(recipe: Recipe, voices: list[Voice], rng: Random) -> list[Form]:
    """The kinds of forms that a marketplace offers."""
    return [Form(recipe, rng.choice(voices)) for _ in range(rng.randint(*recipe.form_kinds))]
