"""Versions as their openings have them, many at a time: columns, and the digest of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.listings.coerce import coerce
from lamplighter.listings.json_scan import keys_of, scan
from lamplighter.listings.originals import as_part
from lamplighter.listings.part import Part
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.listings.versions import row_digest
from lamplighter.workspace.act_rows import act_row

Digests = tuple[NDArray[np.int64], NDArray[np.uint64]]  # ledger index, row_digest; same length
#: Few enough for the processor's cache: more take a third longer.
_ROWS = 16_384
#: Text of any length was taken once; it is taken again.
_NO_BOUND = 1 << 62
_TABLE = keys_of(LISTING_SCHEMA.names)
_HEAD, _TAIL = b'{"row":', b"}"


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
        part = self._with_acts(index, _part(self.received))
        alone = as_part(list(self.alone.values()))
        found = np.concatenate([index, np.fromiter(self.alone, np.int64, len(self.alone))])
        return found, np.concatenate([_digest(part), _digest(alone)])

    def _with_acts(self, index: NDArray[np.int64], part: Part) -> Part:
        if not self.about:
            return part
        more = _part([private for _, private in self.about])
        named = np.array([received for received, _ in self.about], np.int64)
        row = np.searchsorted(index, named).clip(max=max(len(index) - 1, 0))
        known = index[row] == named if len(index) else np.zeros(len(named), bool)
        columns = dict(part.columns)
        extra = part.extra
        for name, column in {**more.columns, "extra": more.extra}.items():
            told = known & column.is_valid().to_numpy(zero_copy_only=False)
            place = np.full(len(index), -1, np.int64)
            place[row[told]] = np.flatnonzero(told)  # a later act of the same kind wins
            taken = column.take(pa.array(place, mask=place < 0))
            before = part.extra if name == "extra" else columns.get(name)
            whole = taken if before is None else pc.coalesce(taken, before)
            if name == "extra":
                extra = whole
            else:
                columns[name] = whole
        return Part(columns, extra, part.numbers)


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


def _part(rows: Sequence[bytes]) -> Part:
    """Private bytes of acts as texts: by the scan where they are plain, by orjson elsewhere."""
    ends = np.cumsum([len(row) for row in rows]).astype(np.int64)
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(rows)]
    content = np.frombuffer(b"".join(rows), np.uint8)
    whole = np.array([row.startswith(_HEAD) and row.endswith(_TAIL) for row in rows], bool)
    found = scan(content, begins + len(_HEAD), np.where(whole, ends - len(_TAIL), begins), _TABLE)
    plain = np.flatnonzero(found.plain)
    columns = {
        name: column
        for number, name in enumerate(LISTING_SCHEMA.names)
        if (column := found.column(number, plain)) is not None
    }
    extra = columns.pop("extra", pa.nulls(len(plain), pa.large_string()))
    fast = Part(columns, extra, plain)
    others = np.flatnonzero(~found.plain)
    if not len(others):
        return fast
    slow = as_part([orjson.loads(rows[row])["row"] for row in others.tolist()])
    return Part.concat([fast, Part(slow.columns, slow.extra, others)]).in_order()


def _digest(part: Part) -> NDArray[np.uint64]:
    if not len(part.numbers):
        return np.zeros(0, np.uint64)
    return row_digest(coerce(part, _NO_BOUND, True)[0])
