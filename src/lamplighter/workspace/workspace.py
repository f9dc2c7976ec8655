"""The workspace: one folder with everything that a deployment keeps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.closing import Closing
from lamplighter.foundation.errors import InputError, UsageError
from lamplighter.listings.coerce import coerce
from lamplighter.listings.json_rows import part_of_objects
from lamplighter.listings.read import ReadOptions
from lamplighter.workspace.config import FILE, Config, read_config
from lamplighter.workspace.guest import GuestLedger, GuestReceiver, Host, find_host
from lamplighter.workspace.pairs import version_pairs
from lamplighter.workspace.receiver import Receipt, Receiver
from lamplighter.workspace.recovery import replay
from lamplighter.workspace.settings import starting_text
from lamplighter.workspace.store import ListingStore
from lamplighter.workspace.views import open_views


class Workspace(Closing):
    """Configuration, ledger, listing store and the newest result of linking. A context manager."""

    def __init__(
        self,
        folder: Path,
        config: Config,
        ledger: Ledger,
        listings: ListingStore,
        host: Host | None = None,
    ) -> None:
        self.folder = folder
        self.config = config
        self.ledger = ledger
        self.listings = listings
        self.host = host

    @classmethod
    def create(cls, folder: Path, *, name: str | None = None) -> Workspace:
        """A new workspace, opened for writing. UsageError if the folder is in use.

        `name` is the log's origin; by default one that only says which folder it was.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError("The folder exists and is not empty.", where=str(folder),
                             hint="Name a folder that does not exist yet.")  # fmt: skip
        beside = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(beside, ignore_errors=True)
        try:
            beside.mkdir(parents=True)
            origin = name or f"{_plain(folder.resolve().name)}.lamplighter.invalid"
            (beside / FILE).write_text(starting_text(origin), "utf-8")
            config = read_config(beside)
            Ledger.create(beside, config.name).close()
            ListingStore.create(beside / "listings")
            if folder.exists():
                folder.rmdir()
            beside.rename(folder)
        except OSError as error:
            raise UsageError("The workspace cannot be made.", where=str(folder),
                             hint=f"{error.strerror}. Choose a place you may write to.") from error  # fmt: skip
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return cls.open(folder, write=True)

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Workspace:
        """Open for reading, or as the one writer: then what a crash left undone is done first.

        UsageError if this is no workspace or its configuration is wrong.
        """
        if not (folder / FILE).is_file():
            raise UsageError("This is no workspace.", where=str(folder),
                             hint=f"Make one: lamplighter init {folder}")  # fmt: skip
        config = read_config(folder)
        ledger = Ledger.open(folder, write=write)
        try:
            store = folder / "listings"
            if write and not store.exists():
                ListingStore.create(store)
            listings = ListingStore(store)
            made = cls(folder, config, ledger, listings)
            if write:
                listings.clear_away()
                replay(ledger, listings)
        except BaseException:
            ledger.close()
            raise
        return made

    @classmethod
    def open_or_visit(cls, folder: Path) -> Workspace:
        """Open for writing; while `serve` has it, through that (`workspace.guest`): `receiver` and
        `ledger.append` work all the same. UsageError, or LedgerError while another process writes.
        """
        try:
            return cls.open(folder, write=True)
        except LedgerError:
            host = find_host(folder)
            if host is None:
                raise
        ledger = GuestLedger(folder, host)
        return cls(folder, read_config(folder), ledger, ListingStore(folder / "listings"), host)

    def receiver(self) -> Receiver | GuestReceiver:
        """What takes rows."""
        if self.host is not None:
            return GuestReceiver(self.host)
        return Receiver(self.ledger, self.listings)

    def commit(self) -> None:
        """Make what was taken part of the listing store."""
        if self.host is None:
            self.listings.commit()
            return
        self.host.ask({"do": "commit"})
        self.listings.refresh()
        self.ledger.refresh()

    @property
    def links_folder(self) -> Path:
        """Where the newest result of linking lies; it is not there before the first."""
        return self.folder / "links"

    @property
    def linked_folder(self) -> Path:
        """Results of linking, one of which `links_folder` names, and what is kept to make the next."""
        return self.folder / "linked"

    def forget_links(self) -> None:
        """Remove every result of linking and all that was kept of texts to make the next."""
        if self.links_folder.is_symlink():
            self.links_folder.unlink()
        for derived in (self.links_folder, self.linked_folder):
            shutil.rmtree(derived, ignore_errors=True)

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """A connection with views (`workspace.views`) of what is committed now."""
        self.listings.refresh()
        return open_views(self.listings, self.links_folder)

    def pairs(self) -> Iterator[pa.RecordBatch]:
        """Submitted and published versions, as LISTING_SCHEMA (see `workspace.pairs`)."""
        return version_pairs(self.listings)

    def receive(self, rows: Sequence[dict[str, Any]]) -> Receipt:
        """Take listings that a program hands over (names of columns as in an input file).

        They are durable in the ledger when it returns, and in the store from the next `commit` of
        `listings` or `close` on. InputError if a row is no listing: then none is taken.
        """
        part = part_of_objects(rows, self.config.columns)
        batch, refused, _ = coerce(part, ReadOptions.max_text_bytes, True)
        if refused.rows:
            row, (column, _, reason) = min(refused.rows.items())
            raise InputError(f"Not a listing: {reason}.", where=f"row {row + 1}, column {column}",
                             hint="Needed are listing_id, and text or title.")  # fmt: skip
        return Receiver(self.ledger, self.listings).take(batch, part)

    def close(self) -> None:
        """Commit to the store what the ledger has, and release the lock."""
        try:
            if self.listings.pending:
                self.listings.commit()
        finally:
            self.ledger.close()


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "-" for c in name) or "log"
