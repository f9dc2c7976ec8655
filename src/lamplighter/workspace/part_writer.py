"""One Parquet part of the listing store in the making."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lamplighter.foundation.durable import sync_folder, write_durably
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.known import Known, join, known_block, sorted_versions
from lamplighter.workspace.manifest import StorePart

#: LISTING_SCHEMA and: `row_digest` of the row; index of its entry in the ledger; when it came.
STORE_SCHEMA = pa.schema(
    [
        *LISTING_SCHEMA,
        pa.field("content", pa.uint64(), nullable=False),
        pa.field("ledger_index", pa.int64(), nullable=False),
        pa.field("received_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
#: Columns whose values repeat: the others would only build dictionaries in vain.
_REPEATING = ["category", "account_id", "city", "region", "country", "language", "currency",
              "moderated_by", "moderation_action"]  # fmt: skip


def known_of(table: pa.Table) -> Known:
    """The versions of a table (STORE_SCHEMA)."""
    posted = table["posted_at"].cast(pa.int64()).fill_null(np.iinfo(np.int64).min)
    return Known(
        hash_strings(table["listing_id"]),
        table["content"].to_numpy(),
        posted.to_numpy(),
        table["ledger_index"].to_numpy(),
    )


class PartWriter:
    """Add tables with ascending ledger indices, then `finish` or `abandon`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._beside = folder / f".part.{os.getpid()}.partial"
        self._writer = pq.ParquetWriter(
            self._beside, STORE_SCHEMA, compression="zstd", compression_level=1,
            use_dictionary=_REPEATING, write_statistics=["ledger_index", "received_at"],
        )  # fmt: skip
        self.rows = 0
        self._first = self._last = -1
        self.known: list[Known] = []

    def add(self, table: pa.Table) -> None:
        """Write one row group."""
        held = sorted_versions(known_of(table))
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        if self._first < 0:
            self._first = int(table["ledger_index"][0].as_py())
        self._last = int(table["ledger_index"][-1].as_py())
        self.rows += table.num_rows
        self.known.append(held)

    def finish(self) -> StorePart:
        """Flush to disk under its name, with what is known of it."""
        self._writer.close()
        part = StorePart(f"{self._first:012d}-{self._last:012d}.parquet", self.rows, self._first,
                         self._last)  # fmt: skip
        block = known_block(sorted_versions(join(self.known)))
        write_durably(self._folder / part.known, lambda file: np.save(file, block))
        handle = os.open(self._beside, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self._beside.replace(self._folder / part.file)
        sync_folder(self._folder)
        return part

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._writer.close()
        self._beside.unlink(missing_ok=True)
