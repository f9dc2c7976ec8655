"""Words and figures of the page: bands, grades, days, numbers, text short enough to show."""

from __future__ import annotations

import re
from datetime import date, datetime

#: Code points of a listing that are shown; the rest is in listings.parquet.
SHOWN = 2000

#: What each band says, in the words of the policy: leads, never guilt.
BANDS = {
    "A": "possible child",
    "B": "strong signs of control by a third party",
    "C": "organised, but unclear by whom and for what",
    "D": "ordinary repeat posting",
}

#: Grades of evidence: what the page calls each, and what it means (INDICATORS rule 1).
GRADES = {
    "tested-positive": (
        "tested: a sign",
        "Found more often in ads with a known trafficking outcome than in others. "
        "May move a band by itself.",
    ),
    "official-list": (
        "official list",
        "A term that an authority has published as denoting a child. May move a band by itself.",
    ),
    "expert-opinion": (
        "expert opinion",
        "Investigators and researchers name it; not tested against ads known to be ordinary. "
        "Reaches band B only together with a different sign.",
    ),
    "tested-null": (
        "tested: not a sign",
        "Commonly believed, tested, and found as often elsewhere. Gives no points.",
    ),
    "tested-negative": (
        "tested: speaks against",
        "Commonly believed, tested, and found less often in trafficking. Never adds points.",
    ),
    "observation": ("observation", "Describes the operation. Gives no points."),
}

# What cannot be shown: controls except tab and newline, lone surrogates (they cannot be written
# as UTF-8), non-characters; and what would turn the text around it (U+202A-E, U+2066-9: UAX 9).
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PICTURES = {c: chr(0x2400 + c) for c in range(0x20)} | {0x7F: "\N{SYMBOL FOR DELETE}"}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clean(text: str) -> str:
    """The text, code point for code point, with a picture (␀) or U+FFFD for what cannot show."""
    # The first half of a Windows line end is no news.
    return _UNSHOWABLE.sub(
        lambda found: _PICTURES.get(ord(found[0]), "\N{REPLACEMENT CHARACTER}"),
        text.replace("\r\n", " \n"),
    )


def short(text: str, limit: int = SHOWN) -> str:
    """At most `limit` code points, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[:limit] + "…"


def month(value: date, with_year: bool) -> str:
    """`Mar`, or `Mar 2026`."""
    name = _MONTHS[value.month - 1]
    return f"{name} {value.year}" if with_year else name


def day(value: date | datetime | None) -> str:
    """`3 Mar 2026`, the same in every locale; a dash where unknown."""
    if value is None:
        return "–"
    return f"{value.day} {month(value, True)}"


def days_between(first: date | datetime | None, last: date | datetime | None) -> str:
    """`18 Mar – 5 Apr 2025`, with no more years than it takes; a dash where unknown."""
    if first is None or last is None:
        return day(first or last)
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(last)
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    if first.month == last.month:
        return f"{first.day}–{day(last)}"
    return f"{first.day} {month(first, False)} – {day(last)}"


def number(value: float | None, digits: int = 0) -> str:
    """Thousands parted by commas, as in the reasons' sentences; a dash where not known."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return "–"
    return f"{value:,.{digits}f}".replace("-", "−")


def counted(count: int, one: str, many: str) -> str:
    """`1 phone`, `2 phones`."""
    return f"{number(count)} {one if count == 1 else many}"


def spaced(name: str) -> str:
    """`one-phone-many-accounts` as words."""
    return re.sub("[-_]+", " ", name)
