"""The city at given coordinates, by a grid of cells of one degree."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.gazetteer import gazetteer

#: Coordinates are given the name of a city at most this far away.
NEAR_KM = 50.0
#: A city of p people is taken to reach `_RADIUS * sqrt(p)` km from its centre (two million: 14 km),
#: so that a district of a big city, which GeoNames also lists, does not pass for another town.
_RADIUS = 0.01


class _Grid(NamedTuple):
    """Cities by cell of one degree: those of cell c are cities[bounds[c]:bounds[c+1]]."""

    bounds: NDArray[np.int64]
    cities: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    radius: NDArray[np.float64]


def nearest_cities(
    lat: NDArray[np.float64], lon: NDArray[np.float64], named: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(n,) the named city (-1: none) if it is near the point, else the nearest one, else -1."""
    return _nearest(lat, lon, named, *_grid(), NEAR_KM)


@cache
def _grid() -> _Grid:
    cities = gazetteer()
    cell = _cells(cities.latitude, cities.longitude)
    order = np.argsort(cell, kind="stable")
    bounds = np.concatenate(([0], np.cumsum(np.bincount(cell, minlength=181 * 360))))
    radius = _RADIUS * np.sqrt(cities.population)
    return _Grid(bounds.astype(np.int64), order, cities.latitude, cities.longitude, radius)


def _cells(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.int64]:
    row = np.floor(latitude + 90).astype(np.int64)
    return row * 360 + np.floor(longitude + 180).astype(np.int64) % 360


@inlined
def _kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great circle by the haversine formula (Sinnott 1984), Earth's mean radius."""
    rad = np.pi / 180
    lat = np.sin((lat_b - lat_a) * rad / 2)
    lon = np.sin((lon_b - lon_a) * rad / 2)
    chord = lat * lat + np.cos(lat_a * rad) * np.cos(lat_b * rad) * lon * lon
    return float(2 * 6371.0088 * np.arcsin(min(1.0, np.sqrt(chord))))


@kernel
def _nearest(
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    named: NDArray[np.int64],
    bounds: NDArray[np.int64],
    cities: NDArray[np.int64],
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    radius: NDArray[np.float64],
    limit: float,
) -> NDArray[np.int64]:
    """(n,) the named city if within `limit` km, else the one with the nearest edge, else -1."""
    result = np.full(len(lat), -1, np.int64)
    for at in range(len(lat)):
        if named[at] >= 0:
            home = named[at]
            if _kilometres(lat[at], lon[at], latitude[home], longitude[home]) <= limit:
                result[at] = home
                continue
        best = limit
        wide = max(0.02, np.cos(lat[at] * np.pi / 180))
        reach = min(180, int(limit / 111.0 / wide) + 1)
        row = int(np.floor(lat[at] + 90))
        column = int(np.floor(lon[at] + 180))
        for y in range(max(0, row - 1), min(180, row + 1) + 1):
            for x in range(column - reach, column + reach + 1):
                cell = y * 360 + x % 360
                for entry in range(bounds[cell], bounds[cell + 1]):
                    city = cities[entry]
                    far = _kilometres(lat[at], lon[at], latitude[city], longitude[city])
                    if far < limit and far - radius[city] < best:
                        best = far - radius[city]
                        result[at] = city
    return result
