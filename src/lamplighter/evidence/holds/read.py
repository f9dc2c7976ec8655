"""Holds as the ledger has them: read anew from the log, or from a table that follows it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lamplighter.evidence.holds.acts import KINDS, Logged, fold
from lamplighter.evidence.holds.hold import Hold
from lamplighter.evidence.ledger import Ledger

FILE = "holds.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS followed (size INTEGER NOT NULL, root BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS acts (
  entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, time TEXT NOT NULL, actor TEXT NOT NULL,
  public TEXT NOT NULL, private BLOB);
CREATE TABLE IF NOT EXISTS holds (
  hold_id TEXT PRIMARY KEY, scope_kind TEXT NOT NULL, scope TEXT NOT NULL, rule TEXT NOT NULL,
  reason TEXT NOT NULL, placed_by TEXT NOT NULL, placed_at TEXT NOT NULL, until TEXT,
  release_asked_by TEXT, released_by TEXT, released_at TEXT);
CREATE TABLE IF NOT EXISTS hold_listings (
  hold_id TEXT NOT NULL, listing_id TEXT NOT NULL, PRIMARY KEY (hold_id, listing_id));
"""


def holds_of(ledger: Ledger) -> dict[str, Hold]:
    """All holds, from the log itself. What decides about removal reads them so, never a table."""
    return fold(_from_ledger(ledger, 0))


def _from_ledger(ledger: Ledger, start: int) -> Iterator[tuple[Logged, bytes | None]]:
    for entry in ledger.entries(start, kinds=KINDS):
        yield entry, ledger.opening(entry.index)


@dataclass(frozen=True)
class _Line:
    index: int
    kind: str
    time: datetime
    actor: str
    public: dict[str, Any]


class HoldTable:
    """A table of holds for whoever asks often. It follows the ledger and can be made from it again:
    delete the file, and nothing is lost.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def follow(self, ledger: Ledger) -> dict[str, Hold]:
        """Take in what the ledger has beyond the table; all holds. If the table followed another
        history than this ledger's, it is made anew.
        """
        row = self._db.execute("SELECT size, root FROM followed").fetchone()
        size, root = row if row else (0, b"")
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if size and (size > ledger.size or ledger.root_at(size) != root):
                self._db.execute("DELETE FROM acts")
                size = 0
            for entry, private in _from_ledger(ledger, size):
                line = (entry.index, entry.kind, entry.time.isoformat(), entry.actor)
                values = (*line, json.dumps(dict(entry.public)), private)
                self._db.execute("INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?)", values)
            holds = fold(self._acts())
            if size != ledger.size:
                self._write(holds)
                self._db.execute("DELETE FROM followed")
                self._db.execute("INSERT INTO followed VALUES (?, ?)", (ledger.size, ledger.root))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return holds

    def _acts(self) -> Iterator[tuple[Logged, bytes | None]]:
        rows = self._db.execute("SELECT * FROM acts ORDER BY entry").fetchall()
        for index, kind, time, actor, public, private in rows:
            moment = datetime.fromisoformat(time)
            yield _Line(index, kind, moment, actor, json.loads(public)), private

    def _write(self, holds: dict[str, Hold]) -> None:
        self._db.execute("DELETE FROM holds")
        self._db.execute("DELETE FROM hold_listings")
        for hold in holds.values():
            self._db.execute(
                "INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    hold.hold_id,
                    hold.scope.kind,
                    json.dumps(hold.scope.values),
                    hold.rule,
                    hold.reason,
                    hold.placed_by,
                    hold.placed_at.isoformat(),
                    hold.until.isoformat() if hold.until else None,
                    hold.release_asked_by,
                    hold.released_by,
                    hold.released_at.isoformat() if hold.released_at else None,
                ),
            )
            self._db.executemany(
                "INSERT INTO hold_listings VALUES (?, ?)",
                ((hold.hold_id, listing) for listing in sorted(hold.ever)),
            )
