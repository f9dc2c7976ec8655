"""The map of an operation's legs, drawn without a network, zoomed to where they are.

`world.txt` holds two SVG paths in tenths of a degree (x = 10·longitude, y = −10·latitude): land
outlines and country borders at 1:110,000,000, from Natural Earth (public domain).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lamplighter.reporting.operations_report.lead import Leg
from lamplighter.reporting.operations_report.place_names import Name, name_places
from lamplighter.reporting.operations_report.wording import number, short

WIDTH, HEIGHT = 480.0, 290.0
#: Legs that are drawn; all are in the list beside the map.
DRAWN = 60
#: Legs are numbered on the map up to this many ways.
NUMBERED = 14
_LEAST_DEGREES = 5.0
#: Kilometres of a degree of latitude, on the mean sphere of IUGG.
_KM_PER_DEGREE = 111.195


class Way(NamedTuple):
    """From one place to another, once or more: an SVG path, numbered in order of travel.

    `spots` are points along it.
    """

    path: str
    implausible: bool
    tip: str
    x: float
    y: float
    label: str
    spots: list[tuple[float, float]]


class Dot(NamedTuple):
    """A place on the map and how often the legs touch it."""

    x: float
    y: float
    radius: float
    tip: str


class Atlas(NamedTuple):
    """Everything to draw; `worlds` are transforms of the land, three beside the date line."""

    worlds: list[str]
    grid: str
    ways: list[Way]
    dots: list[Dot]
    names: list[Name]
    bar: float
    bar_label: str
    drawn: int


@cache
def world() -> tuple[str, str]:
    """SVG paths of land and of borders."""
    text = files(__package__).joinpath("world.txt").read_text("ascii")
    land, borders = text.splitlines()
    return land, borders


def atlas(legs: Sequence[Leg]) -> Atlas | None:
    """Lay out the first legs that have coordinates; None where none has."""
    placed = [
        (order, leg, spot)
        for order, leg in enumerate(legs, start=1)
        if (spot := _spots(leg)) is not None
    ][:DRAWN]
    if not placed:
        return None
    frame = _Frame([spot for _, _, spot in placed])
    points: dict[str, tuple[float, float]] = {}
    visits: dict[str, int] = {}
    ways: dict[tuple[str, str], list[tuple[int, Leg]]] = {}
    for order, leg, (from_lat, from_lon, to_lat, to_lon) in placed:
        points.setdefault(leg.from_, frame.project(from_lat, from_lon))
        points.setdefault(leg.to, frame.project(to_lat, to_lon))
        visits[leg.to] = visits.get(leg.to, 0) + 1
        ways.setdefault((leg.from_, leg.to), []).append((order, leg))
    numbered = len(ways) <= NUMBERED
    drawn = [_way(pair, gone, points, numbered) for pair, gone in ways.items()]
    dots = [
        Dot(x, y, min(3.2 + 0.7 * visits.get(place, 0), 6.0), short(place, 80))
        for place, (x, y) in points.items()
    ]
    discs = [(way.x, way.y, 8.0) for way in drawn if way.label]
    lines = [spot for way in drawn for spot in way.spots]
    names = name_places(points, discs, lines, (WIDTH, HEIGHT))
    km = _bar_km(frame.scale)
    return Atlas(
        frame.worlds(),
        frame.grid(),
        drawn,
        dots,
        names,
        km / _KM_PER_DEGREE * frame.scale,
        f"{number(km)} km",
        len(placed),
    )


class _Frame:
    """An equirectangular projection, true to scale in the middle of what it has to show."""

    def __init__(self, spots: Sequence[tuple[float, float, float, float]]) -> None:
        longitudes = [lon for spot in spots for lon in (spot[1], spot[3])]
        # Seen across the date line when that is the shorter way round.
        self.wraps = max(longitudes) - min(longitudes) > 180
        lons = [self._turned(lon) for lon in longitudes]
        lats = [lat for spot in spots for lat in (spot[0], spot[2])]
        self.lat, self.lon = (max(lats) + min(lats)) / 2, (max(lons) + min(lons)) / 2
        self.squeeze = max(math.cos(math.radians(self.lat)), 0.2)
        wide = max((max(lons) - min(lons)) * self.squeeze * 1.4, _LEAST_DEGREES)
        high = max((max(lats) - min(lats)) * 1.45, _LEAST_DEGREES * HEIGHT / WIDTH)
        self.scale = min(WIDTH / wide, HEIGHT / high)

    def _turned(self, lon: float) -> float:
        return lon + 360 if self.wraps and lon < 0 else lon

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        x = WIDTH / 2 + (self._turned(lon) - self.lon) * self.squeeze * self.scale
        return x, HEIGHT / 2 - (lat - self.lat) * self.scale

    def worlds(self) -> list[str]:
        half = WIDTH / 2 / self.squeeze / self.scale
        turns = (0, 360, -360) if abs(self.lon) + half > 180 else (0,)
        across, down = self.squeeze * self.scale / 10, self.scale / 10
        return [
            f"translate({WIDTH / 2 + (turn - self.lon) * self.squeeze * self.scale:.2f} "
            f"{HEIGHT / 2 + self.lat * self.scale:.2f}) scale({across:.5f} {down:.5f})"
            for turn in turns
        ]

    def grid(self) -> str:
        """Meridians and parallels, at most eight across."""
        wide, high = WIDTH / self.scale / self.squeeze, HEIGHT / self.scale
        step = next((s for s in (1, 2, 5, 10, 15, 30) if wide / s <= 8), 45)
        out = []
        for k in range(math.ceil((self.lon - wide / 2) / step), int((self.lon + wide) // step) + 1):
            x = WIDTH / 2 + (k * step - self.lon) * self.squeeze * self.scale
            if 0 < x < WIDTH:
                out.append(f"M{x:.1f} 0V{HEIGHT:.0f}")
        for k in range(math.ceil((self.lat - high / 2) / step), int((self.lat + high) // step) + 1):
            y = HEIGHT / 2 - (k * step - self.lat) * self.scale
            if 0 < y < HEIGHT:
                out.append(f"M0 {y:.1f}H{WIDTH:.0f}")
        return "".join(out)


def _spots(leg: Leg) -> tuple[float, float, float, float] | None:
    if leg.from_lat is None or leg.from_lon is None or leg.to_lat is None or leg.to_lon is None:
        return None
    spots = (leg.from_lat, leg.from_lon, leg.to_lat, leg.to_lon)
    if any(not abs(value) <= limit for value, limit in zip(spots, (90, 180, 90, 180), strict=True)):
        return None
    return spots


def _way(
    pair: tuple[str, str],
    gone: list[tuple[int, Leg]],
    points: dict[str, tuple[float, float]],
    numbered: bool,
) -> Way:
    """A bow to the left of the way, so that there and back are two lines."""
    start, end = points[pair[0]], points[pair[1]]
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend_x, bend_y = (start[0] + end[0]) / 2 + dy * 0.18, (start[1] + end[1]) / 2 - dx * 0.18
    # Stop short of the dot, so that the arrowhead is seen.
    way = math.hypot(end[0] - bend_x, end[1] - bend_y) or 1.0
    keep = max(1 - 7 / way, 0.2)
    tip_x, tip_y = bend_x + (end[0] - bend_x) * keep, bend_y + (end[1] - bend_y) * keep
    orders = [order for order, _ in gone]
    label = ", ".join(map(str, orders[:2])) + ("…" if len(orders) > 2 else "")
    # On a short way the disc would hide the line.
    label = label if numbered and math.hypot(dx, dy) > 34 else ""
    tip = f"{'legs' if len(orders) > 1 else 'leg'} {', '.join(map(str, orders[:12]))}: "
    tip += f"{short(pair[0], 60)} → {short(pair[1], 60)}"
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{bend_x:.1f} {bend_y:.1f} {tip_x:.1f} {tip_y:.1f}"
    spots = [_on(start, (bend_x, bend_y), end, k / 24) for k in range(25)]
    x, y = spots[12]
    return Way(path, any(leg.implausible for _, leg in gone), tip, x, y, label, spots)


def _on(
    start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float], at: float
) -> tuple[float, float]:
    """A point of a quadratic Bézier curve, 0 ≤ `at` ≤ 1."""
    left = 1 - at
    x = left * left * start[0] + 2 * at * left * bend[0] + at * at * end[0]
    return x, left * left * start[1] + 2 * at * left * bend[1] + at * at * end[1]


def _bar_km(scale: float) -> float:
    """The longest round distance that takes at most 90 units of the drawing."""
    most = 90 / scale * _KM_PER_DEGREE
    ten = 10.0 ** math.floor(math.log10(most))
    return next(ten * k for k in (5, 2, 1) if ten * k <= most)
