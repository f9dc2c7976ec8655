"""Every version received: first into the ledger, durably, then into the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.evidence.act import Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.listings.actions import action_names
from lamplighter.listings.originals import MODERATION, PUBLISHED, as_json, has_any
from lamplighter.listings.part import Part
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.act_rows import content_of
from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.store import ListingStore

ACTOR = "system:ingest"
#: What the submitted version is: every column but those of acts of their own.
SUBMITTED = tuple(n for n in LISTING_SCHEMA.names if n not in PUBLISHED + MODERATION)


def now() -> datetime:
    """The time that acts are logged with."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Receipt:
    """What became of rows. `index` (n,): ledger index of each, -1 where the version was known."""

    index: NDArray[np.int64]

    @property
    def new(self) -> int:
        """Versions that were written."""
        return int((self.index >= 0).sum())

    @property
    def same(self) -> int:
        """Rows that repeat a known version."""
        return len(self.index) - self.new


def _first_of_each(ids: NDArray[np.uint64], content: NDArray[np.uint64]) -> NDArray[np.bool_]:
    order = np.lexsort((np.arange(len(ids)), content, ids))
    first = np.ones(len(ids), bool)
    same = (ids[order][1:] == ids[order][:-1]) & (content[order][1:] == content[order][:-1])
    first[order[1:][same]] = False
    return first


class Receiver:
    """Takes rows for one workspace; the caller has its ledger open for writing."""

    def __init__(
        self, ledger: Ledger, store: ListingStore, clock: Callable[[], datetime] = now
    ) -> None:
        self.ledger, self.store, self.clock = ledger, store, clock

    def take(
        self, batch: pa.RecordBatch, part: Part, media: Sequence[Sequence[str]] | None = None
    ) -> Receipt:
        """Write the rows (LISTING_SCHEMA, and the same rows as they came) that are new.

        `media` are the digests of each row's images, which are stored already.

        When it returns they are durable. On an error nothing of them is acknowledged.
        """
        ids, content = hash_strings(batch.column(0)), content_of(batch)
        fresh = ~self.store.seen(ids, content) & _first_of_each(ids, content)
        index = np.full(batch.num_rows, -1, np.int64)
        if fresh.any():
            if not fresh.all():
                batch, part = batch.filter(pa.array(fresh)), part.filter(fresh)
                media = media and [one for one, new in zip(media, fresh, strict=True) if new]
            moment = self.clock()
            with self.ledger.turn:  # another thread's act would shift the indices
                index[fresh] = received = self._log(part, moment, media)
                self.store.add(_rows(batch, content[fresh], received, moment), self.ledger.size)
        return Receipt(index)

    def _log(
        self, part: Part, moment: datetime, media: Sequence[Sequence[str]] | None
    ) -> NDArray[np.int64]:
        start = self.ledger.size
        received = np.arange(start, start + len(part.numbers), dtype=np.int64)
        runs: list[tuple[str, pa.Array, dict[str, list[Json]]]] = [
            ("listing.received", as_json(part, SUBMITTED), {})
        ]
        for kind, names in (("listing.published", PUBLISHED), ("moderation", MODERATION)):
            has = has_any(part, names)
            if has.any():
                told = part.filter(has)
                of: dict[str, list[Json]] = {"received": received[has].tolist()}
                if kind == "moderation":  # in public, what is counted: not who, not their words
                    of["action"] = list(_actions(told))
                runs.append((kind, as_json(told, names), of))
        self.ledger.append_runs(ACTOR, moment, runs, media)
        return received


def _actions(part: Part) -> list[str]:
    column = part.columns.get("moderation_action")
    if column is None:
        column = pa.nulls(len(part.numbers), pa.large_string())
    return action_names(column.cast(pa.large_string()))


def _rows(
    batch: pa.RecordBatch, content: NDArray[np.uint64], index: NDArray[np.int64], moment: datetime
) -> pa.Table:
    when = pa.array([moment], pa.timestamp("us", "UTC")).take(pa.array(np.zeros(len(index), int)))
    columns = [*batch.columns, pa.array(content), pa.array(index), when]
    return pa.table(columns, schema=STORE_SCHEMA)
