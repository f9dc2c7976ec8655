"""Where version pairs come from: files, a workspace, two exports, an archive with a log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.audit_sources import Overwritten, against_later, as_archive, with_log
from lamplighter.jobs.moderation_log import ModerationLog, read_log
from lamplighter.listings.read import ReadCounts, ReadOptions, read_listings
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.workspace.config import FILE
from lamplighter.workspace.workspace import Workspace


@dataclass
class AuditInputs:
    """What is read, and what reading it told. Names are as the command's."""

    inputs: list[str]
    read: ReadOptions
    later: list[str] = field(default_factory=list)
    log: str | None = None
    archive: bool = False
    counts: ReadCounts = field(default_factory=ReadCounts)
    said: ModerationLog = field(default_factory=ModerationLog)
    overwritten: Overwritten = field(default_factory=lambda: Overwritten(set()))

    def batches(self, rejects: RejectWriter) -> Iterator[pa.RecordBatch]:
        """Version pairs as LISTING_SCHEMA. UsageError for a workspace among other inputs."""
        if self.log:
            self.said = read_log(self.log, rejects)
        batches = self._first(rejects)
        if self.archive:
            batches = as_archive(batches)
        if self.later:
            later = pa.Table.from_batches(
                read_listings(self.later, self.read, rejects, self.counts), schema=LISTING_SCHEMA
            )
            batches = against_later(batches, later, self.overwritten)
        if self.log:
            batches = with_log(batches, self.said, archive=self.archive)
        return batches

    def _first(self, rejects: RejectWriter) -> Iterator[pa.RecordBatch]:
        workspaces = [path for path in self.inputs if (Path(path) / FILE).is_file()]
        if not workspaces:
            return read_listings(self.inputs, self.read, rejects, self.counts)
        if len(self.inputs) > 1:
            raise UsageError(
                "A workspace is audited by itself.", where=", ".join(self.inputs),
                hint="Give the workspace alone; --later and --log may name more.",
            )  # fmt: skip
        return self._kept(Path(workspaces[0]))

    def _kept(self, folder: Path) -> Iterator[pa.RecordBatch]:
        with closing(Workspace.open(folder)) as opened:
            note = opened.ledger.checkpoint()
            # What a file's digest is for a file: whoever repeats the audit can tell that it read
            # the same.
            digest = hashlib.sha256(note).hexdigest()
            self.counts.files.append(
                {"file": str(folder), "bytes": len(note), "sha256": digest, "what": "checkpoint"}
            )
            for batch in opened.pairs():
                self.counts.rows += batch.num_rows
                yield batch
