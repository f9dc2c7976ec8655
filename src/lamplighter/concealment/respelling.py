"""Whether other words in a term's place are the same thing written otherwise."""

from __future__ import annotations

import re

_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday today tomorrow weekend"
_SHORT = "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun"
_DATES = frozenset(f"{_MONTHS} {_DAYS} {_SHORT}".split())
_UNITS = (
    "miles? mi km kilomet(?:er|re)s? m met(?:er|re)s? cm mm feet foot ft inch(?:es)? in yards? yd "
    "acres? ha sq sqft sqm pounds? lbs? kg kilos? g grams? oz ounces? gallons? l lit(?:er|re)s? c f"
).replace(" ", "|")
_MEASURE = re.compile(rf"[\d.,]+\s*(?:{_UNITS})\.?(?:\s+(?:{_UNITS})\.?)?$")
_LETTERS = re.compile(r"[^\W_]")
#: Longest abbreviation, in letters.
_SHORTEST_WORDS = 5


def same_otherwise(term: str, instead: str | None) -> str | None:
    """`abbreviation`, `spelling`, `date` or `measure` where `instead` is `term` written otherwise.

    Both in small letters. A spelling is one within two slips (Damerau and Levenshtein), one in short
    words; an abbreviation's letters stand in the long form in their order, and both begin alike.
    """
    if not instead:
        return None
    words, other = term.split(), instead.split()
    if _MEASURE.match(term) and _MEASURE.match(instead):
        return "measure"
    if all(word.strip(".,") in _DATES for word in (*words, *other)):
        return "date"
    one, two = ("".join(_LETTERS.findall(text)) for text in (term, instead))
    if not one or not two or any(letter.isdigit() for letter in one + two):
        return None
    for short, long in ((one, two), (two, one)):
        few = len(short) <= _SHORTEST_WORDS and len(long) > len(short) + 1
        if few and short[0] == long[0] and _in_order(short, long):
            return "abbreviation"
    slips = _slips(one, two)
    return "spelling" if slips <= (2 if min(len(one), len(two)) >= 4 else 1) else None


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


def _slips(one: str, two: str) -> int:
    """Damerau–Levenshtein distance (of neighbours exchanged once); 3 where lengths tell of more."""
    if abs(len(one) - len(two)) > 2:
        return 3
    before: list[int] = []
    last = list(range(len(two) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, other in enumerate(two, start=1):
            best = min(last[j - 1] + (letter != other), last[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
