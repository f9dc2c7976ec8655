"""What a character stands for once its disguise is taken off.

One table maps every code point to a canonical one, so that `Ｍ`, `𝐦`, `м` in a Latin word and `m`
are the same letter; a second one says how the tokeniser treats it. The mapping is applied to every
text, disguised or not: two texts that differ only in disguise then read the same.

Sources: Unicode NFKC and case folding (UAX #15), Unicode confusables (UTS #39, as packaged by
`confusable-homoglyphs`). Trap: the confusables of a capital and a small letter may differ (Greek
`Ν` looks like N, `ν` like v); the letter's own form is asked first, then the other case.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.kept_tables import Tables, kept_tables

#: Code points from here on are rare historic letters and private use: they stand for themselves.
TABLE_SIZE = 0x20000

# How the tokeniser treats a code point.
SEPARATOR, LETTER, DIGIT, IDEOGRAPH, UNSPACED, IGNORED, LEET, SENTENCE, EMOJI = range(9)

#: Letters that digits and symbols stand for inside a word. `l` reads as `i` for the same reason:
#: `1`, `!` and `|` are written for both. No two digits share a letter: numbers stay apart.
LEET_DIGITS = {"0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "7": "t",
               "8": "b", "9": "g"}  # fmt: skip
LEET_SYMBOLS = {"@": "a", "$": "s", "!": "i", "|": "i", "€": "e", "£": "l", "¢": "c", "¡": "i"}

_SENTENCE_ENDS = ".!?\n\r。！？؟।\u2028\u2029"
_APOSTROPHES = "'’‘`´ʼ＇"
_STYLED = re.compile(
    r"(?:NEGATIVE )?(?:SQUARED |CIRCLED )?LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL )?"
    r"([A-Z])(?: WITH .*)?$"
)
# Scripts written without spaces whose signs are letters rather than ideographs.
_UNSPACED_RANGES = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x19E0, 0x19FF),
                    (0xAA60, 0xAA7F), (0xA9E0, 0xA9FF))  # fmt: skip
_IDEOGRAPH_RANGES = ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3041, 0x30FF), (0x31F0, 0x31FF),
                     (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
                     (0xFF66, 0xFF9F), (0x1B000, 0x1B16F))  # fmt: skip
# Marks that may be left out of a word without changing it. Others (Indic vowels, say) are letters.
_DROPPED_MARKS = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
                  (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
                  (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F))  # fmt: skip
# Only letters of these scripts are drawn over Latin ones; mapping ideographs by shape is noise.
_DISGUISES = ((0x0080, 0x058F), (0x10A0, 0x10FF), (0x13A0, 0x13FF), (0x1D00, 0x1FFF),
              (0x2070, 0x218F), (0x2C00, 0x2DFF), (0xA640, 0xA7FF), (0xAB30, 0xABBF),
              (0xFF00, 0xFF5E), (0x1D400, 0x1D7FF), (0x1F100, 0x1F18F))  # fmt: skip
# Looked at one by one; the rest of the table is filled by range.
_EXAMINED = ((0x0000, 0x3400), (0xA000, 0xAC00), (0xF900, 0x10200), (0x1D400, 0x1D800),
             (0x1F000, 0x1FB00))  # fmt: skip


class FoldTables(NamedTuple):
    """`first` and `second` canonical code points (0: none) and the `kind` of each code point.

    `disguised` is 1 where the code point is another script's or style's drawing of an ASCII letter.
    """

    first: NDArray[np.uint32]
    second: NDArray[np.uint32]
    kind: NDArray[np.uint8]
    disguised: NDArray[np.uint8]


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _lookalikes() -> dict[str, str]:
    """Non-ASCII character → the ASCII letter or digit it looks like (UTS #39)."""
    from confusable_homoglyphs.confusables import confusables_data

    found: dict[str, str] = {}
    for character, others in confusables_data.items():
        if len(character) != 1 or not _within(ord(character), _DISGUISES):
            continue
        for other in others:
            target = other["c"]
            if len(target) == 1 and target.isascii() and target.isalnum():
                found[character] = target.lower()
                break
    return found


def _skeleton(character: str, lookalikes: dict[str, str]) -> str:
    """Canonical form of one character: case, width, style, marks and lookalikes folded."""
    for form in (character, character.casefold(), character.upper()):
        if form in lookalikes and character.isalpha():
            return lookalikes[form]
    styled = _STYLED.match(unicodedata.name(character, ""))
    if styled and not character.isascii():
        return styled.group(1).lower()
    folded = unicodedata.normalize("NFKC", character).casefold()
    if len(folded) == 1 and folded in lookalikes and folded.isalpha():
        return lookalikes[folded]
    parts = (
        unicodedata.normalize("NFD", folded) if not 0xAC00 <= ord(character) <= 0xD7A3 else folded
    )
    bare = "".join(part for part in parts if not _within(ord(part), _DROPPED_MARKS))
    return "".join(lookalikes.get(part, part) if part.isalpha() else part for part in bare)


def _kind(character: str, skeleton: str) -> int:
    code = ord(character)
    category = unicodedata.category(character)
    if character in _APOSTROPHES or (
        category in ("Cf", "Cc") and character not in "\t\n\r\v\f\x85"
    ):
        return IGNORED
    if _within(code, _DROPPED_MARKS) or code in (0x0640, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800):
        return IGNORED
    if character in _SENTENCE_ENDS:
        return SENTENCE if character != "!" else LEET
    if character in LEET_SYMBOLS:
        return LEET
    if _within(code, _UNSPACED_RANGES) and category[0] in "LM":
        return UNSPACED
    if _within(code, _IDEOGRAPH_RANGES) and category[0] in "LMN":
        return IDEOGRAPH
    if skeleton[:1].isdecimal():
        return DIGIT
    if category[0] in "LM" or (skeleton and skeleton[0].isalpha()):
        return LETTER if skeleton else IGNORED
    if category == "So" and code >= 0x2190:
        return EMOJI
    return SEPARATOR


@cache
def fold_tables() -> FoldTables:
    """The tables: made once (about a tenth of a second), kept, and read once a process."""
    import confusable_homoglyphs

    version = f"{unicodedata.unidata_version} {confusable_homoglyphs.__version__}"
    found = kept_tables("fold", [__file__], version, _made)
    tables = FoldTables(found["first"], found["second"], found["kind"], found["disguised"])
    for table in tables:
        table.flags.writeable = False
    return tables


def _made() -> Tables:
    first = np.arange(TABLE_SIZE, dtype=np.uint32)
    second = np.zeros(TABLE_SIZE, dtype=np.uint32)
    kind = np.full(TABLE_SIZE, LETTER, dtype=np.uint8)
    disguised = np.zeros(TABLE_SIZE, dtype=np.uint8)
    lookalikes = _lookalikes()
    for low, high in _IDEOGRAPH_RANGES:
        kind[low : high + 1] = IDEOGRAPH
    kind[0xD800:0xE000] = SEPARATOR
    for low, high in _EXAMINED:
        for code in range(low, high):
            character = chr(code)
            decimal = unicodedata.digit(character, None)
            skeleton = str(decimal) if decimal is not None else _skeleton(character, lookalikes)
            kind[code] = _kind(character, skeleton)
            if kind[code] == LEET:
                skeleton = LEET_SYMBOLS[character]
            skeleton = skeleton.replace("l", "i")
            first[code] = ord(skeleton[0]) if skeleton else 0
            second[code] = ord(skeleton[1]) if len(skeleton) > 1 else 0
            disguised[code] = (
                code > 0x24F and kind[code] == LETTER and skeleton.isascii() and skeleton.isalpha()
            )
    return {"first": first, "second": second, "kind": kind, "disguised": disguised}


@cache
def leet_table() -> NDArray[np.uint32]:
    """(128,) the letter that an ASCII digit stands for inside a word; itself for others."""
    table = np.arange(128, dtype=np.uint32)
    for digit, letter in LEET_DIGITS.items():
        table[ord(digit)] = ord(letter)
    table.flags.writeable = False
    return table


def fold_word(word: str) -> str:
    """The canonical form of a word (slow twin of the tokeniser, for reading and for tests)."""
    tables = fold_tables()
    out: list[str] = []
    for character in word:
        code = ord(character)
        if code >= TABLE_SIZE:
            out.append(character)
        elif tables.kind[code] != IGNORED:
            pair = (int(tables.first[code]), int(tables.second[code]))
            out.extend(chr(part) for part in pair if part)
    folded = "".join(out)
    if any(character.isalpha() for character in folded):
        folded = "".join(LEET_DIGITS.get(character, character) for character in folded)
    return sys.intern(folded)
