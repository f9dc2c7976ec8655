"""Lines that help, by country (`referral.toml` has sources and dates)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from lamplighter.reporting.statement.dsa.schema import schema

#: In the order of the page. Union members that have no line of their own get those of EU.
_NAMES = {"US": "United States", "CA": "Canada", "GB": "United Kingdom", "EU": "European Union"}


@dataclass(frozen=True)
class Line:
    """One line: whom it is for, how to reach it, and who says so."""

    countries: tuple[str, ...]
    emergency: str
    name: str
    call: str
    text: str
    hours: str
    for_whom: str
    source: str
    read: date

    @property
    def dialled(self) -> str:
        """For a `tel:` link."""
        return "".join(sign for sign in self.call if sign.isdigit())


@dataclass(frozen=True)
class Country:
    """A country or the Union, with its emergency number and its lines."""

    code: str
    name: str
    emergency: str
    lines: tuple[Line, ...]


@cache
def countries() -> tuple[Country, ...]:
    """All, in the order of the page."""
    text = (files("lamplighter.reporting.notice") / "referral.toml").read_text("utf-8")
    lines = [
        Line(**{**one, "countries": tuple(one["countries"])}) for one in tomllib.loads(text)["line"]
    ]
    found = []
    for code, name in _NAMES.items():
        own = tuple(line for line in lines if code in line.countries)
        found.append(Country(code, name, own[0].emergency, own))
    return tuple(found)


def of_country(code: str) -> tuple[Country, ...]:
    """What to show first for a country; everything where nothing is known of it."""
    wanted = "EU" if code in schema().eea else {"UK": "GB"}.get(code, code)
    first = tuple(one for one in countries() if one.code == wanted)
    return (*first, *(one for one in countries() if one not in first))
