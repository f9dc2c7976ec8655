"""From characters to atoms: pieces of a text that are digits, however they are drawn or spelled.

An atom is one token of digits, digit look-alikes and digit words (`4I5`, `five`, `tw0two`,
`4️⃣1️⃣`). Atoms with nothing but separators between them make a run; `judge` looks for numbers in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.signals.identifiers.glyphs import (
    DIGIT_AT,
    IGNORED,
    LEET_AT,
    LETTER,
    LETTER_AT,
    LOOKS_AT,
    NO_DIGIT,
    STRAY,
    TABLE_SIZE,
    Glyphs,
)  # fmt: skip
from lamplighter.signals.identifiers.vocabulary import (
    DIGIT,
    HUNDRED,
    MULTIPLE,
    TEEN,
    TENS,
    THOUSAND,
)  # fmt: skip

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Steps = NDArray[np.int16]

# Columns of an atom.
(START, END, FIRST, COUNT, FLAGS, GAP, GAP_SIZE, GAP_DIGITS) = range(8)
CELL_COUNT = 8

# Cells of the state of a run: a pending multiple ("double"), kind and value of the last spoken piece
# ("twenty" waits for "five"), atoms and digits so far, where the multiple stands (plus 1); then the
# row's hints, and what the last token was; and how many spots the row has.
(PENDING, LAST_KIND, LAST_VALUE, ATOMS, DIGITS, MULTIPLE_AT, HINTS, TOKEN_BEGIN, TOKEN_STOP,
 TOKEN_FLAGS, TOKEN_END, SPOT_COUNT) = range(12)  # fmt: skip
STATE_CELLS = 12
#: Atoms of a run and digits of its buffer; longer runs are cut.
MOST_ATOMS, MOST_DIGITS = 192, 1024
#: Characters of a token that is read letter by letter.
MOST_SIGNS = 96

# Flags of an atom: how it is written ...
LOOKALIKE, WORDED, FOREIGN, HIDDEN, SOFTLY, LEETED = 1, 2, 4, 8, 16, 32
# ... and what touches it.
LETTERS_BEFORE, LETTERS_AFTER, UNIT_AFTER, PLUS_BEFORE, PHONE_BEFORE, LONG, BLOCKED = (
    64, 128, 256, 512, 1024, 2048, 4096,
)  # fmt: skip

# Scratch of `spell`: rows of one int64 array of MOST_SIGNS + 1 columns.
CELLS, PLACES, COST, CAME_FROM, MEANS, ORDER = range(6)

#: In `MEANS`: a sign was read as the letter it stands for.
_LEETED = 1 << 16

#: Cell of a code point beyond the table.
_BEYOND = STRAY | NO_DIGIT << DIGIT_AT | NO_DIGIT << LOOKS_AT


@inlined
def sign(glyphs: Glyphs, data: Bytes, at: int) -> tuple[int, int]:
    """The cell of the character at a byte, and how many bytes it takes. UTF-8 is valid in Arrow."""
    byte = np.int64(data[at])
    if byte < 0x80:
        return np.int64(glyphs[byte]), 1
    second = np.int64(data[at + 1]) & 0x3F
    if byte < 0xE0:
        return np.int64(glyphs[(byte & 0x1F) << 6 | second]), 2
    third = np.int64(data[at + 2]) & 0x3F
    if byte < 0xF0:
        return np.int64(glyphs[(byte & 0x0F) << 12 | second << 6 | third]), 3
    code = (byte & 0x07) << 18 | second << 12 | third << 6 | np.int64(data[at + 3]) & 0x3F
    if code >= TABLE_SIZE:
        return _BEYOND, 4
    return np.int64(glyphs[code]), 4


@inlined
def word(steps: Steps, payload: Steps, spell: Ints, low: int, high: int) -> int:
    """What the signs [low, high) of a token mean as one word, 0 if nothing."""
    state = 1
    for at in range(low, high):
        state = int(steps[state, spell[CELLS, at] >> LETTER_AT & 511])
        if state == 0:
            return 0
    return int(payload[state])


@inlined
def read_token(glyphs: Glyphs, data: Bytes, start: int, end: int, spell: Ints) -> int:
    """Put the signs of data[start:end] into `spell`, without ignored ones; how many."""
    count = 0
    at = start
    while at < end and count < MOST_SIGNS:
        cell, width = sign(glyphs, data, at)
        if cell & 31 != IGNORED:
            spell[CELLS, count] = cell
            spell[PLACES, count] = at
            count += 1
        at += width
    spell[PLACES, count] = end
    return count


@inlined
def cheapest(steps: Steps, payload: Steps, spell: Ints, low: int, high: int) -> int:
    """Read the signs [low, high) as digits, look-alikes and number words at the least cost.

    The place up to which this works and after which a digit or a word ends; `CAME_FROM` and `MEANS`
    lead back. Dijkstra's idea on a line: digits are free, a word costs 1, a look-alike 4.
    """
    for at in range(low, high + 1):
        spell[COST, at] = 1 << 40
    spell[COST, low] = 0
    for at in range(low, high):
        cost = spell[COST, at]
        if cost >= 1 << 40:
            continue
        digit = spell[CELLS, at] >> DIGIT_AT & 15
        looks = spell[CELLS, at] >> LOOKS_AT & 15
        if digit != NO_DIGIT and cost < spell[COST, at + 1]:
            spell[COST, at + 1] = cost
            spell[CAME_FROM, at + 1] = at
            spell[MEANS, at + 1] = digit
        elif looks != NO_DIGIT and cost + 4 < spell[COST, at + 1]:
            spell[COST, at + 1] = cost + 4
            spell[CAME_FROM, at + 1] = at
            spell[MEANS, at + 1] = 16 | looks
        state = 1
        price = cost + 1
        leet = 0
        for after in range(at, high):
            letter = spell[CELLS, after] >> LETTER_AT & 511
            if spell[CELLS, after] & 31 != LETTER and spell[CELLS, after] >> LEET_AT:
                letter = spell[CELLS, after] >> LEET_AT
                leet = _LEETED
            state = int(steps[state, letter])
            if state == 0:
                break
            kind = int(payload[state]) >> 8
            if leet and after - at < 2:
                # `B4` is 84, not Vietnamese for three.
                continue
            if (
                DIGIT <= kind <= MULTIPLE
                and after > at
                and price + (leet > 0) < spell[COST, after + 1]
            ):
                spell[COST, after + 1] = price + (leet > 0)
                spell[CAME_FROM, after + 1] = at
                spell[MEANS, after + 1] = int(payload[state]) | leet
    reached = low
    for at in range(low + 1, high + 1):
        if spell[COST, at] < 1 << 40 and (
            at == high or not spell[MEANS, at] & 16 or spell[MEANS, at] >> 8
        ):
            reached = at
    return reached


@inlined
def unfold(
    spell: Ints, low: int, high: int, digits: Bytes, count: int, state: Ints
) -> tuple[int, int]:
    """Write the digits that `cheapest` found behind the `count` there are; their number and flags.

    `state`: pending multiple, kind and value of the last word ("twenty" waits for a "five").
    """
    steps = 0
    at = high
    while at > low:
        spell[ORDER, steps] = at
        steps += 1
        at = spell[CAME_FROM, at]
    flags = 0
    for turn in range(steps - 1, -1, -1):
        means = spell[MEANS, spell[ORDER, turn]]
        kind = means >> 8 & 255
        value = means & 255
        if kind == 0:
            if value & 16:
                flags |= LOOKALIKE
            value &= 15
        else:
            flags |= WORDED
            if means & _LEETED:
                flags |= LEETED
        count = say(kind, value, digits, count, state)
    return count, flags


@inlined
def say(kind: int, value: int, digits: Bytes, count: int, state: Ints) -> int:
    """Write one spoken piece; `count` after it. Kind 0 is a written digit."""
    before, last = state[LAST_KIND], state[LAST_VALUE]
    state[LAST_KIND], state[LAST_VALUE] = kind, value
    if kind == MULTIPLE:
        state[PENDING] = value
        return count
    if kind in (0, DIGIT):
        if kind == DIGIT and before == TENS and value and (last != 10 or value >= 7) and count:
            digits[count - 1] = value
            state[LAST_KIND] = 0
            return count
        for _ in range(max(1, state[PENDING])):
            digits[count] = value
            count += 1
        state[PENDING] = 0
        return count
    if kind == TENS:
        if value == 21:  # quatre-vingts
            value = 20
            state[LAST_VALUE] = 20
            if before == DIGIT and last == 4 and count:
                digits[count - 1] = 8
                digits[count] = 0
                state[LAST_VALUE] = 80
                return count + 1
        if value == 10 and before == TENS and last in (60, 80) and count >= 2:
            digits[count - 2] += 1
            state[LAST_VALUE] = last + 10
            return count
    if kind == TEEN and before == TENS and last in (60, 80) and value < 20 and count >= 2:
        digits[count - 2] += 1
        digits[count - 1] = value - 10
        return count
    if kind in (TENS, TEEN):
        if before == HUNDRED and count >= 2:
            count -= 2
        digits[count] = value // 10
        digits[count + 1] = value % 10
        return count + 2
    if kind in (HUNDRED, THOUSAND):
        if before != DIGIT and before != 0:
            digits[count] = 1
            count += 1
        for _ in range(2 if kind == HUNDRED else 3):
            digits[count] = 0
            count += 1
    return count
