"""Writing a ledger: one commit after the other, and what is done after a crash."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path

from lamplighter.evidence.checkpoint import sign_checkpoint
from lamplighter.evidence.erasure import PendingErasure
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.flush import Flusher, Unflushed
from lamplighter.evidence.journal import HEADER, Journal, Record
from lamplighter.evidence.leftovers import remove_leftovers
from lamplighter.evidence.note import SignerKey
from lamplighter.evidence.opening_run import OpeningRun
from lamplighter.evidence.reader import LedgerReader, key_text
from lamplighter.evidence.replay import replay
from lamplighter.evidence.tree_writer import TreeWriter, drop_partials
from lamplighter.evidence.unsettled import Unsettled

_LATEST = 4_096
#: Entries, and bytes of them and of what opens them, that go by way of the journal.
_FEW, _SMALL = 64, 1 << 16
#: Bytes beside these that the journal takes for an entry, at most.
_FRAME = 128


class Writer:
    """The one writer of a ledger; its lock is held by who makes this."""

    def __init__(self, ledger: LedgerReader) -> None:
        self._ledger = ledger
        self._signer = SignerKey.parse(key_text(ledger.folder / "keys" / "log.key"))
        if self._signer.verifier != ledger.key:
            raise TamperError("The signing key and the public key of the ledger differ.")
        self._flusher = Flusher()
        self._unsettled = Unsettled(self._flusher)
        self._journal = Journal(ledger.folder)
        self._jotted: bytes | None = None  # checkpoint of a record whose commit is not done
        self._flushed: Future[None] | None = None
        self._broken: OSError | None = None
        self._settled = 0  # size of the log whose files are durable
        self._tree: TreeWriter | None = None
        self.recover()

    def commit(self, entries: Sequence[bytes], openings: Sequence[OpeningRun]) -> range:
        """Make entries and what opens them durable, all or none; returns their indices."""
        tree, first = self._ready(), self._ledger.size
        if not entries:
            return range(first, first)
        with self._whole():
            if self._is_small(entries, openings):
                signed = self._jot(tree, entries, openings)
                self._journal.flush()
                self._name()
            else:
                self._settle()
                signed = self._write(tree, entries, openings)
                self._settled = tree.size
                self._drop(first, self._settled)
        self._ledger.grown(signed)
        return range(first, self._ledger.size)

    def begin(
        self, entries: Sequence[bytes], openings: Sequence[OpeningRun]
    ) -> Callable[[], range]:
        """As `commit`, but where the journal takes it, another thread waits for the disk. What is
        returned waits for that thread and finishes the commit; nothing else may come between.
        """
        tree, first = self._ready(), self._ledger.size
        with self._whole():
            small = bool(entries) and self._is_small(entries, openings)
        if not small:
            done = self.commit(entries, openings)
            return lambda: done
        with self._whole():
            signed = self._jot(tree, entries, openings)
            flushed = self._flushed = self._flusher.later(self._journal.flush)

        def wait() -> range:
            with self._whole():
                flushed.result()
                self._name()
            self._ledger.grown(signed)
            return range(first, self._ledger.size)

        return wait

    def _ready(self) -> TreeWriter:
        self.ready()
        assert self._tree is not None
        return self._tree

    def ready(self) -> None:
        """What is to be done before the size of the ledger is relied on: after a failure it may grow by
        what the journal has. LedgerError where that fails again."""
        if self._broken is not None:
            raise LedgerError(
                "The ledger takes nothing more: a commit failed and could not be taken back "
                f"({self._broken.strerror}).",
                where=str(self._ledger.folder),
                hint="stop this process, look after the disk, and start it again",
            ) from self._broken
        if self._tree is None:
            try:
                self.recover()
            except OSError as error:
                self._tree = None
                self._undo(error)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """What is done within is done, or undone."""
        try:
            yield
        except OSError as error:
            self._tree = None
            self._take_back()
            self._undo(error)
        except BaseException:
            # Stopped half-way (Ctrl-C): the memory may be ahead of the disk; it is read anew.
            self._tree = None
            self._take_back()
            raise

    def _take_back(self) -> None:
        """Let a record be none whose commit was given up: replayed later, it would be an act that
        nobody knows of."""
        signed, flushed = self._jotted, self._flushed
        self._jotted = self._flushed = None
        if signed is None:
            return
        if flushed is not None:
            flushed.exception()
        try:
            if (self._ledger.log_folder / "checkpoint").read_bytes() != signed:
                self._journal.withdraw()
        except OSError as error:
            self._broken = error

    def _is_small(self, entries: Sequence[bytes], openings: Sequence[OpeningRun]) -> bool:
        """Whether it goes by way of the journal, which has room for it then. OSError."""
        size = sum(map(len, entries)) + sum(len(run.data) for run in openings)
        if len(entries) > _FEW or size > _SMALL or not self._journal.is_ready():
            return False
        if not self._journal.has_room(size + _FRAME * len(entries) + 2 * HEADER):
            self._settle()
        return True

    def _jot(
        self, tree: TreeWriter, entries: Sequence[bytes], openings: Sequence[OpeningRun]
    ) -> bytes:
        """The checkpoint, signed, and a record that is durable when the journal is flushed: one round
        of the disk. The log's own files are there for all to read, once the checkpoint has its name,
        and are flushed when the journal is full. They come before the record: a full disk must not
        leave one of a commit that is taken back.
        """
        first = tree.size
        try:
            self._ledger.openings.append(openings, self._unsettled)
            for path, data in tree.add(entries):
                self._unsettled.write(path, data)
            signed = sign_checkpoint(self._signer, tree.size, tree.root())
            appended = [
                (path.name, offset, data) for path, offset, data in self._unsettled.take_appended()
            ]
            record = Record(first, entries, appended, signed).pack()
            self._unsettled.write(self._beside(), signed)
            self._journal.append(self._ledger.checkpoint(), record)
            self._jotted = signed
        except BaseException:
            self._beside().unlink(missing_ok=True)
            raise
        return signed

    def _beside(self) -> Path:
        return self._ledger.log_folder / "checkpoint.new"

    def _name(self) -> None:
        """Let the checkpoint that was written beside be the checkpoint."""
        beside = self._beside()
        checkpoint = beside.with_name("checkpoint")
        beside.replace(checkpoint)
        self._jotted = self._flushed = None
        self._unsettled.note(checkpoint)

    def _settle(self) -> None:
        """Make durable in the log's own files what the journal has; then it is empty. OSError."""
        if not self._journal.records:
            return
        self._unsettled.settle()
        self._journal.clear()
        self._drop(self._settled, self._ledger.size)
        self._settled = self._ledger.size

    def _drop(self, old: int, new: int) -> None:
        self._flusher.later(lambda: drop_partials(self._ledger.log_folder, old, new))

    def _write(
        self, tree: TreeWriter, entries: Sequence[bytes], openings: Sequence[OpeningRun]
    ) -> bytes:
        """The checkpoint, signed. Two rounds of the disk: all that it signs, itself included under
        another name; then its name. Nothing looks beyond the old checkpoint until then, so the first
        round needs no order.
        """
        checkpoint = self._ledger.log_folder / "checkpoint"
        beside = checkpoint.with_name("checkpoint.new")
        try:
            with Unflushed(self._flusher) as files:
                self._ledger.openings.append(openings, files)
                for path, data in tree.add(entries):
                    files.write(path, data)
                signed = sign_checkpoint(self._signer, tree.size, tree.root())
                files.write(beside, signed)
                files.flush()
            beside.replace(checkpoint)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        os.fsync(self._flusher.folder(checkpoint.parent))
        return signed

    def _undo(self, error: OSError) -> None:
        before = self._ledger.size
        try:
            if self._broken is None:
                self.recover()
        except OSError:
            self._tree = None  # tried again before the next act
        if self._ledger.size == before:
            raise LedgerError(
                f"The ledger could not be written: {error.strerror}. Nothing of this batch was "
                f"acknowledged; the {self._ledger.size:,} entries before it are safe.",
                where=str(error.filename or self._ledger.folder),
                hint="make room or allow writing, then run the same command again",
            ) from error
        raise LedgerError(
            f"The ledger was written, but the disk reported: {error.strerror}.",
            where=str(error.filename or self._ledger.folder),
            hint="run lamplighter evidence verify before going on",
        ) from error

    def recover(self) -> None:
        """Go back to what the checkpoint says; finish an erasure that was logged."""
        ledger = self._ledger
        self._flusher.forget()
        self._unsettled.forget()
        self._journal.close()
        replay(ledger.folder, ledger.key, self._flusher)
        self._journal = Journal(ledger.folder)
        ledger.refresh()
        remove_leftovers(ledger.log_folder, ledger.size)
        ledger.objects.clear_unfinished()
        sound, broken = ledger.openings.last_sound(ledger.size)
        if not broken:  # nothing would be cut off: a look at the latest is enough
            sound = max(sound, ledger.size - _LATEST)
        for index in range(sound, ledger.size):
            if ledger.entry(index).commitment is not None:
                raise TamperError(
                    f"Entry {index} was acknowledged, but its opening cannot be read.",
                    where=str(ledger.folder / "openings"),
                    hint="restore openings/ from a backup; lamplighter evidence verify says more",
                    entries=(index,),
                )
        ledger.openings.cut(ledger.size)
        tree = TreeWriter(ledger.log_folder, ledger.size)
        if tree.root() != ledger.root:
            raise TamperError(
                "The tiles do not lead to the root of the checkpoint.",
                where=str(ledger.log_folder),
                hint="lamplighter evidence verify names the entries",
            )
        pending = PendingErasure.read(ledger.folder)
        if pending is not None:
            if pending.entry < ledger.size:
                self.erase_now(pending)
            pending.clear(ledger.folder)
        self._tree, self._settled = tree, ledger.size

    def erase_now(self, pending: PendingErasure) -> None:
        """Take away what an act of the log says is removed. The journal has it no more, either."""
        self._settle()
        self._ledger.openings.erase(pending.indices)
        for digest in pending.objects:
            self._ledger.objects.remove(digest)

    def close(self) -> None:
        """Make all durable in its own place, and end the threads."""
        with suppress(
            OSError
        ):  # it is safe in the journal, and put in its place at the next opening
            self._settle()
        self._journal.close()
        self._flusher.close()
