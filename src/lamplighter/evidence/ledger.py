"""The ledger of a workspace: the log, the openings of its commitments, and the objects.

The order of writing is what makes an acknowledged entry safe: openings and objects, then bundles
and tiles, then the checkpoint (beside, fsync, rename, fsync of the folder), then the answer. The
checkpoint is the truth: what lies beyond it was never acknowledged and is removed at the next
opening for writing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import pyarrow as pa

from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.bulk import encode_columns
from lamplighter.evidence.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from lamplighter.evidence.disk import make_folder, replace_file, write_files
from lamplighter.evidence.entry import Entry, commit, decode, encode
from lamplighter.evidence.erasure import PendingErasure, erasure_acts
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.leftovers import remove_leftovers
from lamplighter.evidence.lock import WriterLock
from lamplighter.evidence.log import Log
from lamplighter.evidence.merkle import EMPTY_ROOT
from lamplighter.evidence.note import SignerKey, VerifierKey
from lamplighter.evidence.objects import Objects
from lamplighter.evidence.opening_run import OpeningRun, opening_run
from lamplighter.evidence.openings import Openings
from lamplighter.evidence.proof import ConsistencyProof, InclusionProof
from lamplighter.evidence.tree_writer import TreeWriter, drop_partials

_LATEST = 4_096


class Ledger:
    """Made by `create` or `open`; a context manager."""

    def __init__(self, folder: Path, lock: WriterLock | None) -> None:
        self.folder = folder
        self.log_folder = folder / "ledger"
        self.key = VerifierKey.parse(_text(folder / "keys" / "log.pub"))
        self._lock = lock
        self._objects = Objects(folder / "objects")
        self._openings = Openings(folder / "openings")
        self._checkpoint = self._read_checkpoint()
        self._log = Log(self.log_folder, self._checkpoint.size)
        self._signer: SignerKey | None = None
        self._tree: TreeWriter | None = None
        if lock is not None:
            self._signer = SignerKey.parse(_text(folder / "keys" / "log.key"))
            if self._signer.verifier != self.key:
                raise TamperError("The signing key and the public key of the ledger differ.")
            self._recover()

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
            return cls(folder, None)
        lock = WriterLock(folder / "ledger.lock")
        try:
            return cls(folder, lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Release the writer's lock."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._tree = None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Number of entries."""
        return self._checkpoint.size

    @property
    def root(self) -> bytes:
        """Root of the tree (RFC 6962)."""
        return self._checkpoint.root

    @property
    def origin(self) -> str:
        """The log's name, as checkpoints give it."""
        return self._checkpoint.origin

    def checkpoint(self) -> bytes:
        """The signed note as on disk."""
        return self._checkpoint.raw

    def refresh(self) -> None:
        """See what another process has appended since this one opened the ledger."""
        self._checkpoint = self._read_checkpoint()
        self._log.grown(self._checkpoint.size)

    def append(self, acts: Sequence[Act]) -> range:
        """Log the acts, durably, in one commit; returns the indices of their entries."""
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
                if not self._objects.path(digest).exists():
                    raise LedgerError("An act names an object that is not stored.", where=digest)
        return self._commit(entries, [run])

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
        entries, run = encode_columns(
            self.size, kind, actor, times, private, public or {}, columns or {}
        )
        return self._commit(entries, [run])

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
        for digest in {digest for some in objects or () for digest in some}:
            if not self._objects.path(digest).exists():
                raise LedgerError("An act names an object that is not stored.", where=digest)
        entries: list[bytes] = []
        openings: list[OpeningRun] = []
        for kind, private, columns in runs:
            more = encode_columns(
                self.size + len(entries), kind, actor, time, private, {}, columns, objects
            )
            objects = None
            entries += more[0]
            openings.append(more[1])
        return self._commit(entries, openings)

    def _commit(self, entries: Sequence[bytes], openings: Sequence[OpeningRun]) -> range:
        tree, signer = self._writable()
        first = self.size
        if not entries:
            return range(first, first)
        try:
            self._openings.append(openings)
            write_files(tree.add(entries))
            raw = sign_checkpoint(signer, tree.size, tree.root())
            replace_file(self.log_folder / "checkpoint", raw)
        except OSError as error:
            self._tree = None
            self._undo(error)
        except BaseException:
            # Stopped half-way (Ctrl-C): the memory may be ahead of the disk; it is read anew.
            self._tree = None
            raise
        self._checkpoint = read_checkpoint(raw, self.key)
        self._log.grown(self.size)
        drop_partials(self.log_folder, first, self.size)
        return range(first, self.size)

    def _writable(self) -> tuple[TreeWriter, SignerKey]:
        if self._lock is None or self._signer is None:
            raise LedgerError("The ledger was opened for reading.", where=str(self.folder))
        if self._tree is None:
            self._recover()
        assert self._tree is not None
        return self._tree, self._signer

    def _undo(self, error: OSError) -> None:
        before = self.size
        try:
            self._recover()
        except OSError:
            self._tree = None  # tried again before the next act
        if self.size == before:
            raise LedgerError(
                f"The ledger could not be written: {error.strerror}. Nothing of this batch was "
                f"acknowledged; the {self.size:,} entries before it are safe.",
                where=str(error.filename or self.folder),
                hint="make room or allow writing, then run the same command again",
            ) from error
        raise LedgerError(
            f"The ledger was written, but the disk reported: {error.strerror}.",
            where=str(error.filename or self.folder),
            hint="run lamplighter evidence verify before going on",
        ) from error

    def _recover(self) -> None:
        """Go back to what the checkpoint says; finish an erasure that was logged."""
        self.refresh()
        remove_leftovers(self.log_folder, self.size)
        self._objects.clear_unfinished()
        sound, broken = self._openings.last_sound(self.size)
        if not broken:  # nothing would be cut off: a look at the latest is enough
            sound = max(sound, self.size - _LATEST)
        for index in range(sound, self.size):
            if self.entry(index).commitment is not None:
                raise TamperError(
                    f"Entry {index} was acknowledged, but its opening cannot be read.",
                    where=str(self.folder / "openings"),
                    hint="restore openings/ from a backup; lamplighter evidence verify says more",
                    entries=(index,),
                )
        self._openings.cut(self.size)
        tree = TreeWriter(self.log_folder, self.size)
        if tree.root() != self.root:
            raise TamperError(
                "The tiles do not lead to the root of the checkpoint.",
                where=str(self.log_folder),
                hint="lamplighter evidence verify names the entries",
            )
        pending = PendingErasure.read(self.folder)
        if pending is not None:
            if pending.entry < self.size:
                self._erase_now(pending)
            pending.clear(self.folder)
        self._tree = tree

    def entry(self, index: int) -> Entry:
        """One entry. Raises LedgerError beyond the end, TamperError where it cannot be read."""
        return decode(index, self._log.raw(index))

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Entries from `start` up to `stop` (the end)."""
        stop = self.size if stop is None else min(stop, self.size)
        for first, part in self._log.bundles(start, stop):
            for index, raw in enumerate(part, first):
                if start <= index < stop:
                    yield decode(index, raw)

    def opening(self, index: int) -> bytes | None:
        """The private bytes of an entry, checked; None if it has none or they were erased."""
        found = self.salted(index)
        return found[1] if found else None

    def opened(self, stop: int | None = None) -> Iterator[tuple[Entry, bytes | None]]:
        """Entries before `stop` with their private bytes, in order: a pass over everything, some
        ten times faster than `opening` one by one. The bytes are not compared with the commitments
        again: `evidence verify` does that.
        """
        stop = self.size if stop is None else stop
        stored = self._openings.all(stop)
        found = next(stored, None)
        for entry in self.entries(0, stop):
            while found is not None and found.index < entry.index:
                found = next(stored, None)
            matches = found is not None and found.index == entry.index
            yield entry, found.private if found is not None and matches else None

    def salted(self, index: int) -> tuple[bytes, bytes] | None:
        """Salt and private bytes, checked against the commitment: what an export hands on."""
        commitment = self.entry(index).commitment
        if commitment is None:
            return None
        found = self._openings.get(index)
        if found is None:
            raise TamperError(
                f"The opening of entry {index} is missing.",
                where=str(self.folder / "openings"),
                entries=(index,),
            )
        if found.private is None:
            return None
        if commit(found.salt, found.private) != commitment:
            raise TamperError(
                f"The opening of entry {index} does not match its commitment.",
                where=str(self.folder / "openings"),
                entries=(index,),
            )
        return found.salt, found.private

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
        self._writable()
        for index in indices:
            self.entry(index)
        for digest in objects:
            self._objects.path(digest)
        acts = erasure_acts(kind, datetime.now(UTC), actor, reason, indices, objects)
        pending = PendingErasure(
            self.size + len(acts) - 1, sorted(set(indices)), sorted(set(objects))
        )
        pending.write(self.folder)
        logged = self.append(acts)
        self._erase_now(pending)
        pending.clear(self.folder)
        return logged

    def _erase_now(self, pending: PendingErasure) -> None:
        self._openings.erase(pending.indices)
        for digest in pending.objects:
            self._objects.remove(digest)

    def put_object(self, data: bytes | BinaryIO) -> str:
        """Store large content, durably; returns its hex SHA-256 for `Act.objects`."""
        return self._objects.put(data)

    def object_path(self, digest: str) -> Path:
        """Where an object lies or would lie."""
        return self._objects.path(digest)

    def inclusion(self, index: int, size: int | None = None) -> InclusionProof:
        """Proof that the entry is in the tree of `size` entries (all)."""
        return self._log.inclusion(index, size)

    def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        """Proof that the tree of `old` entries is a prefix of the one of `new` (all)."""
        return self._log.consistency(old, new)

    def root_at(self, size: int) -> bytes:
        """Root of the tree of the first `size` entries."""
        return self._log.root(size)

    def _read_checkpoint(self) -> Checkpoint:
        path = self.log_folder / "checkpoint"
        try:
            return read_checkpoint(path.read_bytes(), self.key)
        except FileNotFoundError as error:
            raise TamperError("The ledger has no checkpoint.", where=str(path)) from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise LedgerError("A key of the ledger cannot be read.", where=str(path)) from error
