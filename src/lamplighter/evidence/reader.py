"""Reading a ledger: entries, what opens their commitments, and proofs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from lamplighter.evidence.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint
from lamplighter.evidence.entry import Entry, commit, decode
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.log import Log
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.objects import Objects
from lamplighter.evidence.openings import Openings
from lamplighter.evidence.proof import ConsistencyProof, InclusionProof


class LedgerReader:
    """What anybody may do with a ledger's folder; `Ledger` adds to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log_folder = folder / "ledger"
        self.key = VerifierKey.parse(key_text(folder / "keys" / "log.pub"))
        self.objects = Objects(folder / "objects")
        self.openings = Openings(folder / "openings")
        self._checkpoint = self._read_checkpoint()
        self._log = Log(self.log_folder, self._checkpoint.size)

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

    def grown(self, signed: bytes) -> None:
        """See what this process has appended itself: the checkpoint that it has just signed."""
        self._checkpoint = parse_checkpoint(signed, self.key)
        self._log.grown(self._checkpoint.size)

    def entry(self, index: int) -> Entry:
        """One entry. Raises LedgerError beyond the end, TamperError where it cannot be read."""
        return decode(index, self._log.raw(index))

    def entries(
        self,
        start: int = 0,
        stop: int | None = None,
        *,
        kinds: Collection[str] = (),
        holding: bytes = b"",
    ) -> Iterator[Entry]:
        """Entries from `start` up to `stop` (the end).

        Only of these kinds, if any are given, and only those whose bytes hold `holding`: the others
        are not read as JSON, which is most of the time that ten million entries take.
        """
        stop = self.size if stop is None else min(stop, self.size)
        needles = [f'"kind":"{kind}"'.encode() for kind in sorted(kinds)]
        for first, part in self._log.bundles(start, stop, needles):
            for index, raw in enumerate(part, first):
                if not start <= index < stop or holding not in raw:
                    continue
                if not needles or any(needle in raw for needle in needles):
                    entry = decode(index, raw)
                    if not kinds or entry.kind in kinds:  # a public part may hold the words, too
                        yield entry

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
        stored = self.openings.all(stop)
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
        found = self.openings.get(index)
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

    def object_path(self, digest: str) -> Path:
        """Where an object lies or would lie."""
        return self.objects.path(digest)

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


def key_text(path: Path) -> str:
    """A key file. LedgerError where it is missing or no text."""
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise LedgerError("A key of the ledger cannot be read.", where=str(path)) from error
