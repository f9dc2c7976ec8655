"""The strip plot: one row per place, one cell per day, silences named.

A row is an SVG of `buckets` units across that stretches with the page; cells of one level are one
path, so that an operation of a year in twelve towns stays below 40 kB. Text stands outside the
stretched drawings, at percentages of the width, and keeps its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from lamplighter.reporting.operations_report.wording import (
    counted,
    day,
    days_between,
    month,
    short,
)

ROWS = 12
#: Cells across; on a phone each is still more than a pixel wide.
CELLS = 184
#: A frame is at least this wide, so that three days do not look like a season.
LEAST_DAYS = 14
LEVELS = 4
SILENT_DAYS = 7
SILENCES = 8
_LAST_ORDINAL = date.max.toordinal()


class Row(NamedTuple):
    """A place; `paths` by level 1 to 4, `cells` as `bucket:count` for the hover text."""

    place: str
    listings: int
    days: int
    first: str
    last: str
    paths: list[tuple[int, str]]
    cells: str


class Silence(NamedTuple):
    """Days without any listing; `x` and `width` in percent."""

    x: float
    width: float
    days: int
    sentence: str


class Tick(NamedTuple):
    """A date on the axis; `minor` ones are left out on a phone."""

    x: float
    label: str
    minor: bool


class Strip(NamedTuple):
    """The drawing: `buckets` of `step` days from `start` (ISO); `spark` is all places in one."""

    rows: list[Row]
    silences: list[Silence]
    ticks: list[Tick]
    start: str
    step: int
    buckets: int
    spark: str
    sentence: str


def strip(days: Sequence[tuple[date, str, int]]) -> Strip | None:
    """Lay out (day, place, count) rows; None where there is no day."""
    if not days:
        return None
    first, last = min(when for when, _, _ in days), max(when for when, _, _ in days)
    span = (last - first).days + 1
    step = -(-max(span, LEAST_DAYS) // CELLS)
    buckets = -(-max(span, LEAST_DAYS) // step)
    totals: Counter[str] = Counter()
    for _, place, count in days:
        totals[place] += count
    ranked = sorted(totals, key=lambda place: (-totals[place], place))
    named = ranked if len(ranked) <= ROWS else ranked[: ROWS - 1]
    held: dict[str | None, list[tuple[date, int]]] = {place: [] for place in named}
    for when, place, count in days:
        held.setdefault(place if place in held else None, []).append((when, count))
    counts = {
        place: _bucketed(seen, first, step) for place, seen in held.items()
    }  # None holds the places that share the last row
    most = max(count for cells in counts.values() for count in cells.values())
    rows = []
    for group, seen in held.items():
        name = f"{len(ranked) - len(named)} other places" if group is None else group
        began, ended = min(when for when, _ in seen), max(when for when, _ in seen)
        rows.append(
            Row(
                name or "place unknown",
                sum(count for _, count in seen),
                len({when for when, _ in seen}),
                day(began),
                day(ended),
                _paths(counts[group], most),
                " ".join(f"{index}:{count}" for index, count in sorted(counts[group].items())),
            )
        )
    active = sorted({when for when, _, _ in days})
    sentence = (
        f"{days_between(first, last)}: {counted(len(active), 'day', 'days')} with listings, "
        f"of {counted(span, 'day', 'days')}"
    )
    return Strip(
        rows,
        _silences(days, active, buckets * step),
        _ticks(first, buckets * step),
        first.isoformat(),
        step,
        buckets,
        _spark(days, first, buckets * step),
        sentence,
    )


def _bucketed(seen: list[tuple[date, int]], first: date, step: int) -> Counter[int]:
    cells: Counter[int] = Counter()
    for when, count in seen:
        cells[(when - first).days // step] += count
    return cells


def _paths(cells: Counter[int], most: int) -> list[tuple[int, str]]:
    by_level: dict[int, list[str]] = {}
    for index, count in sorted(cells.items()):
        # One a day throughout is no faint sign: level 3.
        level = min(LEVELS, 1 + int((LEVELS - 0.001) * (count - 1) / (most - 1))) if most > 1 else 3
        by_level.setdefault(level, []).append(f"M{index} 0h1v1h-1z")
    return [(level, "".join(path)) for level, path in sorted(by_level.items())]


def _spark(days: Sequence[tuple[date, str, int]], first: date, frame: int) -> str:
    """Bars in a box of 48 by 12, from all places."""
    bars: Counter[int] = Counter()
    for when, _, count in days:
        bars[(when - first).days * 48 // frame] += count
    most = max(bars.values())
    return "".join(
        f"M{x} 12v-{max(1.5, 12 * count / most):.1f}h.8V12z" for x, count in sorted(bars.items())
    )


def _silences(
    days: Sequence[tuple[date, str, int]], active: list[date], frame: int
) -> list[Silence]:
    gaps = [
        ((after - before).days - 1, before)
        for before, after in pairwise(active)
        if (after - before).days - 1 >= SILENT_DAYS
    ]
    longest = sorted(sorted(gaps, key=lambda gap: (-gap[0], gap[1]))[:SILENCES], key=lambda g: g[1])
    out = []
    for length, before in longest:
        begin, end = before + timedelta(days=1), before + timedelta(days=length)
        back = {place for when, place, _ in days if when == end + timedelta(days=1) and place}
        where = f", then {short(min(back), 60)}" if len(back) == 1 else ""
        if len(back) > 1:
            where = f", then {len(back)} places"
        sentence = f"{length} days silent, {days_between(begin, end)}{where}"
        out.append(
            Silence(100 * (begin - active[0]).days / frame, 100 * length / frame, length, sentence)
        )
    return out


def _ticks(first: date, frame: int) -> list[Tick]:
    """Days, or firsts of a month or of a year, at most ten; every other one is minor."""
    last = min(first.toordinal() + frame - 1, _LAST_ORDINAL)
    if frame <= 45:
        step = 2 if frame <= 16 else 7
        marks = [date.fromordinal(k) for k in range(first.toordinal(), last + 1, step)]
        labels = [f"{when.day} {month(when, k == 0)}" for k, when in enumerate(marks)]
    else:
        months = frame // 30
        step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120, 600, 6000) if months / s <= 9), 60000)
        begin = first.year * 12 + first.month - 1 + (first.day > 1)
        begin += -begin % step if step >= 12 else 0
        marks = []
        for k in range(begin, (first.year + frame // 365 + 2) * 12, step):
            if k // 12 > date.max.year:
                break
            marks.append(date(k // 12, k % 12 + 1, 1))
        marks = [when for when in marks if first.toordinal() <= when.toordinal() <= last]
        labels = [
            month(when, k == 0 or when.year != marks[k - 1].year) for k, when in enumerate(marks)
        ]
    places = [100 * (when - first).days / frame for when in marks]
    return [
        Tick(x, label, k % 2 == 1)
        for k, (x, label) in enumerate(zip(places, labels, strict=True))
        if x < 91
    ]
