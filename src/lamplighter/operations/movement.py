"""Where an operation was, in order: stays, legs, and whether it was in one place at a time.

A circuit is at one place at a time: several listings here, then several there, sometimes back.
An agency is in all its places all the time: the places of its listings come in random order.
`sequence` tells them apart: of two successive listings of the operation, how often are both at
the same place, beyond what a random order of the same listings would give (0), up to one block
per place (1).  With n listings of which n_i at place i, a random order has in the mean
sum n_i (n_i - 1) / n such pairs, and one block per place has n - k.
Ibanez and Suthers (HICSS 2014) derived circuits from phone numbers in listings in this manner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lamplighter.foundation.jit import kernel
from lamplighter.operations.columns import NO_TIME, Floats, Indices, Mask, column, floats
from lamplighter.operations.features import Features, share
from lamplighter.operations.layout import Layout
from lamplighter.operations.model import OperationInput

DAY = 86_400_000_000
HOUR = 3_600_000_000

#: Places closer than this are one stay (a town and its suburb).
NEAR_KM = 30.0
#: Faster than an airliner: about 900 km/h; short hops are exempt, since clocks differ.
FAST_KMH = 900.0
FAR_KM = 150.0
#: From this `sequence` the places come in order; and by so many standard deviations it must
#: differ from a random order, or one in a few hundred small agencies would look like a journey.
ORDERED, CLEAR = 0.35, 3.5
#: Legs listed at most: of an operation that moves, and of one that is everywhere at once, whose
#: legs say little.
MOVING, PARALLEL = 200, 40
#: Farther than this within one hour of the clock is called "at once".
AT_ONCE_HOURS = 1.0


@dataclass(frozen=True)
class Legs:
    """Legs of all operations, by operation and time. `source` and `target` are sorted members:
    the last listing before leaving and the first after arriving."""

    operation: Indices
    source: Indices
    target: Indices
    dwell_days: Floats
    km: Floats
    implausible: Mask


@dataclass(frozen=True)
class Positions:
    """(n',) coordinates of the sorted members in degrees, NaN where unknown."""

    latitude: Floats
    longitude: Floats


def positions(data: OperationInput, layout: Layout) -> Positions:
    """Coordinates of the members; those out of range count as unknown."""
    latitude = floats(column(data.places, "latitude", pa.float64()))[layout.rows]
    longitude = floats(column(data.places, "longitude", pa.float64()))[layout.rows]
    wrong = ~((np.abs(latitude) <= 90) & (np.abs(longitude) <= 180))
    return Positions(np.where(wrong, np.nan, latitude), np.where(wrong, np.nan, longitude))


def movement(layout: Layout, where: Positions, features: Features) -> Legs:
    """Find the legs and add the features of movement.

    circuit: stays, if the operation was at one place at a time and stayed, else 0.
    tour: places, if each was listed about once, days apart, in a plausible order, else 0.
    parallel: places, if several were listed all the time or on the same days, else 0.
    """
    bounds = layout.bounds
    legs = Legs(*_legs(bounds, layout.time, layout.place, where.latitude, where.longitude))
    m = layout.operations
    placed = (layout.time != NO_TIME) & (layout.place >= 0)
    n = layout.count(placed)
    places = layout.distinct(np.where(placed, layout.place, -1))
    hops = np.bincount(legs.operation, minlength=m)
    fast = np.bincount(legs.operation[legs.implausible], minlength=m)
    same, expected, block = _adjacency(bounds, layout.place, placed)
    room = block - expected
    sequence = np.where(room >= 1, (same - expected) / np.maximum(room, 1), 0.0)
    fast_share = share(fast, hops)
    stayed = legs.dwell_days >= 0.25
    dwelt = np.bincount(legs.operation[stayed], minlength=m)
    pause = _median_by_operation(_pauses(legs, layout), legs.operation, m)
    # Legs that no one can travel are overlaps, not part of the journey.
    stays = hops - fast + (hops > fast)
    # Poisson-like spread of the pairs under random order: small operations must be clear-cut.
    spread = np.sqrt(expected * (1 - share(expected, n - 1)))
    clear = same - expected >= CLEAR * spread
    wandered = (places >= 3) | ((places == 2) & (stays >= 4))
    blocks = (room >= 1) & (sequence >= ORDERED) & (n >= 1.5 * places) & (dwelt >= 1)
    circuit = wandered & blocks & clear & (stays >= 3)
    once = (n < 1.5 * places) | (room < 1) | (blocks & ~clear)
    tour = (places >= 3) & once & ~circuit & (pause >= 1.0) & (fast_share <= 0.15)
    parallel = (places >= 2) & ~circuit & ~tour & ((room >= 1) | (fast_share > 0.25) | (pause < 1))
    travelled = ~legs.implausible
    km = np.bincount(
        legs.operation[travelled], weights=np.nan_to_num(legs.km[travelled]), minlength=m
    )
    returns = np.where(circuit, np.maximum(stays - places, 0), 0)
    dwell = _median_by_operation(legs.dwell_days[stayed], legs.operation[stayed], m)
    moving = (circuit | tour)[layout.operation] & placed
    features.put(
        {
            "circuit": np.where(circuit, stays, 0),
            "circuit_places": np.where(circuit, places, 0),
            "tour": np.where(tour, places, 0),
            "returns": returns,
            "sequence": sequence,
            "dwell_days": np.round(dwell, 1),
            "km": np.round(km),
        },
        moving,
    )
    ends = np.zeros(len(layout.rows), np.bool_)
    ends[legs.source[legs.implausible]] = True
    ends[legs.target[legs.implausible]] = True
    features.put({"implausible": fast, "implausible_share": fast_share}, ends)
    features.put({"parallel": np.where(parallel, places, 0)}, placed)
    shown = np.where(circuit | tour, MOVING, PARALLEL)
    features.put({"places": places, "stays": stays, "legs_hidden": np.maximum(hops - shown, 0)})
    return legs


def _pauses(legs: Legs, layout: Layout) -> Floats:
    """Days between the last listing here and the first there."""
    pauses: Floats = (layout.time[legs.target] - layout.time[legs.source]) / DAY
    return pauses


def _median_by_operation(values: Floats, operation: Indices, m: int) -> Floats:
    """(m,) lower median of the values of each operation, 0 where it has none."""
    result = np.zeros(m)
    if len(values):
        order = np.lexsort((values, operation))
        counts = np.bincount(operation, minlength=m)
        starts = np.cumsum(counts) - counts
        some = counts > 0
        result[some] = values[order][(starts + (counts - 1) // 2)[some]]
    return result


@kernel
def _great_circle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Kilometres by the haversine formula (Sinnott 1984), mean radius 6371.0088 km (IUGG)."""
    one, two = np.radians(lat1), np.radians(lat2)
    up = np.sin((two - one) / 2)
    across = np.sin(np.radians(lon2 - lon1) / 2)
    part = up * up + np.cos(one) * np.cos(two) * across * across
    # Trap: min(1.0, nan) is 1.0, half way round the Earth.
    half = np.sqrt(part)
    return float(2 * 6371.0088 * np.arcsin(1.0 if half > 1.0 else half))


@kernel
def _legs(
    bounds: Indices, time: Indices, place: Indices, latitude: Floats, longitude: Floats
) -> tuple[Indices, Indices, Indices, Floats, Floats, Mask]:
    n = len(time)
    operation = np.empty(n, np.int64)
    source = np.empty(n, np.int64)
    target = np.empty(n, np.int64)
    dwell = np.zeros(n, np.float64)
    km = np.zeros(n, np.float64)
    implausible = np.zeros(n, np.bool_)
    legs = 0
    for group in range(len(bounds) - 1):
        first = -1
        last = -1
        leg = -1
        for at in range(bounds[group], bounds[group + 1]):
            if time[at] == NO_TIME or place[at] < 0:
                continue
            if last >= 0 and place[at] != place[first]:
                far = _great_circle(latitude[last], longitude[last], latitude[at], longitude[at])
                if not far < NEAR_KM:
                    if leg >= 0:
                        dwell[leg] = (time[last] - time[first]) / DAY
                    leg = legs
                    operation[leg], source[leg], target[leg] = group, last, at
                    km[leg] = far
                    hours = (time[at] - time[last]) / HOUR
                    speeding = far > FAST_KMH * max(hours, AT_ONCE_HOURS / 4)
                    implausible[leg] = far >= FAR_KM and (speeding or hours < AT_ONCE_HOURS)
                    legs += 1
                    first = at
            if first < 0:
                first = at
            last = at
        if leg >= 0:
            dwell[leg] = (time[last] - time[first]) / DAY
    return (
        operation[:legs],
        source[:legs],
        target[:legs],
        dwell[:legs],
        km[:legs],
        implausible[:legs],
    )


@kernel
def _adjacency(bounds: Indices, place: Indices, placed: Mask) -> tuple[Floats, Floats, Floats]:
    """Per operation: successive pairs at one place; expected in random order; with one block."""
    m = len(bounds) - 1
    same = np.zeros(m)
    expected = np.zeros(m)
    block = np.zeros(m)
    for group in range(m):
        begin, end = bounds[group], bounds[group + 1]
        here = place[begin:end][placed[begin:end]]
        if len(here) < 2:
            continue
        for at in range(1, len(here)):
            same[group] += here[at] == here[at - 1]
        here.sort()
        run = 1
        kinds = 1
        for at in range(1, len(here) + 1):
            if at < len(here) and here[at] == here[at - 1]:
                run += 1
            else:
                expected[group] += run * (run - 1) / len(here)
                kinds += at < len(here)
                run = 1
        block[group] = len(here) - kinds
    return same, expected, block
