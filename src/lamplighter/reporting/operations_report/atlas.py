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

WIDTH, HEIGHT = 420.0, 240.0
DRAWN = 60
LABELS = 14
_LEAST_DEGREES = 5.0


class Town(NamedTuple):
    """A place on the map; `label` is empty where it would hide another one."""

    x: float
    y: float
    name: str
    label: str
    label_x: float
    label_y: float
    anchor: str


class Curve(NamedTuple):
    """A leg as an SVG path."""

    path: str
    implausible: bool
    tip: str


class Atlas(NamedTuple):
    """Everything to draw; `worlds` are transforms of the land, two beside the date line."""

    worlds: list[str]
    grid: str
    towns: list[Town]
    curves: list[Curve]


@cache
def world() -> tuple[str, str]:
    """SVG paths of land and of borders."""
    text = files(__package__).joinpath("world.txt").read_text("ascii")
    land, borders = text.splitlines()
    return land, borders


def atlas(legs: Sequence[Leg]) -> Atlas | None:
    """Lay out the first legs that have coordinates; None where none has."""
    placed = [(leg, spot) for leg in legs if (spot := _spots(leg)) is not None][:DRAWN]
    if not placed:
        return None
    longitudes = [lon for _, spot in placed for lon in (spot[1], spot[3])]
    # Seen across the date line when that is the shorter way round.
    wraps = max(longitudes) - min(longitudes) > 180
    lons = [lon + 360 if wraps and lon < 0 else lon for lon in longitudes]
    lats = [lat for _, spot in placed for lat in (spot[0], spot[2])]
    middle_lat, middle_lon = (max(lats) + min(lats)) / 2, (max(lons) + min(lons)) / 2
    squeeze = max(math.cos(math.radians(middle_lat)), 0.2)
    wide = max((max(lons) - min(lons)) * squeeze * 1.45, _LEAST_DEGREES)
    high = max((max(lats) - min(lats)) * 1.5, _LEAST_DEGREES * HEIGHT / WIDTH)
    scale = min(WIDTH / wide, HEIGHT / high)

    def project(lat: float, lon: float) -> tuple[float, float]:
        turned = lon + 360 if wraps and lon < 0 else lon
        x = WIDTH / 2 + (turned - middle_lon) * squeeze * scale
        return x, HEIGHT / 2 - (lat - middle_lat) * scale

    places: dict[str, tuple[float, float]] = {}
    curves = []
    for leg, (from_lat, from_lon, to_lat, to_lon) in placed:
        start, end = project(from_lat, from_lon), project(to_lat, to_lon)
        places.setdefault(leg.from_, start)
        places.setdefault(leg.to, end)
        curves.append(Curve(_bow(start, end), leg.implausible, f"{leg.from_} → {leg.to}"))
    turns = (0, 360, -360) if wraps or abs(middle_lon) + WIDTH / squeeze / scale > 170 else (0,)
    worlds = [
        f"translate({WIDTH / 2 + (turn - middle_lon) * squeeze * scale:.2f} "
        f"{HEIGHT / 2 + middle_lat * scale:.2f}) scale({squeeze * scale / 10:.5f} {scale / 10:.5f})"
        for turn in turns
    ]
    return Atlas(worlds, _grid(middle_lat, middle_lon, squeeze, scale), _towns(places), curves)


def _spots(leg: Leg) -> tuple[float, float, float, float] | None:
    if leg.from_lat is None or leg.from_lon is None or leg.to_lat is None or leg.to_lon is None:
        return None
    spots = (leg.from_lat, leg.from_lon, leg.to_lat, leg.to_lon)
    if any(not math.isfinite(value) for value in spots):
        return None
    return spots


def _bow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A bow to the left of the way, so that there and back are two lines."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend_x, bend_y = (start[0] + end[0]) / 2 + dy * 0.16, (start[1] + end[1]) / 2 - dx * 0.16
    # Stop short of the dot, so that the arrowhead is seen.
    way = math.hypot(end[0] - bend_x, end[1] - bend_y) or 1.0
    keep = max(1 - 5 / way, 0.2)
    tip_x, tip_y = bend_x + (end[0] - bend_x) * keep, bend_y + (end[1] - bend_y) * keep
    return f"M{start[0]:.1f} {start[1]:.1f}Q{bend_x:.1f} {bend_y:.1f} {tip_x:.1f} {tip_y:.1f}"


def _towns(places: dict[str, tuple[float, float]]) -> list[Town]:
    taken: list[tuple[float, float, float, float]] = []
    towns = []
    for name, (x, y) in places.items():
        short_name = name if len(name) <= 22 else name[:21] + "…"
        room = 6.2 * len(short_name)
        label, best = "", (x, y, "start")
        tries = [(x + 6, y + 4, "start"), (x - 6, y + 4, "end"), (x, y - 8, "middle")]
        for at_x, at_y, anchor in [*tries, (x, y + 15, "middle")]:
            left = at_x - {"start": 0.0, "end": room, "middle": room / 2}[anchor]
            box = (left, at_y - 10, left + room, at_y + 3)
            inside = box[0] >= 2 and box[2] <= WIDTH - 2 and box[1] >= 2 and box[3] <= HEIGHT - 2
            if inside and len(taken) < LABELS and not any(_touch(box, other) for other in taken):
                taken.append(box)
                label, best = short_name, (at_x, at_y, anchor)
                break
        towns.append(Town(x, y, name, label, *best))
    return towns


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _grid(middle_lat: float, middle_lon: float, squeeze: float, scale: float) -> str:
    """Meridians and parallels, four to eight of them."""
    wide = WIDTH / scale / squeeze
    step = next((s for s in (1, 2, 5, 10, 15, 30) if wide / s <= 8), 45)
    out = []
    for k in range(math.ceil((middle_lon - wide / 2) / step), int((middle_lon + wide) // step) + 1):
        x = WIDTH / 2 + (k * step - middle_lon) * squeeze * scale
        if 0 < x < WIDTH:
            out.append(f"M{x:.1f} 0V{HEIGHT:.0f}")
    high = HEIGHT / scale
    for k in range(math.ceil((middle_lat - high / 2) / step), int((middle_lat + high) // step) + 1):
        y = HEIGHT / 2 - (k * step - middle_lat) * scale
        if 0 < y < HEIGHT:
            out.append(f"M0 {y:.1f}H{WIDTH:.0f}")
    return "".join(out)
