"""The strip plot: one row per place, one cell per day, silences named.

Positions are percentages of the strip's width, so that the drawing fits a phone and its text
keeps its size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from lamplighter.reporting.operations_report.wording import counted, day

ROWS = 12
CELLS = 366
SILENT_DAYS = 7
SILENCES = 8


class Cell(NamedTuple):
    """A day (or a few, on long strips) at one place; `level` 1 to 4 by count."""

    x: float
    width: float
    level: int
    tip: str


class Row(NamedTuple):
    """A place with its cells and listings."""

    place: str
    listings: int
    cells: list[Cell]


class Silence(NamedTuple):
    """A stretch without any listing; `label` is what fits into its width."""

    x: float
    width: float
    label: str
    sentence: str


class Strip(NamedTuple):
    """The drawing; `left_out` places share the last row."""

    rows: list[Row]
    silences: list[Silence]
    first: str
    last: str


def strip(days: Sequence[tuple[date, str, int]]) -> Strip | None:
    """Lay out (day, place, count) rows; None where there is no day."""
    if not days:
        return None
    first = min(when for when, _, _ in days)
    last = max(when for when, _, _ in days)
    span = (last - first).days + 1
    bucket = -(-span // CELLS)
    totals: Counter[str] = Counter()
    for _, place, count in days:
        totals[place] += count
    ranked = sorted(totals, key=lambda place: (-totals[place], place))
    named = ranked if len(ranked) <= ROWS else ranked[: ROWS - 1]
    rest = f"{len(ranked) - len(named)} other places"
    known = set(named)
    cells: Counter[tuple[str, int]] = Counter()
    for when, place, count in days:
        row = place if place in known else rest
        cells[row, (when - first).days // bucket] += count
    most = max(cells.values())
    by_row: dict[str, list[Cell]] = {}
    for (row, index), count in sorted(cells.items()):
        start = first + timedelta(days=index * bucket)
        when_text = day(start) if bucket == 1 else f"{bucket} days from {day(start)}"
        tip = f"{row or 'place unknown'}, {when_text}: {counted(count, 'listing', 'listings')}"
        level = min(4, 1 + int(3.999 * (count - 1) / max(most - 1, 1)))
        at = 100 * index * bucket / span
        by_row.setdefault(row, []).append(Cell(at, min(100 * bucket / span, 100 - at), level, tip))
    shown = [*named, rest] if len(known) < len(ranked) else named
    left = sum(totals[place] for place in ranked[len(named) :])
    rows = [
        Row(place or "place unknown", totals.get(place, left), by_row[place]) for place in shown
    ]
    return Strip(
        rows, _silences(sorted({when for when, _, _ in days}), span), day(first), day(last)
    )


def _silences(seen: list[date], span: int) -> list[Silence]:
    gaps = [
        ((after - before).days - 1, before)
        for before, after in pairwise(seen)
        if (after - before).days - 1 >= SILENT_DAYS
    ]
    longest = sorted(sorted(gaps, key=lambda gap: (-gap[0], gap[1]))[:SILENCES], key=lambda g: g[1])
    out = []
    for length, before in longest:
        width = 100 * length / span
        label = f"{length} days silent" if width >= 36 else f"{length} d" if width >= 12 else ""
        begin, end = before + timedelta(days=1), before + timedelta(days=length)
        x = 100 * (begin - seen[0]).days / span
        sentence = f"{length} days silent, {day(begin)} to {day(end)}"
        out.append(Silence(x, width, label, sentence))
    return out
