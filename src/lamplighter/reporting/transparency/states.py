"""What became of each listing received, as the log's public parts say it.

The last act counts, in the order of the log: held, then published is published. What the log had
said at any earlier size can be asked as well, so that a sample drawn then can be checked now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNKNOWN, PUBLISHED, WOULD_ACT, HELD, REFUSED, REMOVED = range(6)
#: Strata of a sample, by code: what is shown, and what was acted on.
SHOWN = {PUBLISHED: "published", WOULD_ACT: "published, though the policy would act"}
ACTED = {HELD: "held", REFUSED: "refused", REMOVED: "removed"}
NAMES = {UNKNOWN: "nothing known", **SHOWN, **ACTED}

_OUTCOMES = {"publish": PUBLISHED, "hold": HELD, "refuse": REFUSED}
_ACTIONS = {"published": PUBLISHED, "refused": REFUSED, "removed": REMOVED}


def micros(moment: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return round(moment.timestamp() * 1_000_000)


class States:
    """Filled table by table (evidence.public_log.LOG_SCHEMA), in the order of the log."""

    def __init__(self) -> None:
        self._received: list[I64] = []
        self._received_at: list[I64] = []
        self._acts: list[tuple[I64, I64, I64, I64, Mask]] = []
        self._joined: tuple[I64, I64, I64, I64, I64, I64, Mask] | None = None

    def add(self, table: pa.Table) -> None:
        """Take the next entries."""
        self._joined = None
        kind = table["kind"]
        index, when = table["index"].to_numpy(), table["time"].cast(pa.int64()).to_numpy()
        came = _is(kind, "listing.received")
        self._received.append(index[came])
        self._received_at.append(when[came])
        code = np.full(table.num_rows, -1, np.int64)
        code[_is(kind, "listing.published")] = PUBLISHED
        for of, column, words in (
            ("decision", "outcome", _OUTCOMES),
            ("moderation", "action", _ACTIONS),
        ):
            rows = np.flatnonzero(_is(kind, of))
            said = table[column].take(pa.array(rows)) if len(rows) else None
            for word, means in words.items() if said is not None else ():
                code[rows[_is(said, word)]] = means
        decided = code == PUBLISHED
        if decided.any():
            wanted = pc.not_equal(table["policy_outcome"], "publish")
            would = pc.fill_null(wanted, False).to_numpy(zero_copy_only=False).astype(bool)
            code[decided & would] = WOULD_ACT
        target = pc.fill_null(table["received"], -1).to_numpy()
        rows = np.flatnonzero((code >= 0) & (target >= 0) & (target < index))
        machine = _is(kind, "decision") | _is(table["means"], "automated")
        self._acts.append((index[rows], when[rows], target[rows], code[rows], machine[rows]))

    def _all(self) -> tuple[I64, I64, I64, I64, I64, I64, Mask]:
        if self._joined is None:
            joined = [_join([act[at] for act in self._acts]) for at in range(5)]
            received, at = _join(self._received), _join(self._received_at)
            self._received, self._received_at = [received], [at]
            machine = joined[4].astype(bool)
            self._acts = [(joined[0], joined[1], joined[2], joined[3], machine)]
            self._joined = (received, at, *self._acts[0])
        return self._joined

    def received(self, since: datetime, until: datetime, size: int | None = None) -> I64:
        """Entries of the listings received from `since` to before `until`, of the first `size`."""
        index, when = self._all()[:2]
        inside = (when >= micros(since)) & (when < micros(until))
        if size is not None:
            inside &= index < size
        return index[inside]

    def received_at(self, entries: I64) -> I64:
        """Microseconds at which these were received."""
        index, when = self._all()[:2]
        return when[np.searchsorted(index, entries)]

    def of(self, entries: I64, size: int | None = None) -> NDArray[np.uint8]:
        """(n,) what became of these listings (received entries, ascending), of the first `size`."""
        index, _, target, code = self._all()[2:6]
        place, known = _places(entries, target)
        known &= True if size is None else index < size
        state = np.zeros(len(entries), np.uint8)
        # Trap: with repeated places the last assignment stays; the log's order makes it the last act.
        state[place[known]] = code[known]
        return state

    def delays(self, entries: I64) -> tuple[I64, Mask]:
        """Microseconds from receipt to the first act against a listing, and whether it was a
        machine's; for those of `entries` that were acted on.
        """
        _, when, target, code, machine = self._all()[2:]
        place, known = _places(entries, target)
        known &= code >= HELD
        rows = np.flatnonzero(known)[::-1]
        first = np.full(len(entries), -1, np.int64)
        first[place[rows]] = rows
        acted = np.flatnonzero(first >= 0)
        rows = first[acted]
        return when[rows] - self.received_at(entries[acted]), machine[rows]


def _places(entries: I64, target: I64) -> tuple[I64, Mask]:
    """Where each act's listing stands in `entries`, and whether it does."""
    if len(entries) == 0:
        return np.zeros(len(target), np.int64), np.zeros(len(target), bool)
    place = np.searchsorted(entries, target)
    place[place == len(entries)] = 0
    return place, entries[place] == target


def _join(parts: list[Any]) -> I64:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _is(column: pa.ChunkedArray, word: str) -> Mask:
    found: Mask = pc.fill_null(pc.equal(column, word), False).to_numpy(zero_copy_only=False)
    return found.astype(bool)
