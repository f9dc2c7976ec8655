"""What a slot holds, judged by its values."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_PHONE = re.compile(r"^[\s\d().+/-]{7,}$")
_PRICE = re.compile(r"^[$€£¥₹]?\s?\d[\d.,]{0,9}\s?(?:[$€£¥₹]|usd|eur|gbp)?$", re.I)
_AGE = re.compile(r"^(?:1[89]|[2-9]\d)$")
_NAME = re.compile(r"^[A-Z][a-zà-ÿ]{1,14}$")


def slot_kind(values: Sequence[tuple[str, int]], before: str, cities: Collection[str]) -> str:
    """name, phone, city, price, age or other: what most values (value, count) look like.

    `before` is the constant text in front of the slot: an age needs a word that says so.
    """
    total = sum(count for _, count in values) or 1

    def most(test: object) -> bool:
        held = sum(count for value, count in values if callable(test) and test(value))
        return held * 2 > total

    if most(lambda v: _PHONE.match(v) and sum(c.isdigit() for c in v) >= 7):
        return "phone"
    if cities and most(lambda v: v in cities or v.split(",")[0].strip() in cities):
        return "city"
    if most(lambda v: _AGE.match(v)) and re.search(r"\b(?:age|aged|am|i'?m)\W*$", before, re.I):
        return "age"
    if most(lambda v: _PRICE.match(v)):
        return "price"
    if len(values) > 1 and most(lambda v: _NAME.match(v)):
        return "name"
    return "other"
