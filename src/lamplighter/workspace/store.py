"""The listing store: Parquet parts with every version received.

The ledger is what counts; the store can be filled from it again. So a part is committed whole, by
one replaced manifest, and what a crash left unfinished is cleared away.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lamplighter.foundation.durable import write_durably
from lamplighter.foundation.errors import LamplighterError
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace import known
from lamplighter.workspace.act_rows import ALONE
from lamplighter.workspace.known import Known
from lamplighter.workspace.manifest import FILE, Manifest, StorePart, read_manifest, write_manifest
from lamplighter.workspace.part_writer import STORE_SCHEMA, PartWriter, known_of

#: A part is committed at this size at the latest: what a crash makes the ledger replay is bounded.
PART_ROWS = 1_000_000
#: Parts below this are joined with their neighbours, so that single listings make few files.
_SMALL = 65_536
#: Versions in one row group; fewer wait in memory until the next commit.
_GROUP_ROWS = 16_384
_FRESH = 64
#: Files that no longer count stay this long: another process may be reading them.
_GRACE_SECONDS = 3600.0


class ListingStore:
    """`add` and `commit` are for the process that holds the ledger's lock; all else only reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)
        self._known: dict[str, Known] = {}
        self._alone: dict[str, NDArray[np.int64]] = {}
        self._writer: PartWriter | None = None
        self._waiting: list[pa.Table] = []
        self._fresh: list[Known] = []
        self._upto = self.manifest.ledger_size
        self._failed = False

    @classmethod
    def create(cls, folder: Path) -> ListingStore:
        """An empty store in a new folder."""
        folder.mkdir(parents=True, exist_ok=True)
        write_manifest(folder, Manifest())
        return cls(folder)

    @property
    def rows(self) -> int:
        """Versions committed."""
        return sum(part.rows for part in self.manifest.parts)

    @property
    def pending(self) -> bool:
        """Whether something was added that is not committed."""
        return bool(self._waiting) or self._writer is not None

    @property
    def paths(self) -> list[Path]:
        """The Parquet parts, in the order of the ledger."""
        return [self.folder / part.file for part in self.manifest.parts]

    def refresh(self) -> None:
        """See what another process has committed since."""
        self.manifest = read_manifest(self.folder)

    def batches(
        self, columns: Sequence[str] | None = None, *, after: int = -1, rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Versions with a ledger index above `after`, in the order of the ledger."""
        names = list(columns or STORE_SCHEMA.names)
        for part in self.manifest.parts:
            if part.last <= after:
                continue
            read = names if part.first > after else [*names, "ledger_index"]
            with pq.ParquetFile(self.folder / part.file) as file:
                for batch in file.iter_batches(rows, columns=list(dict.fromkeys(read))):
                    if part.first <= after:
                        batch = batch.filter(pc.greater(batch["ledger_index"], after))
                    if batch.num_rows:
                        yield batch.select(names)

    def seen(self, ids: NDArray[np.uint64], content: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """(n,) whether a version with this hashed id and `row_digest` is known, committed or not."""
        out = np.zeros(len(ids), bool)
        for held in self._all_known():
            known.mark_seen(held, ids, content, out)
        return out

    def versions_of(self, listing_id: str) -> pa.Table:
        """All versions of one listing (STORE_SCHEMA), in the order of the ledger."""
        wanted = hash_strings(pa.array([listing_id], pa.large_string()))
        found = [STORE_SCHEMA.empty_table()]
        for part in self.manifest.parts:
            at = known.of_ids(self._known_of(part), wanted).at
            if len(at):
                rows = pq.read_table(
                    self.folder / part.file, filters=[("ledger_index", "in", at.tolist())]
                ).cast(STORE_SCHEMA)  # fmt: skip
                found.append(rows.filter(pc.equal(rows["listing_id"], listing_id)))
        return pa.concat_tables(found).combine_chunks()

    def versions_of_ids(self, ids: NDArray[np.uint64]) -> Known:
        """What is known of the versions of these hashed ids (distinct, ascending)."""
        return known.join([known.of_ids(self._known_of(part), ids) for part in self.manifest.parts])

    def acts_alone(self) -> NDArray[np.int64]:
        """Ledger indices of committed rows without title and text (`workspace.act_rows`)."""
        found = [np.zeros(0, np.int64)]
        for part in self.manifest.parts:
            if part.file not in self._alone:
                held = self._known_of(part)
                self._alone[part.file] = np.asarray(held.at[held.content < ALONE])
            found.append(self._alone[part.file])
        return np.sort(np.concatenate(found))

    def rows_at(self, indices: NDArray[np.int64]) -> pa.Table:
        """Committed versions with these ledger indices (STORE_SCHEMA), in order."""
        found = [STORE_SCHEMA.empty_table()]
        for part in self.manifest.parts:
            mine = indices[(indices >= part.first) & (indices <= part.last)]
            if len(mine):
                wanted = [("ledger_index", "in", mine.tolist())]
                rows = pq.read_table(self.folder / part.file, filters=wanted)
                found.append(rows.cast(STORE_SCHEMA))
        return pa.concat_tables(found).combine_chunks()

    def superseded(self) -> NDArray[np.int64]:
        """Ledger indices of versions that are not current, ascending."""
        if not self.manifest.superseded:
            return np.zeros(0, np.int64)
        held: NDArray[np.int64] = np.load(self.folder / self.manifest.superseded)
        return held

    @property
    def upto(self) -> int:
        """Entries of the ledger below this are in the store, committed or about to be."""
        return self._upto

    def add(self, table: pa.Table, ledger_size: int) -> None:
        """Add versions (STORE_SCHEMA, ascending indices); they count from the next commit on.

        `ledger_size`: entries below it are in the store or in this table. OSError if it fails; the
        store then takes no more until it is opened again and filled from the ledger.
        """
        with self._whole():
            self._upto = ledger_size
            if not table.num_rows:
                return
            self._waiting.append(table)
            self._fresh.append(known.sorted_versions(known_of(table)))
            if len(self._fresh) > _FRESH:
                self._fresh = [known.sorted_versions(known.join(self._fresh))]
            if sum(each.num_rows for each in self._waiting) >= _GROUP_ROWS:
                self._write_waiting()
        if self._writer is not None and self._writer.rows >= PART_ROWS:
            self.commit()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """After a failure nothing is added: a later commit would claim what is not there."""
        if self._failed:
            raise LamplighterError(
                "The listing store failed before.", where=str(self.folder),
                hint="Nothing is lost: the ledger has it. Open the workspace again.",
            )  # fmt: skip
        try:
            yield
        except BaseException:
            self._failed = True
            self.abandon()
            raise

    def _write_waiting(self) -> None:
        if self._waiting:
            if self._writer is None:
                self._writer = PartWriter(self.folder)
            self._writer.add(pa.concat_tables(self._waiting).combine_chunks())
            self._waiting = []

    def commit(self) -> None:
        """Make what was added part of the store. OSError if it fails, as for `add`."""
        with self._whole():
            parts = list(self.manifest.parts)
            superseded = self.manifest.superseded
            self._write_waiting()
            if self._writer is not None:
                fresh = known.join(self._fresh)
                ids = np.unique(fresh.id)
                touched = [known.of_ids(self._known_of(part), ids) for part in parts]
                replaced = known.superseded(known.join([*touched, fresh]))
                parts.append(self._writer.finish())
                parts = self._joined(parts)
                earlier = self.superseded()
                every = np.union1d(earlier, replaced).astype(np.int64)
                if len(every) > len(earlier):
                    superseded = f"superseded-{self._upto:012d}.npy"
                    write_durably(self.folder / superseded, lambda file: np.save(file, every))
            made = Manifest(self._upto, tuple(parts), superseded)
            if made != self.manifest:
                write_manifest(self.folder, made)
                self.manifest = made
            self._writer, self._fresh = None, []

    def abandon(self) -> None:
        """Forget what was added and not committed; the ledger has it."""
        self._waiting, self._fresh = [], []
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None

    def clear_away(self) -> None:
        """Remove files that do not count: what a crash left, and what was replaced long ago."""
        keep = self.manifest.files | {FILE}
        old = time.time() - _GRACE_SECONDS
        for path in self.folder.iterdir():
            if path.name not in keep and (path.name[0] == "." or path.stat().st_mtime < old):
                path.unlink(missing_ok=True)

    def _joined(self, parts: list[StorePart]) -> list[StorePart]:
        """Join the last part with small ones before it: the number of parts grows as a logarithm."""
        rows, first = parts[-1].rows, len(parts) - 1
        while (
            first and parts[first - 1].rows <= 2 * rows and rows + parts[first - 1].rows <= _SMALL
        ):
            first -= 1
            rows += parts[first].rows
        if first == len(parts) - 1:
            return parts
        writer = PartWriter(self.folder)
        try:
            tables = [
                pq.read_table(self.folder / p.file, schema=STORE_SCHEMA) for p in parts[first:]
            ]
            writer.add(pa.concat_tables(tables).combine_chunks())
            return [*parts[:first], writer.finish()]
        except BaseException:
            writer.abandon()
            raise

    def _known_of(self, part: StorePart) -> Known:
        if part.file not in self._known:
            self._known[part.file] = known.read_known(self.folder / part.known)
        return self._known[part.file]

    def _all_known(self) -> Iterator[Known]:
        yield from (self._known_of(part) for part in self.manifest.parts)
        yield from self._fresh
