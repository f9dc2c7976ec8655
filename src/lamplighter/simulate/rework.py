"""What copies of a template go through: edits, disguise of words, foreign text and new order.

Bytes that a slot wrote (`held`) stay as they are, so that the planted contacts remain true.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.simulate.chance import draw

#: Ways to disguise a word.
HOMOGLYPHS, ZERO_WIDTH, SPACED, LEET, EMOJI, MIXTURE = 1, 2, 3, 4, 5, 6
U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
_SPACE, _NEWLINE, _STOP, _BANG = 32, 10, 46, 33


def looks() -> U8:
    """(128, 8): per ASCII letter, its length and bytes as homoglyph, then as leet; 0 for none."""
    glyphs = dict(zip("aceopxyisjhdqwABEKMHOPCTX", "асеорхуіѕјһԁԛԝАВЕКМНОРСТХ", strict=True))
    leet = dict(zip("aeiostlbg", "4310$7169", strict=True))
    table = np.zeros((128, 8), np.uint8)
    for column, source in ((0, glyphs), (4, leet)):
        for letter, look in source.items():
            data = look.encode()
            table[ord(letter), column] = len(data)
            table[ord(letter), column + 1 : column + 1 + len(data)] = list(data)
    return table


#: Emoji that stand between words, as UTF-8 of four bytes each.
_EMOJI = np.frombuffer("🌸🔥🌟💎🍀🎈🌈💫".encode(), np.uint8)
#: U+200B, U+200C, U+200D, U+2060, three bytes each.
_INVISIBLE = np.frombuffer("\u200b\u200c\u200d\u2060".encode(), np.uint8)


@inlined
def unspaced(text: U8, at: int) -> bool:
    """Whether a character of Thai, Chinese, Japanese or Korean starts here (three bytes)."""
    lead = text[at]
    return bool(lead == 0xE0 or (lead >= 0xE3 and lead <= 0xED))


@inlined
def word_end(text: U8, held: U8, size: int, at: int) -> int:
    """The end of the word that starts at `at`; negative (~end) where a slot wrote part of it.

    A script without spaces has no such words: two of its characters stand for one.
    """
    slot = False
    last = size
    if unspaced(text, at) and at + 6 <= size:
        last = at + 6
        slot = not unspaced(text, at + 3)
        if slot:
            last = at + 3
            slot = False
    while at < last and text[at] != _SPACE and text[at] != _NEWLINE:
        slot = slot or held[at] == 1
        at += 1
    return ~at if slot else at


@inlined
def edit(
    text: U8, held: U8, size: int, mille: int, out: U8, held_out: U8, pool: U8, pieces: I64,
    symbols: I64, alternatives: I64, operations: NDArray[np.int32], words: int,
    state: NDArray[np.uint64],
) -> int:  # fmt: skip
    """Replace, insert, drop or double a letter in about `mille` of 1,000 words."""
    at = 0
    i = 0
    limit = len(out) - 400
    while i < size and at < limit:
        if text[i] == _SPACE or text[i] == _NEWLINE:
            out[at], held_out[at] = text[i], held[i]
            at += 1
            i += 1
            continue
        end = word_end(text, held, size, i)
        changed = end > 0 and draw(state, 1, 1000) < mille
        way = draw(state, 1, 4) if changed else -1
        if end < 0:
            end = ~end
        if way == 0 or way == 1:  # another word: in its place, or before it
            count = symbols[words + 1] - symbols[words]
            alternative = symbols[words] + draw(state, 1, count)
            piece = operations[alternatives[alternative]]
            for k in range(pieces[piece], pieces[piece + 1]):
                out[at], held_out[at] = pool[k], 0
                at += 1
            if way == 1 and not unspaced(text, i):
                out[at], held_out[at] = _SPACE, 0
                at += 1
        if way == 2 and end < size and text[end] == _SPACE:
            i = end + 1  # dropped with its blank
            continue
        if way != 0:
            double = i + draw(state, 1, end - i) if way == 3 else -1
            for k in range(i, end):
                out[at], held_out[at] = text[k], held[k]
                at += 1
                if k == double and text[k] >= 97 and text[k] <= 122:
                    out[at], held_out[at] = text[k], held[k]
                    at += 1
        i = end
    return at


@inlined
def _put_letter(text: U8, i: int, way: int, out: U8, at: int, table: U8, odds: int) -> int:
    column = 0 if way == 1 else 4
    letter = text[i]
    if letter < 128 and odds > 0 and table[letter, column] > 0:
        for k in range(table[letter, column]):
            out[at] = table[letter, column + 1 + k]
            at += 1
        return at
    out[at] = letter
    return at + 1


@inlined
def evade(
    text: U8, held: U8, size: int, way: int, mille: int, out: U8, table: U8,
    state: NDArray[np.uint64],
) -> int:  # fmt: skip
    """Disguise about `mille` of 1,000 words: homoglyphs, zero-width, spacing, leet, emoji."""
    at = 0
    i = 0
    limit = len(out) - 1200
    while i < size and at < limit:
        if text[i] == _SPACE or text[i] == _NEWLINE:
            out[at] = text[i]
            at += 1
            i += 1
            continue
        end = word_end(text, held, size, i)
        free = end > 0
        if end < 0:
            end = ~end
        free = free and end - i >= 3 and end - i <= 40 and draw(state, 1, 1000) < mille
        how = way
        if free and way == 6:
            how = 1 + draw(state, 1, 5)
        if free and how == 5:
            pick = draw(state, 1, 8) * 4
            for k in range(4):
                out[at] = _EMOJI[pick + k]
                at += 1
            out[at] = _SPACE
            at += 1
        inside = i + 1 + draw(state, 1, end - i - 1) if free and how == 2 else -1
        gap = _SPACE if free and draw(state, 1, 3) > 0 else _STOP
        for k in range(i, end):
            if k == inside and text[k] & 0xC0 != 0x80:
                pick = draw(state, 1, 4) * 3
                for m in range(3):
                    out[at] = _INVISIBLE[pick + m]
                    at += 1
            if free and how == 3 and k > i and text[k] & 0xC0 != 0x80:
                out[at] = gap
                at += 1
            odds = draw(state, 1, 3) if free and (how == 1 or how == 4) else 0
            at = _put_letter(text, k, how, out, at, table, odds)
        i = end
    return at


@inlined
def _ends(text: U8, held: U8, begin: int, size: int, marks: I64, count: int) -> int:
    start = begin
    for i in range(begin, begin + size):
        last = i + 1 == begin + size
        stop = (text[i] == _STOP or text[i] == _BANG) and held[i] == 0
        full = i >= begin + 2 and text[i - 2] == 0xE3 and text[i - 1] == 0x80 and text[i] == 0x82
        stop = text[i] == _NEWLINE or full or (stop and not last and text[i + 1] == _SPACE)
        if last or (stop and count < 120):
            marks[2 * count], marks[2 * count + 1] = start, i + 1
            count += 1
            start = i + 1
    return count


@inlined
def pad(
    text: U8, held: U8, size: int, start: int, extra: int, out: U8, held_out: U8,
    state: NDArray[np.uint64],
) -> int:  # fmt: skip
    """Sentences of the text and of the foreign text (at `start`), all in a new order."""
    marks = np.empty(512, np.int64)
    count = _ends(text, held, 0, size, marks, 0)
    count = _ends(text, held, start, extra, marks, count)
    at = 0
    for k in range(count):
        j = k + draw(state, 1, count - k)
        marks[2 * k], marks[2 * j] = marks[2 * j], marks[2 * k]
        marks[2 * k + 1], marks[2 * j + 1] = marks[2 * j + 1], marks[2 * k + 1]
        begin, end = marks[2 * k], marks[2 * k + 1]
        while begin < end and (text[begin] == _SPACE or text[begin] == _NEWLINE):
            begin += 1
        if begin == end:
            continue
        if at > 0:
            out[at], held_out[at] = _SPACE, 0
            at += 1
        for i in range(begin, end):
            out[at], held_out[at] = text[i], held[i]
            at += 1
    return at
