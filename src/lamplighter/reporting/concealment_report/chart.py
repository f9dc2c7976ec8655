"""Drawings laid out in percent of their width, so that they fit a phone and keep their text size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lamplighter.reporting.concealment_report.model import Rate, Term
from lamplighter.reporting.operations_report.wording import day

HEIGHT = 150
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Bar(NamedTuple):
    """A period: its bar and its interval, in percent across and pixels down."""

    x: float
    width: float
    middle: float
    top: float
    height: float
    low: float
    high: float
    tip: str


class Chart(NamedTuple):
    """Bars, lines of the scale (pixels, label) and the two ends of the time."""

    bars: list[Bar]
    lines: list[tuple[float, str]]
    first: str
    last: str


def chart(periods: Sequence[Rate]) -> Chart | None:
    """Rates over time with their intervals; None where there are not two periods."""
    if len(periods) < 2:
        return None
    # The interval of a thin period may be huge; the scale follows the bars and what is sure.
    most = max(max(rate.rate, min(rate.high, 1.6 * rate.rate + 0.01)) for rate in periods)
    top = next((step for step in _STEPS if step >= most), 1.0)
    each = 100 / len(periods)

    def down(value: float) -> float:
        return round(HEIGHT * (1 - min(value, top) / top), 2)

    bars = [
        Bar(
            x=at * each + each * 0.12,
            width=each * 0.76,
            middle=(at + 0.5) * each,
            top=down(rate.rate),
            height=HEIGHT - down(rate.rate),
            low=down(rate.low),
            high=down(rate.high),
            tip=f"{rate.label}: {rate.sanitised:,} of {rate.published:,} ({rate.rate:.1%}; "
            f"95 % interval {rate.low:.1%} to {rate.high:.1%})",
        )
        for at, rate in enumerate(periods)
    ]
    lines = [(down(top * part), f"{top * part:.{1 if top < 0.04 else 0}%}") for part in (0.5, 1.0)]
    return Chart(bars, lines, periods[0].label, periods[-1].label)


class Span(NamedTuple):
    """When a term was seen to go, in percent of the time of the audit."""

    x: float
    width: float
    entered: bool
    left: bool
    tip: str


class Timeline:
    """Places times on the common axis of the strip list."""

    def __init__(self, terms: Sequence[Term]) -> None:
        times = [time for term in terms for time in (term.first, term.last) if time is not None]
        self.first: datetime | None = min(times, default=None)
        self.last: datetime | None = max(times, default=None)

    def span(self, term: Term) -> Span | None:
        """From the first to the last removal; None without times."""
        if self.first is None or self.last is None or term.first is None or term.last is None:
            return None
        whole = max((self.last - self.first).total_seconds(), 1.0)
        x = 100 * (term.first - self.first).total_seconds() / whole
        stop = 100 * (term.last - self.first).total_seconds() / whole
        tip = f"gone from {day(term.first)} to {day(term.last)}"
        if term.entered:
            tip += f"; survived before {day(term.entered)}"
        if term.left:
            tip += f"; survives since {day(term.left)}"
        return Span(x, max(stop - x, 1.5), term.entered is not None, term.left is not None, tip)
