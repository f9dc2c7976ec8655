"""Text made safe and short enough to show: control characters, days, numbers, marked spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

#: Code points of a listing that are shown; the rest is in listings.parquet.
SHOWN = 2000

# Controls except tab and newline, lone surrogates (they cannot be written as UTF-8) and
# non-characters. Each is replaced by one code point, so that spans keep their places.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CONTACTS = frozenset({"phone", "email", "handle", "url", "domain", "payment", "wallet"})


class Piece(NamedTuple):
    """A stretch of text with at most one label."""

    text: str
    label: str
    contact: bool


def clean(text: str) -> str:
    """The text, code point for code point, with what cannot be shown as U+FFFD."""
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def short(text: str, limit: int = SHOWN) -> str:
    """At most `limit` code points, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[:limit] + "…"


def pieces(text: str, spans: Sequence[tuple[int, int, str]], limit: int = SHOWN) -> list[Piece]:
    """Cut the first `limit` code points at the spans; where spans overlap, the earlier wins."""
    shown = text[:limit]
    out: list[Piece] = []
    at = 0
    for start, end, label in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        begin, stop = max(start, at), min(end, len(shown))
        if begin >= stop:
            continue
        if begin > at:
            out.append(Piece(shown[at:begin], "", False))
        out.append(Piece(shown[begin:stop], label, label.split(":")[0].strip() in CONTACTS))
        at = stop
    if at < len(shown):
        out.append(Piece(shown[at:], "", False))
    return out


def day(value: date | datetime | None) -> str:
    """`3 Mar 2026`, the same in every locale; a dash where unknown."""
    if value is None:
        return "–"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def number(value: float | None, digits: int = 0) -> str:
    """Thousands parted by a narrow space; a dash where unknown or not finite."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return "–"
    return f"{value:,.{digits}f}".replace(",", "\u202f")


def counted(count: int, one: str, many: str) -> str:
    """`1 phone`, `2 phones`."""
    return f"{number(count)} {one if count == 1 else many}"
