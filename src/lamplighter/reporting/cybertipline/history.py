"""Where the steps of all reports are kept: one SQLite file, synchronous, beside the ledger.

A step is durable here first, and then in the ledger; after a crash between the two the ledger gets
it when the file is next opened. It may then stand in the ledger twice, under one number: the first
counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import orjson

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


class Histories:
    """The file. `record` puts steps into the ledger as well."""

    def __init__(self, path: Path, record: Recorder) -> None:
        self._record = record
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        self._catch_up()

    def of(self, report: str) -> ReportHistory:
        """The history of one report."""
        return ReportHistory(self, report)

    def reports(self) -> list[str]:
        """All reports, in the order of their first step."""
        rows = self._file.execute("SELECT report FROM step WHERE number = 0 ORDER BY at, report")
        return [report for (report,) in rows]

    def add(self, report: str, step: Step) -> None:
        """Keep a step, durably."""
        at = datetime.now(UTC)
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
        rows = self._file.execute(
            "SELECT kind, data FROM step WHERE report = ? ORDER BY number", (report,)
        )
        return [Step(StepKind(kind), orjson.loads(data)) for kind, data in rows]

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

    def __enter__(self) -> Histories:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
