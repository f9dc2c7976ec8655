"""Answers given: by idempotency key, by listing, by entry of the ledger.

A table in SQLite that can be filled from the ledger again: `scanned` says how much of the ledger
it has. It is written before an answer is given, without waiting for the disk: that survives the
end of the process; after a loss of power, the ledger fills what is missing.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from lamplighter.screening.decision import Decision

_log = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
  entry INTEGER PRIMARY KEY, listing_id TEXT NOT NULL, key TEXT, request TEXT NOT NULL,
  received_at TEXT NOT NULL, decision TEXT, decision_entry INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS received_key ON received (key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS received_listing ON received (listing_id);
CREATE INDEX IF NOT EXISTS received_unlogged ON received (entry) WHERE decision_entry IS NULL;
CREATE TABLE IF NOT EXISTS acts (
  entry INTEGER PRIMARY KEY, listing_id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT,
  at TEXT NOT NULL, actor TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS acts_key ON acts (key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS acts_listing ON acts (listing_id);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


#: Rows written after which `tidy` has something to do: some megabytes.
_TIDY = 500


class Received(NamedTuple):
    """A submission in the ledger, and the decision on it if there is one."""

    entry: int
    listing_id: str
    key: str | None
    request: str  #: hex SHA-256 of what was submitted
    received_at: str
    decision: Decision | None
    decision_entry: int | None


class ActLogged(NamedTuple):
    """What happened to a listing after it was submitted."""

    entry: int
    listing_id: str
    kind: str
    key: str | None
    at: str
    actor: str


class Answers:
    """Safe from any thread; one connection behind a lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = _connect(path)
        self._db.executescript(_SCHEMA)
        self._tidying = _connect(path)
        self._written = 0

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._tidying.close()
            self._db.close()

    def tidy(self) -> None:
        """Take what was written into the database's own file, which waits for the disk: for a
        thread that nobody waits for. Answers are written meanwhile."""
        if self._written < _TIDY:
            return
        self._written = 0
        try:
            self._tidying.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error:
            _log.exception("the answers' log of changes could not be taken over; it grows")

    def by_keys(self, keys: Sequence[str]) -> dict[str, Received]:
        """Submissions of these idempotency keys (as digests)."""
        found = {}
        with self._lock:
            for key in keys:
                row = self._db.execute("SELECT * FROM received WHERE key = ?", (key,)).fetchone()
                if row:
                    found[key] = _received(row)
        return found

    def act_by_key(self, key: str) -> ActLogged | None:
        """The act that this key (a digest) was used for."""
        with self._lock:
            row = self._db.execute("SELECT * FROM acts WHERE key = ?", (key,)).fetchone()
        return ActLogged(*row) if row else None

    def latest(self, listing_id: str) -> int | None:
        """The entry of the latest submission of a listing."""
        with self._lock:
            row = self._db.execute(
                "SELECT max(entry) FROM received WHERE listing_id = ?", (listing_id,)
            ).fetchone()
        return None if row[0] is None else int(row[0])

    def of_listing(self, listing_id: str) -> tuple[list[Received], list[ActLogged]]:
        """All submissions of a listing and all acts about it, in the order of the ledger."""
        with self._lock:
            received = self._db.execute(
                "SELECT * FROM received WHERE listing_id = ? ORDER BY entry", (listing_id,)
            ).fetchall()
            acts = self._db.execute(
                "SELECT * FROM acts WHERE listing_id = ? ORDER BY entry", (listing_id,)
            ).fetchall()
        return [_received(row) for row in received], [ActLogged(*row) for row in acts]

    def undecided(self) -> list[Received]:
        """Submissions without a decision."""
        return self._rows("decision_entry IS NULL AND decision IS NULL")

    def unlogged(self) -> list[Received]:
        """Submissions whose decision is not in the ledger yet."""
        return self._rows("decision_entry IS NULL AND decision IS NOT NULL")

    def _rows(self, where: str) -> list[Received]:
        with self._lock:
            rows = self._db.execute(
                f"SELECT * FROM received WHERE {where} ORDER BY entry"  # noqa: S608 (ours)
            ).fetchall()
        return [_received(row) for row in rows]

    def record(
        self,
        scanned: int,
        *,
        received: Iterable[Received] = (),
        decided: Iterable[Decision] = (),
        logged: Iterable[tuple[int, int]] = (),
        acts: Iterable[ActLogged] = (),
        facts: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Take over a batch in one transaction. `logged`: entries of decision and submission.

        `scanned`: entries of the ledger below this are here.
        """
        rows = [
            (r.entry, r.listing_id, r.key, r.request, r.received_at, _json(r.decision),
             r.decision_entry)
            for r in received
        ]  # fmt: skip
        changes: list[tuple[str, Sequence[tuple[Any, ...]]]] = [
            ("INSERT OR IGNORE INTO received VALUES (?, ?, ?, ?, ?, ?, ?)", rows),
            ("UPDATE received SET decision = ? WHERE entry = ? AND decision IS NULL",
             [(_json(each), each.log_index) for each in decided]),
            ("UPDATE received SET decision_entry = ? WHERE entry = ?", list(logged)),
            ("INSERT OR IGNORE INTO acts VALUES (?, ?, ?, ?, ?, ?)", list(acts)),
            ("INSERT OR REPLACE INTO facts VALUES (?, ?)", [*facts, ("scanned", str(scanned))]),
        ]  # fmt: skip
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for statement, values in changes:
                    if values:
                        self._db.executemany(statement, values)
                self._db.execute("COMMIT")
                self._written += len(rows) + 1
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    @property
    def scanned(self) -> int:
        """Entries of the ledger below this are here."""
        return int(self.fact("scanned") or 0)

    def fact(self, name: str) -> str | None:
        """One value kept by name."""
        with self._lock:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def counts(self) -> dict[str, int]:
        """Submissions and decisions by outcome."""
        with self._lock:
            rows = self._db.execute(
                "SELECT json_extract(decision, '$.policy_outcome'), count(*) FROM received GROUP BY 1"
            ).fetchall()
        return {str(outcome): int(count) for outcome, count in rows}


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    # Without the pragma, whoever writes when the log is full waits for the disk: a caller.
    database.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
    )
    return database


def _received(row: tuple[Any, ...]) -> Received:
    decision = Decision.from_dict(orjson.loads(row[5])) if row[5] else None
    entry, listing_id, key, request, received_at = row[:5]
    return Received(entry, listing_id, key, request, received_at, decision, row[6])


def _json(decision: Decision | None) -> str | None:
    return decision.as_json().decode() if decision else None
