"""Taking versions out of the listing store for good, after their openings were erased."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lamplighter.foundation.durable import sync_folder
from lamplighter.workspace.manifest import Manifest, StorePart, write_manifest
from lamplighter.workspace.part_writer import STORE_SCHEMA, PartWriter
from lamplighter.workspace.store import ListingStore

_ROWS = 16_384


def remove_versions(store: ListingStore, indices: Collection[int]) -> int:
    """Remove the versions with these ledger indices; how many there were.

    Parts that hold any are written anew, then the manifest, then the old files are removed at once
    (unlike after an intake, where readers get time): the words are to be gone. A crash in between
    leaves a whole store, old or new; removing again finishes it. The store must have nothing
    pending.
    """
    assert not store.pending, "commit first"
    if not indices:
        return 0
    wanted = pa.array(np.unique(np.fromiter(indices, np.int64, len(indices))))
    parts: list[StorePart] = []
    old: list[StorePart] = []
    for part in store.manifest.parts:
        kept = _without(store, part, wanted)
        if kept is not part:
            old.append(part)
        if kept is not None:
            parts.append(kept)
    if not old:
        return 0
    before = store.rows
    manifest = store.manifest
    write_manifest(store.folder, Manifest(manifest.ledger_size, tuple(parts), manifest.superseded))
    store.refresh()
    gone = {name for part in old for name in (part.file, part.known)} - store.manifest.files
    for name in gone:
        (store.folder / name).unlink(missing_ok=True)
    sync_folder(store.folder)
    return before - store.rows


def _without(store: ListingStore, part: StorePart, wanted: pa.Array) -> StorePart | None:
    """The part without these versions: itself, a new one, or None where nothing is left."""
    path = store.folder / part.file
    held = pq.read_table(path, columns=["ledger_index"])["ledger_index"]
    if not pc.any(pc.is_in(held, wanted)).as_py():
        return part
    writer = PartWriter(store.folder)
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_ROWS):
                table = pa.Table.from_batches([batch]).cast(STORE_SCHEMA)
                kept = table.filter(pc.invert(pc.is_in(table["ledger_index"], wanted)))
                if kept.num_rows:
                    writer.add(kept.combine_chunks())
        if not writer.rows:
            writer.abandon()
            return None
        return writer.finish()
    except BaseException:
        writer.abandon()
        raise
