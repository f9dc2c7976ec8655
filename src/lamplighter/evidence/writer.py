"""Writing a ledger: one commit after the other, and what is done after a crash."""

from __future__ import annotations

import os
from collections.abc import Sequence

from lamplighter.evidence.checkpoint import sign_checkpoint
from lamplighter.evidence.erasure import PendingErasure
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.flush import Flusher, Unflushed
from lamplighter.evidence.leftovers import remove_leftovers
from lamplighter.evidence.note import SignerKey
from lamplighter.evidence.opening_run import OpeningRun
from lamplighter.evidence.reader import LedgerReader, key_text
from lamplighter.evidence.tree_writer import TreeWriter, drop_partials

_LATEST = 4_096


class Writer:
    """The one writer of a ledger; its lock is held by who makes this."""

    def __init__(self, ledger: LedgerReader) -> None:
        self._ledger = ledger
        self._signer = SignerKey.parse(key_text(ledger.folder / "keys" / "log.key"))
        if self._signer.verifier != ledger.key:
            raise TamperError("The signing key and the public key of the ledger differ.")
        self._flusher = Flusher()
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
        try:
            signed = self._write(self._tree, entries, openings)
        except OSError as error:
            self._tree = None
            self._undo(error)
        except BaseException:
            # Stopped half-way (Ctrl-C): the memory may be ahead of the disk; it is read anew.
            self._tree = None
            raise
        self._ledger.grown(signed)
        grown = range(first, self._ledger.size)
        self._flusher.later(lambda: drop_partials(self._ledger.log_folder, grown.start, grown.stop))
        return grown

    def _write(
        self, tree: TreeWriter, entries: Sequence[bytes], openings: Sequence[OpeningRun]
    ) -> bytes:
        """The checkpoint, signed. Two rounds of the disk: all that the new checkpoint signs, itself included under another
        name; then its name. Nothing looks beyond the old checkpoint until then, so the first round
        needs no order.
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
        self._tree = tree

    def erase_now(self, pending: PendingErasure) -> None:
        """Take away what an act of the log says is removed."""
        self._ledger.openings.erase(pending.indices)
        for digest in pending.objects:
            self._ledger.objects.remove(digest)

    def close(self) -> None:
        """End the threads."""
        self._flusher.close()
