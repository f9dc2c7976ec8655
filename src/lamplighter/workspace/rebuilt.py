"""Versions as their openings have them, many at a time: the digest of each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lamplighter.workspace.act_rows import act_row
from lamplighter.workspace.row_hashes import RowHashes

Digests = tuple[NDArray[np.int64], NDArray[np.uint64]]  # ledger index, row_digest; same length
#: Few enough for the processor's cache: more take a third longer.
_ROWS = 16_384
_HEAD = b'{"row":'


@dataclass
class Acts:
    """What came (indices, and private bytes in their order), and what was published or done about it."""

    indices: list[int] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    about: list[tuple[int, bytes]] = field(default_factory=list)
    alone: dict[int, dict[str, str]] = field(default_factory=dict)

    def digests(self) -> Digests:
        """Of the versions that came, and of the acts that are rows by themselves."""
        index = np.array(self.indices, np.int64)
        rows = self._with_acts(index, RowHashes.of(self.received))
        alone = RowHashes.of_texts(list(self.alone.values()))
        found = np.concatenate([index, np.fromiter(self.alone, np.int64, len(self.alone))])
        return found, np.concatenate([rows.digests(), alone.digests()])

    def _with_acts(self, index: NDArray[np.int64], rows: RowHashes) -> RowHashes:
        """A later act of the same kind wins."""
        if not self.about or not len(index):
            return rows
        more = RowHashes.of([private for _, private in self.about])
        named = np.array([received for received, _ in self.about], np.int64)
        place = np.searchsorted(index, named).clip(max=len(index) - 1)
        known = index[place] == named
        return rows.told(more.of_rows(known), place[known])


@dataclass
class Rebuilt:
    """Takes acts in the order of the ledger and gives them back when they are many."""

    _now: Acts = field(default_factory=Acts)

    def add(self, index: int, kind: str, public: dict[str, Any], private: bytes) -> Acts | None:
        """One act. Those of earlier versions, once nothing about them can follow."""
        full = None
        if kind == "listing.received":
            if len(self._now.received) >= 2 * _ROWS:
                full = self._split()
            self._now.indices.append(index)
            self._now.received.append(private)
            return full
        received = public.get("received")
        if not private.startswith(_HEAD):
            held = orjson.loads(private)
            if "listing_id" in held:
                self._now.alone[index] = act_row(held["listing_id"], held["row"])
                return None
        if isinstance(received, int):
            self._now.about.append((received, private))
        return None

    def rest(self) -> Acts:
        """What was not given back yet."""
        rest, self._now = self._now, Acts()
        return rest

    def _split(self) -> Acts:
        now, border = self._now, self._now.indices[_ROWS]
        later = [each for each in now.about if each[0] >= border]
        self._now = Acts(now.indices[_ROWS:], now.received[_ROWS:], later)
        earlier = [each for each in now.about if each[0] < border]
        return Acts(now.indices[:_ROWS], now.received[:_ROWS], earlier, now.alone)
