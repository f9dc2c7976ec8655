"""The versions of a workspace in batches that stay the same from one linking to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.durable import write_durably
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.workspace.store import ListingStore

ROWS = 65_536
#: A last batch below this is read again together with what is new, so that batches stay few.
_LEAST = 16_384


def version_batches(store: ListingStore, memory: Path) -> Iterator[pa.RecordBatch]:
    """Batches of LISTING_SCHEMA in the order of the ledger; what `link` would refuse is left out.

    `memory` is a file that remembers where batches ended: what was a batch remains one.
    """
    index = np.concatenate(
        [np.zeros(0, np.int64),
         *(batch.column(0).to_numpy() for batch in store.batches(["ledger_index"]))]
    )  # fmt: skip
    ends = _ends(index, memory)
    waiting: list[pa.RecordBatch] = []
    held, at = 0, 0
    for batch in store.batches(LISTING_SCHEMA.names):
        while batch.num_rows:
            room = ends[at] - (ends[at - 1] if at else 0) - held
            waiting.append(batch.slice(0, room))
            held += waiting[-1].num_rows
            batch = batch.slice(waiting[-1].num_rows)
            if held == ends[at] - (ends[at - 1] if at else 0):
                yield _joined(waiting)
                waiting, held, at = [], 0, at + 1


def _ends(index: NDArray[np.int64], memory: Path) -> list[int]:
    """Row after each batch, ascending; the last is the number of rows."""
    last: list[int] = orjson.loads(memory.read_bytes()) if memory.is_file() else []
    ends = np.unique(np.searchsorted(index, np.array(last, np.int64), "right"))
    ends = ends[ends > 0]
    if len(ends) and len(index) > ends[-1] and np.diff(ends, prepend=0)[-1] < _LEAST:
        ends = ends[:-1]
    start = int(ends[-1]) if len(ends) else 0
    made = [*ends.tolist(), *range(start + ROWS, len(index), ROWS)]
    if len(index) and (not made or made[-1] < len(index)):
        made.append(len(index))
    told = orjson.dumps(index[np.array(made, np.int64) - 1].tolist()) if made else b"[]"
    write_durably(memory, lambda file: file.write(told))
    return made


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    table = pa.Table.from_batches(batches).combine_chunks()
    batch = table.to_batches()[0].cast(LISTING_SCHEMA)
    blank = pc.and_(
        pc.equal(pc.utf8_trim_whitespace(batch["text"]), ""),
        pc.equal(pc.utf8_trim_whitespace(pc.fill_null(batch["title"], "")), ""),
    )
    return batch.filter(pc.invert(blank)) if pc.any(blank).as_py() else batch
