"""The ledger of a workspace: the log, the openings of its commitments, and the objects.

The order of writing is what makes an acknowledged entry safe: openings and objects, then bundles
and tiles, then the checkpoint (beside, fsync, rename, fsync of the folder), then the answer; of a few
acts, a record of all that in the journal (`journal`), then the answer. The checkpoint is the truth: what
lies beyond it was never acknowledged and is removed at the next opening for writing.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.bulk import encode_columns
from lamplighter.evidence.checkpoint import sign_checkpoint
from lamplighter.evidence.entry import encode
from lamplighter.evidence.erasure import PendingErasure, erasure_acts
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.flush import Flusher
from lamplighter.evidence.journal import FILE
from lamplighter.evidence.lock import WriterLock
from lamplighter.evidence.merkle import EMPTY_ROOT
from lamplighter.evidence.note import SignerKey, VerifierKey
from lamplighter.evidence.opening_run import OpeningRun, opening_run
from lamplighter.evidence.reader import LedgerReader, key_text
from lamplighter.evidence.replay import replay
from lamplighter.evidence.writer import Writer
from lamplighter.foundation.closing import Closing
from lamplighter.foundation.durable import make_folder, replace_file


class Ledger(LedgerReader, Closing):
    """Made by `create` or `open`; a context manager. Threads of one process may share it."""

    def __init__(self, folder: Path, lock: WriterLock | None) -> None:
        super().__init__(folder)
        #: Held by each act of writing; hold it to read `size` and write in one go.
        self.turn = threading.RLock()
        self._lock = lock
        self._writer = Writer(self) if lock is not None else None

    @classmethod
    def create(cls, folder: Path, origin: str) -> Ledger:
        """Make keys/, ledger/, openings/ and objects/ in `folder`; opens it for writing."""
        if (folder / "ledger" / "checkpoint").exists():
            raise LedgerError("There is a ledger already.", where=str(folder))
        key = SignerKey.make(origin)
        for name, mode in (("keys", 0o700), ("openings", 0o700), ("objects", 0o700)):
            make_folder(folder / name, mode)
        make_folder(folder / "ledger")
        lock = WriterLock(folder / "ledger.lock")
        try:
            replace_file(folder / "keys" / "log.key", f"{key}\n".encode(), 0o600)
            replace_file(folder / "keys" / "log.pub", f"{key.verifier}\n".encode())
            empty = sign_checkpoint(key, 0, EMPTY_ROOT)
            replace_file(folder / "ledger" / "checkpoint", empty)
            return cls(folder, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Ledger:
        """Open a ledger; for writing, take the lock and remove what a crash left."""
        if not (folder / "keys" / "log.pub").exists():
            raise LedgerError(
                "There is no ledger here.", where=str(folder), hint="make one: lamplighter init"
            )
        if not write:
            finish_interrupted(folder)
            return cls(folder, None)
        lock = WriterLock(folder / "ledger.lock")
        try:
            _replay(folder)
            return cls(folder, lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Release the writer's lock."""
        with self.turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def append(self, acts: Sequence[Act]) -> range:
        """Log the acts, durably, in one commit; returns the indices of their entries."""
        with self.turn:
            writer = self._writing()
            entries, run = self._encoded(acts)
            return writer.commit(entries, [run])

    @contextmanager
    def appending(self, acts: Sequence[Act]) -> Iterator[list[int]]:
        """As `append`, of a few acts, while the body does something else, which may not use this ledger.
        After the body the list has the indices of their entries; if it fails, they are logged all the
        same.
        """
        with self.turn:
            writer = self._writing()
            entries, run = self._encoded(acts)
            wait = writer.begin(entries, [run])
            logged: list[int] = []
            try:
                yield logged
            finally:
                logged += wait()

    def _encoded(self, acts: Sequence[Act]) -> tuple[list[bytes], OpeningRun]:
        first = self.size
        run = opening_run(first, [act.private for act in acts])
        digits = run.commitments().decode()
        at = {
            index: digits[64 * row : 64 * row + 64] for row, index in enumerate(run.index.tolist())
        }
        entries = []
        for index, act in enumerate(acts, first):
            entries.append(encode(act, at.get(index)))
            for digest in act.objects:
                if not self.objects.path(digest).exists():
                    raise LedgerError("An act names an object that is not stored.", where=digest)
        return entries, run

    def append_bulk(
        self,
        kind: str,
        actor: str,
        times: datetime | pa.Array,
        private: Sequence[bytes | None] | pa.Array,
        *,
        public: Mapping[str, Json] | None = None,
        columns: Mapping[str, Sequence[Json]] | None = None,
    ) -> range:
        """Log many acts of one kind in one commit; returns their indices.

        `times`: one moment for all, or an Arrow array of timestamps with a time zone. `private`:
        bytes per act, or an Arrow binary array (null: nothing private). `public` is the same in
        each entry; `columns` adds values that differ, by name. All or nothing is logged. Memory is
        about three times the private bytes: 20,000 to 100,000 acts a call are a good size.
        """
        with self.turn:
            writer = self._writing()
            entries, run = encode_columns(
                self.size, kind, actor, times, private, public or {}, columns or {}
            )
            return writer.commit(entries, [run])

    def append_runs(
        self,
        actor: str,
        time: datetime,
        runs: Sequence[tuple[str, pa.Array, Mapping[str, Sequence[Json]]]],
        objects: Sequence[Sequence[str]] | None = None,
    ) -> range:
        """As `append_bulk`, for several kinds in one commit: (kind, private, columns) of each.

        `objects` are the digests of stored objects that each act of the first kind names.
        """
        with self.turn:
            for digest in {digest for some in objects or () for digest in some}:
                if not self.objects.path(digest).exists():
                    raise LedgerError("An act names an object that is not stored.", where=digest)
            writer = self._writing()
            entries: list[bytes] = []
            openings: list[OpeningRun] = []
            for kind, private, columns in runs:
                more = encode_columns(
                    self.size + len(entries), kind, actor, time, private, {}, columns, objects
                )
                objects = None
                entries += more[0]
                openings.append(more[1])
            return writer.commit(entries, openings)

    def _writing(self) -> Writer:
        """The writer, ready: only then the size is what the next entry gets as its index."""
        if self._writer is None:
            raise LedgerError("The ledger was opened for reading.", where=str(self.folder))
        self._writer.ready()
        return self._writer

    def erase(
        self,
        indices: Collection[int],
        *,
        actor: str,
        reason: str,
        kind: str = "erasure",
        objects: Collection[str] = (),
    ) -> range:
        """Remove openings (and objects) for good, and log that it was done; returns those entries.

        The log stays verifiable: entry and commitment stay, what they commit to is gone. `reason`
        is public: a rule, not a person. Raises LedgerError for an index that is not in the log.
        `kind` is `erasure` or `purge`.
        """
        with self.turn:
            self._writing()
            for index in indices:
                self.entry(index)
            for digest in objects:
                self.objects.path(digest)
            acts = erasure_acts(kind, datetime.now(UTC), actor, reason, indices, objects)
            pending = PendingErasure(
                self.size + len(acts) - 1, sorted(set(indices)), sorted(set(objects))
            )
            pending.write(self.folder)
            logged = self.append(acts)
            self._writing().erase_now(pending)
            pending.clear(self.folder)
            return logged

    def put_object(self, data: bytes | BinaryIO) -> str:
        """Store large content, durably; returns its hex SHA-256 for `Act.objects`."""
        return self.objects.put(data)


def finish_interrupted(folder: Path) -> None:
    """Put in its place what a writer that was interrupted left in the journal; as a rule nothing.

    Whoever only reads may call this: while a writer is at work, or where the folder may not be
    written, nothing is done. TamperError where journal and log contradict each other.
    """
    if not (folder / FILE).exists():
        return
    try:
        lock = WriterLock(folder / "ledger.lock")
    except LedgerError:
        return
    try:
        _replay(folder)
    finally:
        lock.release()


def _replay(folder: Path) -> None:
    flusher = Flusher()
    try:
        replay(folder, VerifierKey.parse(key_text(folder / "keys" / "log.pub")), flusher)
    finally:
        flusher.close()
