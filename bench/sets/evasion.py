"""Ways in which a poster writes a word so that a filter misses it."""

from __future__ import annotations

import unicodedata
from random import Random

from bench.sets.recipe import TECHNIQUES

_LEET = str.maketrans(
    {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7", "b": "8", "g": "9", "l": "1"}
)
_LOOKALIKES = {
    # Cyrillic for Latin, and back for Cyrillic texts; then what other scripts lend.
    **dict(zip("aceopxyijs", "асеорхуіјѕ", strict=True)),
    **dict(zip("асеорхуі", "aceopxyi", strict=True)),
    **dict(zip("vunhkdlmtrbgwfqz", "νυոһκԁⅼｍｔｒｂɡԝｆԛｚ", strict=True)),
}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_EMOJI = ("🔥", "✨", "🌸", "💎", "⭐", "🍀", "🎈", "🌈", "☀️", "🚗", "🏠", "🛠️", "📦", "✅", "👉")
_SPACERS = (" ", " ", " ", ".", "-", "_", "*")


def leet(word: str, rng: Random) -> str:
    """Digits for letters that look alike; at least one letter, most of them."""
    changed = "".join(s.translate(_LEET) if rng.random() < 0.7 else s for s in word)
    return changed if changed != word else word.translate(_LEET)


def spacing(word: str, rng: Random) -> str:
    """The letters set apart: 'w o r d', 'w.o.r.d'."""
    return rng.choice(_SPACERS).join(word)


def homoglyph(word: str, rng: Random) -> str:
    """Letters of another script that look the same."""
    return "".join(_LOOKALIKES.get(s, s) if rng.random() < 0.6 else s for s in word)


def zero_width(word: str, rng: Random) -> str:
    """One to three characters of no width inside the word."""
    out = word
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(1, max(1, len(out) - 1))
        out = out[:at] + rng.choice(_ZERO_WIDTH) + out[at:]
    return out


def emoji(word: str, rng: Random) -> str:
    """An emoji after the word, glued on or set apart."""
    return word + rng.choice(("", " ")) + rng.choice(_EMOJI) * rng.choice((1, 1, 1, 2))


def unaccented(word: str, rng: Random) -> str:
    """The word without its accents, or with them as combining marks (NFD)."""
    decomposed = unicodedata.normalize("NFD", word)
    if rng.random() < 0.5:
        return decomposed
    return "".join(s for s in decomposed if not unicodedata.combining(s))


_WAYS = dict(zip(TECHNIQUES, (leet, spacing, homoglyph, zero_width, emoji), strict=True))
_DOMINANCE = 0.85


def evade(word: str, rng: Random, dominant: str | None) -> str:
    """The word by the `dominant` technique (mostly), or by any."""
    if dominant is None or rng.random() > _DOMINANCE:
        return _WAYS[rng.choice(TECHNIQUES)](word, rng)
    return _WAYS[dominant](word, rng)
