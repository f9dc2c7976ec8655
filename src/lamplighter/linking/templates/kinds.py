"""What a slot holds, judged by its values and by the constant words beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.templates.known import (
    AGE_CUE,
    CURRENCY,
    DIGIT_WORD,
    NAME_CUE,
    PRICE_CUE,
    TIME_WORD,
    extend,
    held,
)
from lamplighter.linking.templates.schema import AGE, CITY, NAME, OTHER, PHONE, PRICE

U64 = NDArray[np.uint64]

#: What one value looks like: bits.
LIKE_PHONE, LIKE_PRICE, LIKE_NUMBER, LIKE_AGE = 1, 2, 4, 8
LIKE_CITY, LIKE_NAME, KNOWN_NAME = 16, 32, 64
#: Words of a city's name; digits of a phone, at least and at most.
_CITY_WORDS, _FEW_DIGITS, _MANY_DIGITS = 4, 7, 16


@inlined
def look(
    data: NDArray[np.uint8], begin: int, end: int, row: int, tokens: NDArray[np.uint32],
    starts: NDArray[np.int32], ends: NDArray[np.int32], low: int,
    first: int, stop: int, ceiling: int, opens: bool, cue_table: U64, cue_flags: NDArray[np.uint8], cities: U64, names: U64,
) -> int:  # fmt: skip
    """LIKE_* bits of the value of tokens [first, stop), bytes [begin, end) of a text at `row`.

    The text's tokens are [low, ceiling).

    `opens` tells that it begins a sentence, where a capital letter says nothing.
    """
    digits = letters = high = number = 0
    currency = time = False
    for at in range(begin, end):
        byte = data[at]
        if byte == 36 or (
            byte == 0xE2 and at + 2 < end and data[at + 1] == 0x82 and data[at + 2] >= 0xA0
        ) or (byte == 0xC2 and at + 1 < end and 0xA2 <= data[at + 1] <= 0xA5):  # fmt: skip
            currency = True
    for token in range(first, stop):
        place = held(cue_table, extend(np.uint64(0), tokens[token]))
        flags = cue_flags[place] if place >= 0 else np.uint8(0)
        if flags & DIGIT_WORD:
            digits += 1
            continue
        if flags & CURRENCY:
            currency = True
            continue
        time = time or flags & TIME_WORD != 0
        for at in range(row + starts[token], row + ends[token]):
            byte = data[at]
            if 48 <= byte <= 57:
                digits += 1
                number = min(10 * number + int(np.int64(byte)) - 48, 1_000_000_000)
            elif byte >= 0x80:
                high += 1
            elif 97 <= byte | 32 <= 122:
                # O, l and I written for digits of a number.
                letters += 0 if byte == 79 or byte == 111 or byte == 108 or byte == 73 else 1
    count = stop - first
    out = 0
    if letters == 0 and not currency and _FEW_DIGITS <= digits <= _MANY_DIGITS:
        out |= LIKE_PHONE
    if letters == 0 and high == 0 and 1 <= digits < _FEW_DIGITS and count <= 3:
        out |= LIKE_PRICE if currency else LIKE_NUMBER
        if not currency and count == 1 and digits == 2 and 18 <= number <= 99:
            out |= LIKE_AGE
    byte = data[begin]
    capital = 65 <= byte <= 90 or byte >= 0xC3
    if digits == 0 and capital and not currency and not time:
        state = np.uint64(0)
        for token in range(first, min(stop, first + _CITY_WORDS)):
            state = extend(state, tokens[token])
            if token == first and count <= 2 and held(names, state) >= 0:
                out |= KNOWN_NAME
            if stop - token <= 3 and held(cities, state) >= 0:
                out |= LIKE_CITY
        # A part of a city's name may be constant: "San [Francisco]", "[Buenos] Aires".
        if count <= 2 and first > low:
            state = extend(np.uint64(0), tokens[first - 1])
            for token in range(first, stop):
                state = extend(state, tokens[token])
            out |= LIKE_CITY if held(cities, state) >= 0 else 0
        if count <= 2 and stop < ceiling:
            state = np.uint64(0)
            for token in range(first, stop + 1):
                state = extend(state, tokens[token])
            out |= LIKE_CITY if held(cities, state) >= 0 else 0
        if count == 1 and not opens and 2 <= end - begin <= 24:
            inner = True
            for at in range(begin + 1, end):
                byte = data[at]
                inner = inner and (97 <= byte <= 122 or byte >= 0x80)
            if inner:
                out |= LIKE_NAME
    return out


@inlined
def beside(
    constants: NDArray[np.uint32], first: int, kept: int, gap: int, slots: NDArray[np.int32],
    cue_table: U64, cue_flags: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Cue bits of the three constant tokens before a gap and the one after it.

    Another slot ends the look: the words beyond it speak of that one.
    """
    out = 0
    for column in range(gap - 1, max(-1, gap - 4), -1):
        place = held(cue_table, extend(np.uint64(0), constants[first + column]))
        if place >= 0:
            out |= int(np.int64(cue_flags[place]))
        if slots[column] >= 0:
            break
    for column in range(gap, min(kept, gap + 1)):
        place = held(cue_table, extend(np.uint64(0), constants[first + column]))
        if place >= 0:
            out |= int(np.int64(cue_flags[place]))
        if slots[column + 1] >= 0:
            break
    return out


@inlined
def judge(votes: NDArray[np.float64], total: float, distinct: int, cue: int, named: bool) -> int:
    """The kind: what most values look like. `votes[b]` counts those with bit b of `look`.

    `named` tells that a list of first names was given; without cue words it must know the values.
    """
    half = 0.5 * total
    if votes[0] > half:
        return PHONE
    if votes[3] > half and cue & AGE_CUE:
        return AGE
    if votes[1] > half or (
        votes[1] + votes[2] > half and (votes[1] > 0 or cue & (PRICE_CUE | CURRENCY))
    ):
        return PRICE
    if votes[6] > half and votes[6] >= votes[4]:
        return NAME
    if votes[4] > half and (votes[4] >= votes[5] * 0.7 or not cue & NAME_CUE):
        return CITY
    if votes[5] > 0.7 * total and distinct > 1 and (cue & NAME_CUE or not named):
        return NAME
    return OTHER
