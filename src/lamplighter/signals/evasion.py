"""Words spelled to escape a filter, counted by kind; honest look-alikes of evasion left out.

The tokeniser marks every token that its folding changed. Much of that is honest: `4x4`, `i5`, a
Cyrillic word whose letters look Latin, a soft hyphen, the joiners of Persian and of emoji. So
each marked token is read again, under conditions that say when it is a disguise:

- homoglyph: ASCII letters and letters of another script in one word, all of which pass for Latin
- zero_width: an invisible character between two ASCII letters or digits
- letter_spacing: four or more letters set apart
- leet: a lone digit or sign between letters, in a word of three or more letters (`g4rden`, `ca$h`)

Source of the characters: Unicode UTS #39 (confusables) and its identifier exclusions.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.spans import text_bytes
from lamplighter.text.fold import fold_tables
from lamplighter.text.tokens import Tokens

#: One row per listing, in order: how many of its words are evasive, by kind.
EVASION_SCHEMA = pa.schema(
    [
        pa.field(name, pa.int32(), nullable=False)
        for name in ("homoglyph", "zero_width", "letter_spacing", "leet")
    ]
)

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]


def count(tokens: Tokens, texts: pa.Array) -> pa.Table:
    """EVASION_SCHEMA of the n texts (large_string) whose tokens these are."""
    counts = counted(tokens, texts)
    columns = [pa.array(np.ascontiguousarray(counts[:, kind])) for kind in range(4)]
    return pa.Table.from_arrays(columns, schema=EVASION_SCHEMA)


def counted(tokens: Tokens, texts: pa.Array) -> NDArray[np.int32]:
    """(n, 4) as `count`."""
    offsets, data = text_bytes(texts)
    return _count(
        tokens.offsets, tokens.starts, tokens.ends, tokens.marks, offsets, data,
        fold_tables().disguised,
    )  # fmt: skip


@inlined
def _decode(data: Bytes, at: int) -> tuple[np.int64, int]:
    """The code point at a byte of well-formed UTF-8, and the byte after it."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return lead, at + 1
    if lead < 0xE0:
        return (lead & 0x1F) << 6 | np.int64(data[at + 1]) & 0x3F, at + 2
    if lead < 0xF0:
        middle = (np.int64(data[at + 1]) & 0x3F) << 6
        return (lead & 0x0F) << 12 | middle | np.int64(data[at + 2]) & 0x3F, at + 3
    high = (np.int64(data[at + 1]) & 0x3F) << 12 | (np.int64(data[at + 2]) & 0x3F) << 6
    return (lead & 0x07) << 18 | high | np.int64(data[at + 3]) & 0x3F, at + 4


@inlined
def _letter(code: np.int64) -> bool:
    return bool(97 <= (code | 32) <= 122)


@inlined
def _digit(code: np.int64) -> bool:
    return bool(48 <= code <= 57)


@inlined
def _invisible(code: np.int64) -> bool:
    """Zero width, with no use between Latin letters; a soft hyphen has one."""
    return bool(
        0x200B <= code <= 0x200F
        or 0x202A <= code <= 0x202E
        or 0x2060 <= code <= 0x2064
        or code == 0x180E
        or code == 0xFEFF
        or 0xE0000 <= code <= 0xE007F
    )


@inlined
def _stands_for_letter(code: np.int64) -> bool:
    """Signs written for letters: $ @ ! | € £ ¢ ¡"""
    return bool(
        code == 36
        or code == 64
        or code == 33
        or code == 124
        or code == 0x20AC
        or code == 0xA3
        or code == 0xA2
        or code == 0xA1
    )


@kernel
def _count(
    bounds: Numbers,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    marks: Bytes,
    offsets: Numbers,
    data: Bytes,
    disguised: Bytes,
) -> NDArray[np.int32]:
    result = np.zeros((len(bounds) - 1, 4), np.int32)
    for row in range(len(bounds) - 1):
        for token in range(bounds[row], bounds[row + 1]):
            mark = marks[token]
            if not mark & 15:
                continue
            byte = offsets[row] + starts[token]
            end = offsets[row] + ends[token]
            ascii_letters = 0
            posing, foreign, hidden, lone = 0, 0, 0, 0
            spaced = mark & 4 != 0
            # The last three visible characters: a lone sign stands between two letters.
            before, last = np.int64(0), np.int64(0)
            gap = False
            while byte < end:
                code, byte = _decode(data, byte)
                if _invisible(code):
                    gap = True
                    continue
                if code == 32:
                    continue
                if gap and (_letter(last) or _digit(last)) and (_letter(code) or _digit(code)):
                    hidden += 1
                gap = False
                if _letter(code):
                    ascii_letters += 1
                    if _letter(before) and (_digit(last) or _stands_for_letter(last)):
                        lone += 1
                elif code > 0x24F and not 0x300 <= code <= 0x36F:
                    if code < len(disguised) and disguised[code]:
                        posing += 1
                    else:
                        foreign += 1
                before, last = last, code
            if mark & 1 and posing > 0 and ascii_letters > 0 and foreign == 0:
                result[row, 0] += 1
            if mark & 2 and hidden > 0:
                result[row, 1] += 1
            if spaced and ascii_letters + posing >= 4:
                result[row, 2] += 1
            if mark & 8 and lone > 0 and ascii_letters >= 3:
                result[row, 3] += 1
    return result
