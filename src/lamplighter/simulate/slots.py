"""What fills the slots of a text: names, places, phones, prices, addresses, byte by byte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined

#: Columns of the slot values that a listing hands to the kernel (int64).
VALUES = (
    "name",  # piece
    "city",  # piece
    "phone",  # national number
    "digits",  # how many digits it has
    "pattern",  # piece: how it is written, `d` for the next digit
    "style",  # row of the digit styles
    "international",  # piece: the pattern of E.164
    "price",
    "before",  # piece: currency before the amount
    "after",  # piece: currency after the amount
    "local",  # piece: the word an e-mail address starts with
    "mark",  # number inside the e-mail address
    "domain",  # piece
    "age",
    "hub",  # piece: a contact that unrelated parties share
    "account",
    "serial",
)
(
    NAME, CITY, PHONE, DIGITS, PATTERN, STYLE, INTERNATIONAL, PRICE, BEFORE, AFTER, LOCAL, MARK,
    DOMAIN, AGE, HUB, ACCOUNT, SERIAL,
) = range(len(VALUES))  # fmt: skip

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
_D, _ZERO, _NINE, _SPACE, _NEWLINE, _PLUS = 100, 48, 57, 32, 10, 43


@inlined
def put(out: U8, at: int, pool: U8, pieces: I64, piece: int) -> int:
    """Copy one piece; a blank after a blank or at the start is left out."""
    start, end = pieces[piece], pieces[piece + 1]
    if (
        start < end
        and pool[start] == _SPACE
        and (at == 0 or out[at - 1] == _SPACE or out[at - 1] == _NEWLINE)
    ):
        start += 1
    for i in range(start, end):
        out[at] = pool[i]
        at += 1
    return at


@inlined
def put_number(out: U8, at: int, value: int, width: int) -> int:
    """Write a number in decimal, with zeros before it up to `width`."""
    digits = 1
    rest = value // 10
    while rest > 0:
        digits += 1
        rest //= 10
    digits = max(digits, width)
    for i in range(digits):
        out[at + digits - 1 - i] = _ZERO + value % 10
        value //= 10
    return at + digits


@inlined
def put_phone(
    out: U8, at: int, pool: U8, pieces: I64, row: I64, pattern: int, styles: I64, style: int
) -> int:
    """Write a phone by its pattern; each digit in its style (a row of `styles`).

    A row of `styles`: ten pieces for the digits, ten for every second digit, a piece between two
    digits, and whether the pattern's own punctuation stays.
    """
    left = row[DIGITS]
    scale = 1
    for _ in range(left - 1):
        scale *= 10
    number = row[PHONE]
    first = True
    turn = 0
    for i in range(pieces[pattern], pieces[pattern + 1]):
        letter = pool[i]
        digit = -1
        if letter == _D:
            digit = (number // scale) % 10
            scale = max(scale // 10, 1)
        elif letter >= _ZERO and letter <= _NINE:
            digit = letter - _ZERO
        if digit < 0:
            if styles[style, 21] == 1 or letter == _PLUS:
                out[at] = letter
                at += 1
            continue
        if not first:
            at = put(out, at, pool, pieces, styles[style, 20])
        first = False
        at = put(out, at, pool, pieces, styles[style, digit + 10 * (turn % 2)])
        turn += 1
    return at


@inlined
def put_slot(out: U8, at: int, slot: int, pool: U8, pieces: I64, row: I64, styles: I64) -> int:
    """Write what the listing has for a slot (codes: `grammar.SLOTS`)."""
    if slot == 0:
        return put(out, at, pool, pieces, row[NAME])
    if slot == 1:
        return put(out, at, pool, pieces, row[CITY])
    if slot == 2:
        return put_phone(out, at, pool, pieces, row, row[PATTERN], styles, row[STYLE])
    if slot == 3:
        at = put(out, at, pool, pieces, row[BEFORE])
        at = put_number(out, at, row[PRICE], 1)
        return put(out, at, pool, pieces, row[AFTER])
    if slot == 4:
        at = put(out, at, pool, pieces, row[LOCAL])
        at = put_number(out, at, row[MARK], 1)
        return put(out, at, pool, pieces, row[DOMAIN])
    if slot == 5:
        return put_number(out, at, row[AGE], 1)
    if slot == 6:
        return put(out, at, pool, pieces, row[HUB])
    if slot == 7:
        return put_number(out, at, row[ACCOUNT], 8)
    if slot == 8:
        return put_number(out, at, row[SERIAL], 9)
    return put_phone(out, at, pool, pieces, row, row[INTERNATIONAL], styles, 0)
