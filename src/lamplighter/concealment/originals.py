"""Missing originals: what was published without its original, overwritten, or left out."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.acts import MISSING, micros
from lamplighter.concealment.pairs import EQUAL, UNSAVED
from lamplighter.listings.actions import EDITED

I64 = NDArray[np.int64]

_NUMBERED = re.compile(r"^(.*?)(\d{1,15})$")
#: Ids count as a sequence if at least this share of the numbers is used.
_DENSE = 0.7
#: A gap or an hour without listings is told if chance makes one in so many audits.
_CHANCE = 1e-6
_HOUR = 3_600_000_000
#: Clocks of two machines differ by this much and no harm is meant; a clock change is an hour.
_SLACK = 5 * 60_000_000

#: A series in the order of its numbers or a log in the order of time is one with so few exceptions.
_IN_ORDER = 0.01
_LEAST_BACK = 3

#: One row per sign. `kind`: unsaved, overwritten, sequence_gap, time_gap, backward_clock (published
#: before posted), backward_ids (a later number, posted earlier), backward_log;
#: `listings`: ids that show it (for a gap: on both sides); `count`: listings affected or
#: missing; `chance`: of that much by accident; `sentence` says it.
ORIGINAL_SCHEMA = pa.schema(
    [
        pa.field("kind", pa.large_string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("chance", pa.float64()),
        pa.field("sentence", pa.large_string(), nullable=False),
        pa.field("listings", pa.large_list(pa.large_string()), nullable=False),
    ]
)
_SHOWN = 50


class _Gap(NamedTuple):
    size: int
    chance: float
    before: int  # rows
    after: int


class LogOrder(NamedTuple):
    """A log's entries with a time, those earlier than the one before them, and listings of these."""

    timed: int = 0
    backward: int = 0
    listings: tuple[str, ...] = ()


def missing_originals(pairs: pa.Table, overwritten: I64, log: LogOrder) -> pa.Table:
    """`ORIGINAL_SCHEMA` of pairs; `overwritten` are pairs whose original another export shows."""
    state, action = pairs["state"].to_numpy(), pairs["action"].to_numpy()
    posted, published = micros(pairs["posted_at"]), micros(pairs["published_at"])
    ids = pairs["listing_id"]
    rows: list[dict[str, object]] = []

    def told(kind: str, where: I64, sentence: str, count: int | None = None,
             chance: float | None = None) -> None:  # fmt: skip
        if len(where):
            shown = ids.take(pa.array(where[:_SHOWN])).to_pylist()
            rows.append({"kind": kind, "count": len(where) if count is None else count,
                         "chance": chance, "sentence": sentence, "listings": shown})  # fmt: skip

    unsaved = np.flatnonzero(state == UNSAVED)
    told("unsaved", unsaved, f"{len(unsaved):,} published listings have no submitted version.")
    same = np.flatnonzero((state == EQUAL) & (action == EDITED) & ~pairs["by_poster"].to_numpy())
    replaced = np.union1d(same, overwritten)
    told("overwritten", replaced,
         f"{len(replaced):,} listings are recorded as edited and hold the published text in place "
         "of the submitted one.")  # fmt: skip
    numbered = _series(ids)
    for gap in _sequence_gaps(numbered):
        told("sequence_gap", np.array([gap.before, gap.after]),
             f"{gap.size:,} numbers in a row are missing between {ids[gap.before].as_py()} and "
             f"{ids[gap.after].as_py()}.", gap.size, gap.chance)  # fmt: skip
    for gap in _time_gaps(posted):
        told("time_gap", np.array([gap.before, gap.after]),
             f"No listing for {gap.size:,} hours, where the same hours of other days have some.",
             gap.size, gap.chance)  # fmt: skip
    known = (posted != MISSING) & (published != MISSING)
    back: I64 = np.where(known, posted - np.where(known, published, 0), 0)
    # A server that did not change its clock with the season is out by just one hour.
    season = np.abs(back - _HOUR) <= _SLACK
    backward = np.flatnonzero((back > _SLACK) & ~season)
    told("backward_clock", backward,
         f"{len(backward):,} listings were published before they were posted.")  # fmt: skip
    turned = _backward_ids(numbered, posted)
    told("backward_ids", turned,
         f"{len(turned):,} listings were posted earlier than others with smaller numbers, in series "
         "that otherwise follow the time.")  # fmt: skip
    if 0 < log.backward <= _IN_ORDER * log.timed:
        rows.append({"kind": "backward_log", "count": log.backward, "chance": None,
                     "sentence": f"{log.backward:,} of {log.timed:,} entries of the moderation log "
                     "are earlier than the entry before them.",
                     "listings": list(log.listings)})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=ORIGINAL_SCHEMA)


def _series(ids: pa.ChunkedArray) -> list[tuple[I64, I64]]:
    """Numbers, ascending, and rows of each series of ids that differ in their number alone."""
    series: dict[str, list[tuple[int, int]]] = {}
    for row, name in enumerate(ids.to_pylist()):
        found = _NUMBERED.match(name)
        if found:
            series.setdefault(found[1], []).append((int(found[2]), row))
    out = []
    for members in series.values():
        numbers = np.array(sorted(members), np.int64).reshape(-1, 2)
        out.append((numbers[:, 0], numbers[:, 1]))
    return out


def _backward_ids(series: list[tuple[I64, I64]], posted: I64) -> I64:
    """Rows posted well before a row with a smaller number, where a series follows the time.

    Ids given when a draft is begun follow it loosely: such a series tells nothing.
    """
    found: list[I64] = []
    for value, rows in series:
        rows, value = (x[posted[rows] != MISSING] for x in (rows, value))
        if len(rows) < 100:
            continue
        # The first version of each number: later ones are later.
        order = np.lexsort((posted[rows], value))
        rows, value = rows[order], value[order]
        rows = rows[np.append(True, value[1:] != value[:-1])]
        time = posted[rows]
        late = np.maximum.accumulate(time)
        back = late - time
        out = back > _SLACK
        if _LEAST_BACK <= out.sum() <= _IN_ORDER * len(rows):
            found.append(rows[out & (np.abs(back - _HOUR) > _SLACK)])
    return np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _sequence_gaps(series: list[tuple[I64, I64]]) -> list[_Gap]:
    """Runs of missing numbers too long for numbers that go missing one by one."""
    out = []
    for value, rows in series:
        steps = np.diff(value)
        if len(steps) < 100:
            continue
        # How dense the sequence is where it has no gap worth telling: long runs are what is asked
        # about, so they may not count.
        plain = steps[(steps > 0) & (steps <= max(np.quantile(steps[steps > 0], 0.99), 1))]
        if len(plain) == 0 or len(plain) / plain.sum() < _DENSE:
            continue
        loss = max(1 - len(plain) / float(plain.sum()), 1 / (len(steps) + 1))
        for at in np.flatnonzero(steps > 1):
            size = int(steps[at]) - 1
            chance = min(float(len(steps)) * loss**size, 1.0)
            if chance < _CHANCE:
                out.append(_Gap(size, chance, int(rows[at]), int(rows[at + 1])))
    return sorted(out, key=lambda gap: -gap.size)[:_SHOWN]


def _time_gaps(posted: I64) -> list[_Gap]:
    """Runs of hours without a listing, against the same hours of the day on other days (Poisson)."""
    rows = np.flatnonzero(posted != MISSING)
    if len(rows) < 500:
        return []
    order = rows[np.argsort(posted[rows], kind="stable")]
    hour = posted[order] // _HOUR
    first = int(hour[0])
    counts = np.bincount(hour - first)
    if len(counts) < 24 * 7:
        return []
    of_day = (np.arange(len(counts)) + first) % 24
    usual = np.array([np.median(counts[of_day == at]) for at in range(24)])
    expected = usual[of_day]
    out = []
    empty = np.concatenate([[0], (counts == 0).astype(np.int64), [0]])
    starts, stops = np.flatnonzero(np.diff(empty) == 1), np.flatnonzero(np.diff(empty) == -1)
    for start, stop in zip(starts, stops, strict=True):
        # Half of the usual traffic, so that a quiet week is none.
        chance = float(np.exp(-0.5 * expected[start:stop].sum()) * len(counts))
        if chance < _CHANCE:
            before = order[np.searchsorted(hour, first + start) - 1]
            after = order[np.searchsorted(hour, first + stop)]
            out.append(_Gap(int(stop - start), chance, int(before), int(after)))
    return sorted(out, key=lambda gap: -gap.size)[:_SHOWN]
