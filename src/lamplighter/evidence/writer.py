"""Writing a ledger: one commit after the other, and what is done after a crash."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

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
        self._settled = 0  # size of the log whose files are durable
        self._tree: TreeWriter | None = None
        self.recover()

    def commit(self, entries: Sequence[bytes], openings: Sequence[OpeningRun]) -> range:
        """Make entries and what opens them durable, all or none; returns their indices."""
        if self._tree is None:
            self.recover()
        assert self._tree is not None
        first = self._ledger.size
        if not entries:
            return range(first, first)
        size = sum(map(len, entries)) + sum(len(run.data) for run in openings)
        try:
            if len(entries) <= _FEW and size <= _SMALL and self._journal.is_ready():
                if not self._journal.has_room(size + _FRAME * len(entries) + 2 * HEADER):
                    self._settle()
                signed = self._jot(self._tree, entries, openings)
            else:
                self._settle()
                signed = self._write(self._tree, entries, openings)
                self._settled = self._tree.size
                self._drop(first, self._settled)
        except OSError as error:
            self._tree = None
            self._undo(error)
        except BaseException:
            # Stopped half-way (Ctrl-C): the memory may be ahead of the disk; it is read anew.
            self._tree = None
            raise
        self._ledger.grown(signed)
        return range(first, self._ledger.size)

    def _jot(
        self, tree: TreeWriter, entries: Sequence[bytes], openings: Sequence[OpeningRun]
    ) -> bytes:
        """The checkpoint, signed. One round of the disk: the journal's. The log's own files are there
        for all to read, and are flushed when the journal is full.
        """
        checkpoint = self._ledger.log_folder / "checkpoint"
        beside = checkpoint.with_name("checkpoint.new")
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
            self._unsettled.write(beside, signed)
            self._journal.append(self._ledger.checkpoint(), record)
            beside.replace(checkpoint)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        self._unsettled.note(checkpoint)
        return signed

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
