"""What each character can be inside a telephone number.

One 32-bit cell per code point: its kind, its digit value, the digit it looks like, and its letter
in the vocabulary. Digits come from Unicode (`unicodedata.digit`, so full-width, mathematical,
Arabic-Indic, circled, superscript and all decimal digits), from Chinese numerals, and from emoji
keycaps, whose two combining parts are ignored like zero-width characters.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lamplighter.signals.identifiers.vocabulary import trie
from lamplighter.text import fold

Glyphs = NDArray[np.uint32]

# Kinds. What holds a token together comes first, then what separates.
LETTER, NUMERAL, WIDE, IGNORED = 1, 2, 3, 4
(SPACE, NEWLINE, HYPHEN, DOT, SLASH, OPEN, CLOSE, COMMA, COLON, PLUS, CURRENCY, PERCENT, QUOTE, HASH,
 STRAY, AT, SEMICOLON) = range(8, 25)  # fmt: skip
#: The first separator.
SEPARATOR = 8
#: In the fields for digits: none.
NO_DIGIT = 15

# Layout of a cell.
DIGIT_AT, LOOKS_AT, STRONG_AT, LETTER_AT, LEET_AT = 5, 9, 13, 14, 23

#: Code points from here on are read as stray characters.
TABLE_SIZE = fold.TABLE_SIZE

#: Letters and signs drawn like digits. The strong ones are read so even in a group without digits.
_STRONG = {"0": "oOоОοΟօ०°º", "1": "lIi|!ıІіӀΙιǀ", "2": "zZƵ", "5": "sSѕЅ", "8": "BВΒ"}
_WEAK = {"0": "QDøØ", "3": "EƷЗзэЄɜ", "4": "AЧч", "5": "$§", "6": "Gbбь", "7": "T", "9": "gq",
         "8": "&ß", "1": "LĺÌÍíì"}  # fmt: skip
_CHINESE = "〇一二三四五六七八九"
_MORE_CHINESE = {"零": 0, "壹": 1, "贰": 2, "貳": 2, "叁": 3, "參": 3, "肆": 4, "伍": 5,
                 "陆": 6, "陸": 6, "柒": 7, "捌": 8, "玖": 9}  # fmt: skip
_SEPARATORS = {
    SPACE: " \t\v\f\u00a0\u1680\u202f\u205f\u3000\u2800\u3164",
    NEWLINE: "\n\r\x85\u2028\u2029",
    HYPHEN: "-‐‑‒–—―−﹣－⁃➖ーｰ〜～",
    DOT: ".·•․。｡．∙⋅‧…∶",
    SLASH: "/\\⁄∕／＼",
    OPEN: "([{（［｛⦅【〔「",
    CLOSE: ")]}）］｝⦆】〕」",
    COMMA: ",，、､",
    COLON: ":：",
    PLUS: "+＋⁺➕﬩",
    PERCENT: "%％‰",
    QUOTE: "\"″′“”'’",
    HASH: "#＃",
    AT: "@＠",
    SEMICOLON: ";；",
    STRAY: "¤",
}
_EXAMINED = ((0x80, 0x3400), (0xA000, 0xABFF), (0xF900, 0x10200), (0x104A0, 0x104AA),
             (0x11000, 0x12000), (0x1D400, 0x1D800), (0x1F000, 0x1FC00))  # fmt: skip


def _digit(character: str) -> int:
    """The digit a character is, or NO_DIGIT. A full-stop or comma digit (`⒈`, `🄂`) is one too."""
    found = unicodedata.digit(character, None)
    if found is None and not character.isalpha():
        value = unicodedata.numeric(character, None)
        normal = unicodedata.normalize("NFKC", character).strip("().,")
        if value is not None and value in range(10) and len(normal) == 1:
            found = int(value)
    return NO_DIGIT if found is None else found


def _cell(kind: int, digit: int = NO_DIGIT, looks: int = NO_DIGIT, strong: int = 0) -> int:
    return kind | digit << DIGIT_AT | looks << LOOKS_AT | strong << STRONG_AT


def _kind(character: str, folded_kind: int) -> int:
    if folded_kind == fold.IGNORED:
        return IGNORED
    if folded_kind in (fold.IDEOGRAPH, fold.UNSPACED):
        return WIDE
    if folded_kind in (fold.LETTER, fold.DIGIT) or unicodedata.category(character)[0] in "LM":
        return LETTER
    category = unicodedata.category(character)
    if category == "Sc":
        return CURRENCY
    if category == "Zs":
        return SPACE
    if category == "Pd":
        return HYPHEN
    return STRAY


@cache
def glyphs() -> Glyphs:
    """(TABLE_SIZE,) cells by code point (built once a process)."""
    words, folded = trie(), fold.fold_tables()
    cells = np.full(TABLE_SIZE, _cell(LETTER), np.uint32)
    cells[folded.kind == fold.IDEOGRAPH] = _cell(WIDE)
    cells[folded.kind == fold.EMOJI] = _cell(STRAY)
    for low, high in ((0, 0x80), *_EXAMINED):
        for code in range(low, high):
            digit = _digit(chr(code))
            kind = NUMERAL if digit != NO_DIGIT else _kind(chr(code), int(folded.kind[code]))
            cells[code] = _cell(kind, digit)
    for kind, characters in _SEPARATORS.items():
        for character in characters:
            cells[ord(character)] = _cell(kind)
    for strong, table in ((0, _WEAK), (1, _STRONG)):
        for digit_drawn, characters in table.items():
            for character in characters:
                own = int(cells[ord(character)])
                if own & 31 != NUMERAL:
                    cells[ord(character)] = _cell(own & 31, NO_DIGIT, int(digit_drawn), strong)
    chinese = dict(zip(_CHINESE, range(10), strict=True)) | _MORE_CHINESE
    for character, digit in chinese.items():
        cells[ord(character)] = _cell(NUMERAL, digit)
    cells |= words.letters.astype(np.uint32) << LETTER_AT
    for sign, letter in (fold.LEET_DIGITS | fold.LEET_SYMBOLS).items():
        spoken = words.letters[ord("i" if letter == "l" else letter)]
        cells[ord(sign)] |= np.uint32(int(spoken) << LEET_AT)
    cells.flags.writeable = False
    return cells
