"""When listings were posted: bursts, clockwork, and hours no single person keeps."""

from __future__ import annotations

import numpy as np

from lamplighter.foundation.jit import kernel
from lamplighter.operations.columns import NO_TIME, Floats, Indices
from lamplighter.operations.features import Features
from lamplighter.operations.layout import Layout

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def schedule(layout: Layout, features: Features) -> None:
    """Add: burst (most listings within ten minutes), clockwork (listings whose gaps are all
    alike within a tenth, else 0), sleepless (hours of the day, of 24, with a listing), span_days,
    posts_per_day."""
    burst, clockwork, sleepless, span = _rhythm(layout.bounds, layout.time)
    days = np.maximum(span / _DAY, 1.0)
    dated = layout.count(layout.time != NO_TIME)
    features.put(
        {
            "burst": burst,
            "clockwork": clockwork,
            "sleepless": sleepless,
            "span_days": np.round(span / _DAY, 1),
            "posts_per_day": dated / days,
        }
    )


@kernel
def _rhythm(bounds: Indices, time: Indices) -> tuple[Floats, Floats, Floats, Floats]:
    m = len(bounds) - 1
    burst = np.zeros(m)
    clockwork = np.zeros(m)
    sleepless = np.zeros(m)
    span = np.zeros(m)
    hours = np.zeros(24, np.bool_)
    for group in range(m):
        begin, end = bounds[group], bounds[group + 1]
        while end > begin and time[end - 1] == NO_TIME:
            end -= 1
        n = end - begin
        if n == 0:
            continue
        span[group] = time[end - 1] - time[begin]
        hours[:] = False
        tail = begin
        gaps = 0.0
        squares = 0.0
        for at in range(begin, end):
            hours[(time[at] // _HOUR) % 24] = True
            while time[at] - time[tail] > 10 * _MINUTE:
                tail += 1
            burst[group] = max(burst[group], at - tail + 1)
            if at > begin:
                gap = np.float64(time[at] - time[at - 1])
                gaps += gap
                squares += gap * gap
        sleepless[group] = hours.sum()
        if n >= 6 and gaps > 0:
            mean = gaps / (n - 1)
            spread = np.sqrt(max(0.0, squares / (n - 1) - mean * mean))
            # Gaps of seconds are one upload, not a rhythm.
            if spread <= 0.1 * mean and mean > 30 * _MINUTE:
                clockwork[group] = n
    return burst, clockwork, sleepless, span
