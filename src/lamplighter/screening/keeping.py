"""What the ledger has, into the listing store, some hundred rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from lamplighter.listings.coerce import coerce
from lamplighter.listings.originals import as_part
from lamplighter.screening.requests import About
from lamplighter.screening.submission import Submission, rows_of
from lamplighter.workspace.act_rows import KINDS, act_row, content_of
from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.workspace import Workspace

#: Rows not committed to the store after which it is, and seconds of rest after which it is.
COMMIT_ROWS = 50_000
COMMIT_REST = 1.0
#: Rows that wait to be given to the store: giving it one takes as long as giving it some hundred.
KEEP_ROWS = 512
#: A row's number where it stands in no file: no bound on the text of what is in the ledger already.
ALL = 1 << 62

#: LISTING_SCHEMA, or one submission that was taken.
Rows: TypeAlias = pa.RecordBatch | Submission


class Keeper:
    """Rows wait here, then in the store's open part, then they are committed. Used by one thread.

    What a crash loses of them the ledger has, and the store is brought up to it when it opens.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._waiting: list[tuple[Rows, Sequence[int], datetime]] = []
        self._rows = 0
        self.uncommitted = 0

    def keep(self, rows: Rows, entries: Sequence[int], now: datetime) -> None:
        """Take rows that the ledger has as these entries; entries ascend from call to call."""
        self._waiting.append((rows, entries, now))
        self._rows += len(entries)
        if self._rows >= KEEP_ROWS:
            self.flush()
        self.kept(len(entries))

    def keep_acts(self, works: Sequence[About], entries: Sequence[int], now: datetime) -> None:
        """Take what was published or moderated, which is a row of the store too."""
        rows = [
            (act_row(work.listing_id, work.row), entry)
            for work, entry in zip(works, entries, strict=True)
            if work.kind in KINDS
        ]
        if rows:
            batch, _, _ = coerce(as_part([row for row, _ in rows]), ALL, True)
            self.keep(batch, [entry for _, entry in rows], now)

    def kept(self, rows: int) -> None:
        """Count rows that are in the store's open part or wait for it, and commit where they are many."""
        self.uncommitted += rows
        if self.uncommitted >= COMMIT_ROWS:
            self.commit()

    def flush(self) -> None:
        """Give the store what waits."""
        if not self._waiting:
            return
        waiting, self._waiting, self._rows = self._waiting, [], 0
        table = pa.Table.from_batches(_batches([rows for rows, _, _ in waiting])).combine_chunks()
        batch = table.to_batches()[0]
        when = [moment for _, each, moment in waiting for _ in each]
        index = np.concatenate([np.asarray(each, np.int64) for _, each, _ in waiting])
        columns = [*batch.columns, pa.array(content_of(batch)), pa.array(index),
                   pa.array(when, pa.timestamp("us", "UTC"))]  # fmt: skip
        made = pa.table(columns, schema=STORE_SCHEMA)
        self._workspace.listings.add(made, self._workspace.ledger.size)

    def commit(self) -> None:
        """Make durable all that was kept."""
        self.flush()
        self._workspace.listings.commit()
        self.uncommitted = 0

    def rest(self, idle: float) -> None:
        """Nothing has come for `idle` seconds."""
        self.flush()
        if self.uncommitted and idle >= COMMIT_REST:
            self.commit()


def _batches(waiting: Sequence[Rows]) -> Iterator[pa.RecordBatch]:
    """Submissions that stand side by side become one batch."""
    for alone, some in groupby(waiting, lambda rows: isinstance(rows, Submission)):
        if alone:
            yield rows_of([each for each in some if isinstance(each, Submission)])[0]
        else:
            yield from some
