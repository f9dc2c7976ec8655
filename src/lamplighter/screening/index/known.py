"""The index of what is known: mapped segments and a small recent part.

The listing store is the truth. A segment is written into a folder beside, synced, renamed, and
counts once the manifest names it; what a crash leaves is removed at the next opening, and what
the segments lack is read from the store again.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from lamplighter.foundation.durable import sync_folder
from lamplighter.screening.index.alike import Known
from lamplighter.screening.index.asked import Asked
from lamplighter.screening.index.belonging import Belonging, link_digest, write_belonging
from lamplighter.screening.index.manifest import Manifest, read_manifest, write_manifest
from lamplighter.screening.index.match import match
from lamplighter.screening.index.recent import Recent, listed_alone, listed_of
from lamplighter.screening.index.segment import Listed, Segment, joined, write_segment
from lamplighter.screening.index.tables import open_tables
from lamplighter.screening.index.ties import Match
from lamplighter.screening.listing import Listing
from lamplighter.screening.said import Said
from lamplighter.screening.spoken import Spoken

#: Recent listings that become a segment.
RECENT = 10_000
#: Segments that are joined into one, at least; and how much larger one may be than all behind it.
TIER, _NO_LARGER = 4, 1.25
#: No segment of more rows is made by joining: it would take too much memory at once.
LARGEST = 4_000_000


_OURS = ("segment-", "tables-", "belonging-", ".partial-", ".spool-")


class KnownIndex:
    """One writer thread calls `add`; any thread may `match`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self.tables = open_tables(folder / manifest.tables)
        self.belonging = Belonging(folder / manifest.belonging if manifest.belonging else None)
        self.segments = [Segment(folder / name) for name in manifest.segments]
        self._recent: list[Recent] = [Recent()]
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="index")
        self._freezing: Future[None] | None = None

    @classmethod
    def open(cls, folder: Path) -> KnownIndex | None:
        """The index in that folder; None where there is none, or one of another make."""
        manifest = read_manifest(folder)
        if manifest is None or not manifest.tables:
            return None
        try:
            return cls(folder, manifest)
        except (OSError, ValueError, KeyError):
            return None

    @property
    def upto(self) -> int:
        """Ledger index of the last listing that it has."""
        with self._lock:
            return max(self.manifest.upto, *(part.last_ledger for part in self._recent))

    @property
    def rows(self) -> int:
        """Versions of listings that it has."""
        return sum(part.rows for part in self._parts())

    def _parts(self) -> list[Segment | Recent]:
        with self._lock:
            return [*self.segments, *(part for part in self._recent if part.rows)]

    def match(self, asked: Asked) -> list[Match]:
        """What the known say of q listings."""
        parts = self._parts()
        listings = max(self.tables.listings, self.rows)
        with self._lock:
            return match(Known(parts, self.tables, self.belonging, listings), asked)

    def add(self, said: Said, ids: pa.Array, account_ids: pa.Array, ledger: pa.Array) -> None:
        """Take listings with these ledger indices into the recent part, at once."""
        self._add(listed_of(
            said.offsets, said.tokens, self.tables.apart(said.topics), ids, account_ids,
            ledger.to_numpy(), said.identifiers, said.images,
        ))  # fmt: skip

    def add_alone(self, listing: Listing, spoken: Spoken, ledger: int) -> None:
        """As `add`, of one listing."""
        self._add(listed_alone(listing, spoken, self.tables.topic(spoken.topic), ledger))

    def _add(self, listed: Listed) -> None:
        with self._lock:
            self._recent[-1].add(listed, self.tables)
            full = self._recent[-1].rows >= RECENT and len(self._recent) == 1
            if full:
                self._recent.append(Recent())
        if full:
            self._freezing = self._worker.submit(self._freeze)

    def settle(self) -> None:
        """Wait for a segment that is being written; raises what went wrong with it."""
        if self._freezing is not None:
            freezing, self._freezing = self._freezing, None
            freezing.result()

    def close(self) -> None:
        """Write the recent part as a segment if it is worth it, and stop."""
        self.settle()
        with self._lock:
            if self._recent[-1].rows >= RECENT // 10:
                self._recent.append(Recent())
        if len(self._recent) > 1:
            self._freeze()
        self._worker.shutdown()

    def _freeze(self) -> None:
        """Make the older recent part a segment, and join segments of one size."""
        old = self._recent[0]
        name = self._write(old.listed(), mixed=False)
        self._commit((*self.manifest.segments, name), (), max(self.manifest.upto, old.last_ledger))
        with self._lock:
            self._recent = self._recent[1:]
        while len(merged := self._joinable()) > 1:
            parts = [segment.listed() for segment in merged]
            name = self._write(joined(parts), mixed=True)
            gone = {segment.name for segment in merged}
            kept = tuple(each for each in self.manifest.segments if each not in gone)
            self._commit((*kept, name), gone, self.manifest.upto)

    def _joinable(self) -> list[Segment]:
        """The last segments, TIER of them or more, none of which is larger than all behind it."""
        count = joinable([segment.rows for segment in self.segments])
        return self.segments[len(self.segments) - count :]

    def _write(self, listed: Listed, *, mixed: bool) -> str:
        def fill(beside: Path) -> None:
            write_segment(beside, listed, self.tables, mixed=mixed)

        with self._lock:
            number = self.manifest.next
            self.manifest = replace(self.manifest, next=number + 1)
        return made_folder(self.folder, "segment", number, fill)

    def _commit(self, names: tuple[str, ...], gone: Iterable[str], upto: int) -> None:
        with self._lock:
            self.manifest = replace(self.manifest, segments=names, upto=upto)
            write_manifest(self.folder, self.manifest)
            held = {segment.name: segment for segment in self.segments}
            self.segments = [held.get(name) or Segment(self.folder / name) for name in names]
        for name in gone:  # still mapped by whoever reads it; the space is freed afterwards
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def follow_links(self, links: Path, digest: str | None = None) -> bool:
        """Take over a newer result of linking, if there is one; whether there was."""
        digest = link_digest(links) if digest is None else digest
        if digest == self.manifest.links:
            return False
        self.settle()
        number = self.manifest.next
        name = ""
        if digest:
            name = made_folder(
                self.folder, "belonging", number, lambda beside: write_belonging(beside, links)
            )
        with self._lock:
            old = self.manifest.belonging
            self.manifest = replace(self.manifest, belonging=name, links=digest, next=number + 1)
            write_manifest(self.folder, self.manifest)
            self.belonging = Belonging(self.folder / name if name else None)
        if old:
            shutil.rmtree(self.folder / old, ignore_errors=True)
        return True


def joinable(rows: Sequence[int]) -> int:
    """How many of the last of segments with so many rows are to be joined; 0: none.

    No listing is written again before those behind it are about as many, so each is written a few
    times; and a small segment, which a restart leaves, is in nobody's way.
    """
    total, count = 0, 0
    for own in reversed(rows):
        if total + own > LARGEST or (count and own > _NO_LARGER * total):
            break
        total, count = total + own, count + 1
    return count if count >= TIER else 0


def made_folder(home: Path, kind: str, number: int, fill: Callable[[Path], None]) -> str:
    """Fill a folder beside, sync it and give it its name; nothing of it counts before that."""
    beside = home / f".partial-{number:06d}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        fill(beside)
        sync_folder(beside)
        name = f"{kind}-{number:06d}"
        shutil.rmtree(home / name, ignore_errors=True)  # of a crash before the manifest
        beside.rename(home / name)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(home)
    return name


def clear_away(folder: Path) -> None:
    """Remove what no manifest names: what a crash left. For the one writer only."""
    manifest = read_manifest(folder)
    if manifest is None:
        return
    for path in folder.iterdir():
        # The console keeps its copy of linking's result here too: only what is ours may go.
        if path.name.startswith(_OURS) and path.name not in manifest.folders:
            shutil.rmtree(path, ignore_errors=True)
