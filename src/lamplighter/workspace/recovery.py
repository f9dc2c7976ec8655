"""Fill the listing store from the ledger: what a crash left between the two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.listings.coerce import coerce
from lamplighter.listings.originals import as_part
from lamplighter.workspace.act_rows import KINDS, content_of, row_by_itself, version_of
from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.store import ListingStore

#: Rows put back at a time; acts on the same version may follow it by as many entries.
_ROWS = 65_536
#: Text of any length was taken once; it is taken again.
_NO_BOUND = 1 << 62
#: With fewer acts than this since the last commit, none is needed to keep the next start short.
_FEW = 1_000


def replay(ledger: Ledger, store: ListingStore) -> int:
    """Put every version that the ledger has and the store lacks into the store; how many.

    A version whose opening was erased is left out. OSError if the store cannot be written.
    """
    if store.upto >= ledger.size:
        return 0
    waiting: dict[int, tuple[datetime, dict[str, Any]]] = {}
    count = 0
    for entry in ledger.entries(store.upto):
        if entry.kind == "listing.received":
            if len(waiting) >= 2 * _ROWS:
                first = dict(list(waiting.items())[:_ROWS])
                count += len(first)
                _add(store, first)
                waiting = dict(list(waiting.items())[_ROWS:])
            row = opened_row(ledger, entry)
            if row is not None:
                waiting[entry.index] = (entry.time, row)
        elif entry.kind in KINDS:
            private = ledger.opening(entry.index)
            own = row_by_itself(entry, private)
            version = waiting.get(version_of(entry))
            if own:
                waiting[entry.index] = (entry.time, own)
            elif version and private is not None:
                version[1].update(orjson.loads(private)["row"])
    count += len(waiting)
    _add(store, waiting)
    if count or ledger.size - store.manifest.ledger_size > _FEW:
        store.add(STORE_SCHEMA.empty_table(), ledger.size)
        store.commit()
    return count


def opened_row(ledger: Ledger, entry: Entry) -> dict[str, Any] | None:
    """The row that an entry commits to; None if it was erased."""
    private = ledger.opening(entry.index)
    if private is None:
        return None
    row: dict[str, Any] = orjson.loads(private)["row"]
    return row


def _add(store: ListingStore, waiting: dict[int, tuple[datetime, dict[str, Any]]]) -> None:
    items = list(waiting.items())
    for start in range(0, len(items), _ROWS):
        rows = dict(items[start : start + _ROWS])
        store.add(store_table(rows), max(rows) + 1)


def store_table(rows: dict[int, tuple[datetime, dict[str, Any]]]) -> pa.Table:
    """Rows by ledger index, with the time they came → STORE_SCHEMA."""
    batch, _, _ = coerce(as_part([row for _, row in rows.values()]), _NO_BOUND, True)
    times = pa.array([moment for moment, _ in rows.values()], pa.timestamp("us", "UTC"))
    index = pa.array(np.fromiter(rows, np.int64, len(rows)))
    return pa.table([*batch.columns, pa.array(content_of(batch)), index, times],
                    schema=STORE_SCHEMA)  # fmt: skip
