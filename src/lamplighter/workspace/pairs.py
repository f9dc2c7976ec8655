"""Version pairs of a workspace: what was submitted beside what was published."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.listings.originals import MODERATION, PUBLISHED
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.act_rows import without_words
from lamplighter.workspace.store import ListingStore

_SHOWN = [*PUBLISHED, *MODERATION]


def version_pairs(store: ListingStore, rows: int = 16_384) -> Iterator[pa.RecordBatch]:
    """Batches of LISTING_SCHEMA, a row for each submitted version, with what became of it.

    Mostly a row came with both. Where what was published came by itself (`published_text`, and
    neither text nor title), it goes to the version of that listing that was received last before
    it; where there is none, it stays a row of its own: its original is missing.
    """
    late = _late(store)
    for batch in store.batches([*LISTING_SCHEMA.names, "ledger_index"], rows=rows):
        index = batch.column("ledger_index").to_numpy()
        batch = batch.select(LISTING_SCHEMA.names)
        if len(late.versions):
            for name in _SHOWN:
                at = LISTING_SCHEMA.get_field_index(name)
                given = late.find(name, index)
                batch = batch.set_column(
                    at, LISTING_SCHEMA.field(at), pc.coalesce(given, batch[name])
                )
            batch = batch.filter(pa.array(~np.isin(index, late.placed)))
        if batch.num_rows:
            yield batch


class _Late:
    """What was published by itself, by the version it belongs to (`versions`, ascending)."""

    def __init__(self, versions: NDArray[np.int64], placed: NDArray[np.int64], table: pa.Table):
        order = np.lexsort((placed, versions))
        self.versions, self.placed = versions[order], placed
        self.table = table.take(pa.array(order))

    def find(self, name: str, index: NDArray[np.int64]) -> pa.Array:
        """The column for each of these versions; null where nothing came later. The last counts."""
        column = self.table[name].combine_chunks()
        known = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        versions = self.versions[known]
        place = np.searchsorted(versions, index, "right") - 1
        held = place >= 0
        held[held] = versions[place[held]] == index[held]
        rows = known[np.maximum(place, 0)] if len(known) else np.zeros(len(index), np.int64)
        return column.take(pa.array(rows, mask=~held))


def _late(store: ListingStore) -> _Late:
    names = ["listing_id", "title", "text", *_SHOWN, "ledger_index"]
    found: list[pa.RecordBatch] = []
    for batch in store.batches(["title", "text", "ledger_index"]):
        bare = without_words(batch)
        if bare.any():
            found.append(batch.filter(pa.array(bare)))
    alone = np.concatenate(
        [np.zeros(0, np.int64), *(batch["ledger_index"].to_numpy() for batch in found)]
    )
    empty = _Late(np.zeros(0, np.int64), np.zeros(0, np.int64),
                  pa.table({name: pa.array([], LISTING_SCHEMA.field(name).type) for name in _SHOWN}))  # fmt: skip
    if not len(alone):
        return empty
    chosen = []
    for batch in store.batches(names):
        mine = np.isin(batch["ledger_index"].to_numpy(), alone)
        if mine.any():
            chosen.append(batch.filter(pa.array(mine)))
    table = pa.Table.from_batches(chosen)
    version = _version_before(store, table, alone)
    placed = version >= 0
    rows = table.select(_SHOWN).filter(pa.array(placed))
    return _Late(version[placed], table["ledger_index"].to_numpy()[placed], rows)


def latest_acts(store: ListingStore) -> pa.Table:
    """What became of versions later: `version` (ledger index), `act` (that of the act), and the
    columns of what was published and who moderated. An act whose original is missing is not there.

    Unlike `version_pairs` it does not read the texts of all.
    """
    table = store.rows_at(store.acts_alone())
    version = np.full(table.num_rows, -1, np.int64)
    if table.num_rows:
        alone = table["ledger_index"].to_numpy()
        version = _version_before(store, table, alone)
    held = pa.array(version >= 0)
    return table.select(["ledger_index", *_SHOWN]).rename_columns(["act", *_SHOWN]).append_column(
        "version", pa.array(version)
    ).filter(held)  # fmt: skip


def _version_before(
    store: ListingStore, table: pa.Table, alone: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(n,) ledger index of the submitted version last received before each row, -1 for none."""
    ids = hash_strings(table["listing_id"])
    index = table["ledger_index"].to_numpy()
    known = store.versions_of_ids(np.unique(ids))
    submitted = ~np.isin(known.at, alone)
    order = np.lexsort((known.at[submitted], known.id[submitted]))
    of, at = known.id[submitted][order], known.at[submitted][order]
    # Among versions of one id, sorted by index, the last before the row.
    out = np.full(len(index), -1, np.int64)
    low, high = np.searchsorted(of, ids, "left"), np.searchsorted(of, ids, "right")
    for row in np.flatnonzero(high > low):
        place = low[row] + np.searchsorted(at[low[row] : high[row]], index[row]) - 1
        if place >= low[row]:
            out[row] = at[place]
    return out
