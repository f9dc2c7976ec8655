"""Digits that are something else: dates, times, decimals, thousands, years, addresses, series."""

from __future__ import annotations

from lamplighter.foundation.jit import inlined
from lamplighter.signals.identifiers.atoms import (
    BLOCKED,
    COUNT,
    FIRST,
    FLAGS,
    GAP,
    GAP_SIZE,
    LOOKALIKE,
    PLUS_BEFORE,
    UNIT_AFTER,
    WORDED,
    Bytes,
    Ints,
)  # fmt: skip
from lamplighter.signals.identifiers.glyphs import (
    COLON,
    COMMA,
    DOT,
    HYPHEN,
    SEPARATOR,
    SLASH,
    SPACE,
)  # fmt: skip

_YEARS = (1900, 2099)


@inlined
def value(atoms: Ints, digits: Bytes, at: int) -> int:
    """The number that an atom's digits make (at most nine of them)."""
    total = 0
    for place in range(atoms[at, FIRST], atoms[at, FIRST] + min(9, atoms[at, COUNT])):
        total = total * 10 + int(digits[place])
    return total


@inlined
def tie(atoms: Ints, at: int) -> int:
    """The one separator before an atom, or 0 where there is another number of them."""
    if atoms[at, GAP_SIZE] != 1:
        return 0
    mask = atoms[at, GAP]
    for kind in (SPACE, HYPHEN, DOT, SLASH, COMMA, COLON):
        if mask == 1 << (kind - SEPARATOR):
            return kind
    return -1


@inlined
def is_year(atoms: Ints, digits: Bytes, at: int) -> bool:
    """Four digits from 1900 to 2099."""
    return atoms[at, COUNT] == 4 and _YEARS[0] <= value(atoms, digits, at) <= _YEARS[1]


@inlined
def _month_and_day(one: int, other: int) -> bool:
    return 1 <= one <= 31 and 1 <= other <= 31 and (one <= 12 or other <= 12)


@inlined
def _is_date(atoms: Ints, digits: Bytes, at: int, kind: int) -> bool:
    """Whether the three atoms from `at` on are year, month, day in some order."""
    a, b, c = value(atoms, digits, at), value(atoms, digits, at + 1), value(atoms, digits, at + 2)
    sizes = atoms[at, COUNT] * 100 + atoms[at + 1, COUNT] * 10 + atoms[at + 2, COUNT]
    if atoms[at, COUNT] == 4:
        return sizes <= 422 and is_year(atoms, digits, at) and _month_and_day(b, c)
    if atoms[at, COUNT] > 2 or atoms[at + 1, COUNT] > 2:
        return False
    if atoms[at + 2, COUNT] == 4:
        return is_year(atoms, digits, at + 2) and _month_and_day(a, b)
    return kind != SPACE and atoms[at + 2, COUNT] == 2 and _month_and_day(a, b)


@inlined
def _is_grouped(atoms: Ints, low: int, high: int) -> bool:
    """Whether the atoms [low, high) are groups of thousands: 1 to 3 digits, then threes."""
    if atoms[low, COUNT] > 3:
        return False
    for at in range(low + 1, high):
        if atoms[at, COUNT] != 3:
            return False
    return True


@inlined
def block(atoms: Ints, count: int, digits: Bytes) -> None:
    """Mark the atoms of a run that belong to a date, a time, a decimal, an amount or an address."""
    low = 0
    for at in range(count):
        day = atoms[at, COUNT] == 8 and is_day(digits, atoms[at, FIRST])
        if is_tax_number(atoms, at, count):
            for inside in range(at, at + 4):
                atoms[inside, FLAGS] |= BLOCKED
        if atoms[at, FLAGS] & UNIT_AFTER or (day and not atoms[at, FLAGS] & (PLUS_BEFORE | WORDED)):
            atoms[at, FLAGS] |= BLOCKED
    while low < count:
        kind = tie(atoms, low + 1) if low + 1 < count else 0
        high = low + 1
        while high < count and kind > 0 and tie(atoms, high) == kind:
            high += 1
        size = high - low
        blocked = False
        if size == 1 or atoms[low, FLAGS] & (PLUS_BEFORE | WORDED | LOOKALIKE):
            pass
        elif kind == COLON:
            blocked = size <= 3 or size == 6
            for at in range(low, high):
                if atoms[at, COUNT] > 2 or (size < 6 and value(atoms, digits, at) > 60):
                    blocked = False
        elif kind == COMMA:
            blocked = _is_grouped(atoms, low, high)
        elif kind == SPACE:
            for at in range(low, high - 2):
                if (
                    _is_date(atoms, digits, at, kind)
                    and atoms[at, COUNT] + atoms[at + 2, COUNT] > 4
                ):
                    for inside in range(at, at + 3):
                        atoms[inside, FLAGS] |= BLOCKED
        elif size == 3 and kind in (DOT, SLASH, HYPHEN) and _is_date(atoms, digits, low, kind):
            blocked = True
        elif kind == DOT and size == 2:
            # A decimal. No degree, and hardly any price, has so many digits as this exempts.
            first = digits[atoms[low, FIRST]]
            blocked = not (
                atoms[low + 1, COUNT] >= 4
                and (
                    (first == 0 and atoms[low, COUNT] >= 2)
                    or (value(atoms, digits, low) > 360 and atoms[low, COUNT] >= 3)
                )
            )
            blocked = blocked and not atoms[low + 1, FLAGS] & (LOOKALIKE | WORDED)
        elif kind == DOT and atoms[low, COUNT] < 3 and _is_grouped(atoms, low, high):
            blocked = True
        elif kind == DOT and size == 4:
            # An address on the internet.
            blocked = True
            wide = 0
            for at in range(low, high):
                if atoms[at, COUNT] > 3 or value(atoms, digits, at) > 255:
                    blocked = False
                wide += atoms[at, COUNT] != 2
            blocked = blocked and wide > 0
        elif kind in (SLASH, HYPHEN) and size == 2:
            blocked = is_year(atoms, digits, low) and is_year(atoms, digits, low + 1)
        if blocked:
            for at in range(low, high):
                atoms[at, FLAGS] |= BLOCKED
        # The last atom may begin the next chain: `9.8.2010 to 9.8.2010`.
        low = high - 1 if size > 1 else high


@inlined
def is_series(atoms: Ints, low: int, high: int, digits: Bytes) -> bool:
    """Whether atoms [low, high) are years, or hold four numbers that grow by one small step."""
    if high - low < 2:
        return False
    years = True
    step, steady = 0, 1
    for at in range(low, high):
        years = years and is_year(atoms, digits, at)
        if at > low:
            now = value(atoms, digits, at) - value(atoms, digits, at - 1)
            steady = steady + 1 if now == step else 2
            step = now
            # `06 10 20 30 40` is a number, and so is `1 2 3 4` in one written digit by digit.
            if steady >= 4 and 0 < abs(step) <= 10 and atoms[at, COUNT] > 1:
                if digits[atoms[low, FIRST]]:
                    return True
    return years


@inlined
def is_tax_number(atoms: Ints, at: int, count: int) -> bool:
    """Whether a Brazilian taxpayer's number starts here: `123.456.789-01`."""
    return (
        at + 4 <= count
        and atoms[at, COUNT] == 3
        and atoms[at + 1, COUNT] == 3
        and atoms[at + 2, COUNT] == 3
        and atoms[at + 3, COUNT] == 2
        and tie(atoms, at + 1) == DOT
        and tie(atoms, at + 2) == DOT
        and tie(atoms, at + 3) == HYPHEN
    )


@inlined
def is_day(digits: Bytes, first: int) -> bool:
    """Whether eight digits read as year, month, day."""
    year = month = day = 0
    for at in range(4):
        year = year * 10 + int(digits[first + at])
    month = int(digits[first + 4]) * 10 + int(digits[first + 5])
    day = int(digits[first + 6]) * 10 + int(digits[first + 7])
    return _YEARS[0] <= year <= _YEARS[1] and 1 <= month <= 12 and 1 <= day <= 31
