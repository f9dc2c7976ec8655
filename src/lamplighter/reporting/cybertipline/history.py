"""Where the steps of all reports are kept: one SQLite file, synchronous, beside the ledger.

A step is durable here first, and then in the ledger; after a crash between the two the ledger gets
it when the file is next opened. It may then stand in the ledger twice, under one number: the first
counts.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from lamplighter.foundation.closing import Closing
from lamplighter.reporting.cybertipline.steps import Step, StepKind

_TABLES = """
CREATE TABLE IF NOT EXISTS step (
  report TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL,
  at TEXT NOT NULL, ledger_index INTEGER, PRIMARY KEY (report, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unlogged ON step (report) WHERE ledger_index IS NULL;
"""

#: Puts a step of a report into the ledger: report, number, step, time. Returns the entry's index.
Recorder = Callable[[str, int, Step, datetime], int]


@dataclass(frozen=True)
class Noted:
    """A step as it is kept; `entry` is its place in the ledger."""

    step: Step
    at: datetime
    entry: int | None


class Histories(Closing):
    """The file. `record` puts steps into the ledger as well. Threads may share it."""

    def __init__(self, path: Path, record: Recorder) -> None:
        self._record = record
        self._turn = threading.RLock()
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._file.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        self._catch_up()

    @classmethod
    def reading(cls, path: Path) -> Histories:
        """For looking only, also while another process writes. OSError if there is no file."""
        if not path.is_file():
            raise FileNotFoundError(path)
        made = cls.__new__(cls)
        made._turn = threading.RLock()
        made._file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        return made

    def of(self, report: str) -> ReportHistory:
        """The history of one report."""
        return ReportHistory(self, report)

    def reports(self) -> list[str]:
        """All reports, in the order of their first step."""
        with self._turn:
            rows = self._file.execute(
                "SELECT report FROM step WHERE number = 0 ORDER BY at, report"
            ).fetchall()
        return [report for (report,) in rows]

    def unheld(self) -> list[str]:
        """Reports that were released at some time and that no hold keeps yet."""
        with self._turn:
            rows = self._file.execute(
                "SELECT report FROM step WHERE kind = 'released' EXCEPT "
                "SELECT report FROM step WHERE kind = 'held' ORDER BY report"
            ).fetchall()
        return [report for (report,) in rows]

    def add(self, report: str, step: Step) -> None:
        """Keep a step, durably."""
        at = datetime.now(UTC)
        with self._turn:
            (number,) = self._file.execute(
                "SELECT count(*) FROM step WHERE report = ?", (report,)
            ).fetchone()
            self._file.execute(
                "INSERT INTO step (report, number, kind, data, at) VALUES (?, ?, ?, ?, ?)",
                (report, number, step.kind.value, orjson.dumps(step.data), at.isoformat()),
            )
            self._log(report, number, step, at)

    def steps(self, report: str) -> list[Step]:
        """All steps of a report, in order."""
        return [noted.step for noted in self.noted(report)]

    def noted(self, report: str) -> list[Noted]:
        """All steps of a report with when each was kept and where in the ledger."""
        with self._turn:
            rows = self._file.execute(
                "SELECT kind, data, at, ledger_index FROM step WHERE report = ? ORDER BY number",
                (report,),
            ).fetchall()
        return [
            Noted(Step(StepKind(kind), orjson.loads(data)), datetime.fromisoformat(at), entry)
            for kind, data, at, entry in rows
        ]

    def forget(self, reports: Iterable[str]) -> None:
        """Remove all steps of these reports, from the file's free pages and its log too."""
        with self._turn:
            self._file.execute("PRAGMA secure_delete = ON")
            self._file.executemany(
                "DELETE FROM step WHERE report = ?", [(name,) for name in reports]
            )
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _log(self, report: str, number: int, step: Step, at: datetime) -> None:
        index = self._record(report, number, step, at)
        self._file.execute(
            "UPDATE step SET ledger_index = ? WHERE report = ? AND number = ?",
            (index, report, number),
        )

    def _catch_up(self) -> None:
        rows = self._file.execute(
            "SELECT report, number, kind, data, at FROM step WHERE ledger_index IS NULL "
            "ORDER BY report, number"
        ).fetchall()
        for report, number, kind, data, at in rows:
            step = Step(StepKind(kind), orjson.loads(data))
            self._log(report, number, step, datetime.fromisoformat(at))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class ReportHistory:
    """One report's steps (`submission.History`)."""

    def __init__(self, histories: Histories, report: str) -> None:
        self._histories = histories
        self._report = report

    def add(self, step: Step) -> None:
        """Keep a step, durably."""
        self._histories.add(self._report, step)

    def steps(self) -> Sequence[Step]:
        """All steps, in order."""
        return self._histories.steps(self._report)
