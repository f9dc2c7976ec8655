"""The language of each listing, from its script, its letters and its small words.

A script that serves one language decides alone. Latin and Cyrillic letters and the small words
of a language (articles, prepositions) vote; a word of k languages gives each 1/k. Where no
language leads clearly, none is told. The words are those of the `stopwords-iso` collection.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.spans import text_bytes
from lamplighter.signals.tables import look_up, table
from lamplighter.text.tokens import Tokens, tokenise

#: Languages told apart by their words, by number. At most 64: a word's languages are bits.
VOTED = (
    "en", "es", "fr", "de", "pt", "it", "nl", "pl", "sv", "da", "no", "fi", "cs", "sk", "sl", "hr",
    "hu", "ro", "tr", "id", "vi", "tl", "sw", "ca", "gl", "eu", "et", "lv", "lt", "af",
    "ru", "uk", "bg", "ar", "fa", "ur", "hi", "mr",
)  # fmt: skip
#: Languages that a script tells alone.
SCRIPTED = ("th", "ja", "zh", "ko", "el", "he", "bn", "ta", "te", "gu", "pa", "ka", "hy", "km",
            "lo", "my", "am", "ml", "kn", "si", "sr", "be")  # fmt: skip
LANGUAGES = VOTED + SCRIPTED

_LATIN = tuple(VOTED.index(name) for name in VOTED[:30])
#: First and last code point of a script, and what it tells: a language, or a family that votes.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "cyrillic"), (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"),
    (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"), (0x0E80, 0x0EFF, "lo"), (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"), (0x1200, 0x137F, "am"), (0x1780, 0x17FF, "km"),
    (0x1F00, 0x1FFF, "el"), (0x3040, 0x30FF, "ja"), (0x3400, 0x4DBF, "zh"),
    (0x4E00, 0x9FFF, "zh"), (0xAC00, 0xD7A3, "ko"), (0x1100, 0x11FF, "ko"),
    (0xFB50, 0xFDFF, "arabic"), (0xFE70, 0xFEFC, "arabic"),
)  # fmt: skip
_FAMILIES = {
    "latin": ("en",), "cyrillic": ("ru", "uk", "bg", "sr", "be"), "arabic": ("ar", "fa", "ur"),
    "devanagari": ("hi", "mr"),
}  # fmt: skip
#: Letters that few languages have.
_LETTERS = {
    "ñ": "es gl eu tl", "¿": "es", "¡": "es", "ã": "pt vi", "õ": "pt et vi", "ç": "fr pt tr ca",
    "à": "fr it ca vi", "è": "fr it ca", "ê": "fr pt vi", "ë": "nl fr af", "œ": "fr", "ß": "de",
    "ä": "de sv fi et sk", "ö": "de sv fi hu tr et", "ü": "de hu tr et es", "å": "sv da no",
    "ø": "da no", "æ": "da no", "ł": "pl", "ą": "pl lt", "ę": "pl lt", "ś": "pl", "ż": "pl",
    "ź": "pl", "ć": "pl hr", "ń": "pl", "ő": "hu", "ű": "hu", "ě": "cs", "ř": "cs", "ů": "cs",
    "č": "cs sk sl hr lt lv", "š": "cs sk sl hr lt lv et", "ž": "cs sk sl hr lt lv et",
    "ľ": "sk", "ĺ": "sk", "ŕ": "sk", "ô": "fr sk vi pt", "đ": "vi hr", "ơ": "vi", "ư": "vi",
    "ă": "ro vi", "â": "ro fr pt vi tr", "ș": "ro", "ț": "ro", "ş": "tr", "ţ": "ro", "ğ": "tr",
    "ı": "tr", "ā": "lv", "ē": "lv", "ī": "lv", "ū": "lv lt", "ģ": "lv", "ķ": "lv", "ļ": "lv",
    "ņ": "lv", "ė": "lt", "į": "lt", "ų": "lt", "ì": "it vi", "ò": "it ca vi", "ù": "it fr vi",
    "ы": "ru be", "э": "ru be", "ё": "ru be", "ъ": "ru bg", "щ": "ru bg uk", "и": "ru bg uk",
    "і": "uk be", "ї": "uk", "є": "uk", "ґ": "uk", "ў": "be", "ј": "sr", "љ": "sr", "њ": "sr",
    "ђ": "sr", "ћ": "sr", "џ": "sr",
    "پ": "fa ur", "چ": "fa ur", "ژ": "fa ur", "گ": "fa ur", "ک": "fa ur", "ی": "fa ur",
    "ٹ": "ur", "ڈ": "ur", "ڑ": "ur", "ے": "ur", "ں": "ur", "ہ": "ur", "ھ": "ur", "ة": "ar",
    "ي": "ar", "ك": "ar", "ى": "ar", "إ": "ar", "أ": "ar fa", "ळ": "mr", "ँ": "hi",
}  # fmt: skip
#: A letter is worth less than a word: accents are left out and mistyped.
_LETTER_VOTE = 0.5
#: What is read of a listing: more would change no answer.
_MOST_BYTES = 600
_MOST_TOKENS = 100
#: A word of more languages than this tells too little to be looked at.
_MOST_OWNERS = 6
#: The leader needs so many votes, and so many times those of the next.
_LEAST_VOTES = 0.9
_LEAD = 1.05
_VIETNAMESE = VOTED.index("vi")
# Families by number: 0 none, 1 Latin, then the other families that vote, then single languages.
_JAPANESE = 1 + len(_FAMILIES) + LANGUAGES.index("ja")
_CHINESE = 1 + len(_FAMILIES) + LANGUAGES.index("zh")


class _Data(NamedTuple):
    """Tables for the kernel."""

    word_keys: NDArray[np.uint64]
    word_bits: NDArray[np.uint64]
    script: NDArray[np.uint8]  #: (0x10000 >> 4) family by block of 16 code points
    letter_keys: NDArray[np.uint64]
    letter_bits: NDArray[np.uint64]
    members: NDArray[np.uint64]  #: languages of each family, as bits of LANGUAGES


def detect(tokens: Tokens, texts: pa.Array) -> pa.Array:
    """(n,) ISO 639-1 code of each text, as a dictionary array; null where undecided."""
    found = detected(tokens, texts)
    return pa.DictionaryArray.from_arrays(
        pa.array(found, mask=found < 0), pa.array(LANGUAGES, pa.large_string())
    )


def detected(tokens: Tokens, texts: pa.Array) -> NDArray[np.int8]:
    """(n,) as `detect`: places in `LANGUAGES`, -1 where undecided."""
    offsets, content = text_bytes(texts)
    return _detect(tokens.offsets, tokens.hashes, offsets, content, *_data())


@cache
def _data() -> _Data:
    import stopwordsiso

    words: list[str] = []
    owners: list[int] = []
    for number, name in enumerate(VOTED):
        for word in sorted(stopwordsiso.stopwords(name)):
            words.append(word)
            owners.append(number)
    tokens = tokenise(pa.array(words, pa.large_string()))
    bits: dict[int, int] = {}
    for at, owner in enumerate(owners):
        begin, end = int(tokens.offsets[at]), int(tokens.offsets[at + 1])
        if end - begin == 1 and len(words[at]) > 1:
            key = 1 << 32 | int(tokens.hashes[begin])
            bits[key] = bits.get(key, 0) | 1 << owner
    bits = {key: owner for key, owner in bits.items() if owner.bit_count() <= _MOST_OWNERS}
    families = [*_FAMILIES, *LANGUAGES]
    script = np.zeros(0x1000, np.uint8)
    for low, high, name in _SCRIPTS:
        script[low >> 4 : (high >> 4) + 1] = families.index(name) + 1
    members = [0] + [
        sum(1 << LANGUAGES.index(name) for name in _FAMILIES.get(family, (family,)))
        for family in families
    ]
    members[1] = sum(1 << number for number in _LATIN)
    letters = {
        ord(form): sum(1 << LANGUAGES.index(name) for name in names.split())
        for letter, names in _LETTERS.items()
        for form in {letter, letter.upper()}
        if len(form) == 1
    }
    return _Data(*table(bits), script, *table(letters), np.array(members, np.uint64))


@inlined
def _vote(votes: NDArray[np.float64], bits: np.uint64, weight: float) -> None:
    """Give each language of `bits` its share of the weight."""
    count = 0
    rest = bits
    while rest:
        rest &= rest - np.uint64(1)
        count += 1
    share = weight / count
    rest = bits
    number = 0
    while rest:
        if not rest & np.uint64(0xFF):
            rest >>= np.uint64(8)
            number += 8
            continue
        if rest & np.uint64(1):
            votes[number] += share
        rest >>= np.uint64(1)
        number += 1


@kernel
def _detect(
    bounds: NDArray[np.int64],
    hashes: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    data: NDArray[np.uint8],
    word_keys: NDArray[np.uint64],
    word_bits: NDArray[np.uint64],
    script: NDArray[np.uint8],
    letter_keys: NDArray[np.uint64],
    letter_bits: NDArray[np.uint64],
    members: NDArray[np.uint64],
) -> NDArray[np.int8]:
    result = np.full(len(offsets) - 1, -1, np.int8)
    votes = np.zeros(64, np.float64)
    seen = np.zeros(len(members), np.int64)
    for row in range(len(result)):
        votes[:] = 0
        seen[:] = 0
        byte = offsets[row]
        end = min(offsets[row + 1], byte + _MOST_BYTES)
        while byte < end:
            lead = data[byte]
            if lead < 0x80:
                # Latin, that is ASCII letters, is family 1.
                seen[1] += 97 <= (lead | 32) <= 122
                byte += 1
                continue
            if lead < 0xC0 or lead >= 0xF0:
                byte += 1
                continue
            code = np.int64(lead & 0x1F) << 6 | np.int64(data[byte + 1] & 0x3F)
            if lead < 0xE0:
                byte += 2
            else:
                code = (code & 0x3FF) << 6 | np.int64(data[byte + 2] & 0x3F)
                byte += 3
            family = script[code >> 4] if code < 0x10000 else 0
            if family == 0 and (0xC0 <= code <= 0x24F or 0x1EA0 <= code <= 0x1EF9):
                family = 1
            seen[family] += 1
            # Vietnamese has this block to itself.
            if 0x1EA0 <= code <= 0x1EF9:
                votes[_VIETNAMESE] += _LETTER_VOTE
            bits = look_up(letter_keys, letter_bits, np.uint64(code))
            if bits:
                _vote(votes, bits, _LETTER_VOTE)
        seen[0] = 0
        family = np.argmax(seen)
        if seen[family] == 0:
            continue
        # Japanese is written with Chinese signs too, often with more of them than of its own.
        if family == _CHINESE and 10 * seen[_JAPANESE] >= seen[_CHINESE]:
            family = _JAPANESE
        allowed = members[family]
        if allowed & (allowed - np.uint64(1)) == np.uint64(0):
            number = 0
            while allowed >> np.uint64(number) != np.uint64(1):
                number += 1
            result[row] = number
            continue
        for token in range(bounds[row], min(bounds[row + 1], bounds[row] + _MOST_TOKENS)):
            word = np.uint64(1) << np.uint64(32) | np.uint64(hashes[token])
            bits = look_up(word_keys, word_bits, word) & allowed
            if bits:
                _vote(votes, bits, 1.0)
        best, next_best = -1, -1
        for number in range(64):
            if not allowed >> np.uint64(number) & np.uint64(1):
                continue
            if best < 0 or votes[number] > votes[best]:
                best, next_best = number, best
            elif next_best < 0 or votes[number] > votes[next_best]:
                next_best = number
        if votes[best] >= _LEAST_VOTES and votes[best] >= _LEAD * votes[next_best]:
            result[row] = best
    return result
