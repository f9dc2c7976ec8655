"""The demonstration's platform and reviewers: simulated, and said to be so wherever it shows.

The platform removes most of what was planted and a few others, and publishes the rest. A sample is
then announced, drawn by the log's root, and read by two programs that err as people do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
from numpy.typing import NDArray

from lamplighter.evidence.public_log import PublicLog
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit_sample import Desk
from lamplighter.jobs.transparency import EVER, read_figures, write_report
from lamplighter.workspace.workspace import Workspace

_PLATFORM, _AUDITOR = "platform:sample", "system:sample"
#: Shares of what was planted, and of the rest, that the simulated platform removes.
_FOUND, _BLAMED = 0.8, 0.004
#: How often a simulated reviewer is mistaken, and cannot tell.
_WRONG, _UNSURE = 0.05, 0.02


def audit_sample(home: Path, truth: Path, out: Path, seed: int, steps: Steps) -> Path:
    """Moderate, sample, read and report; the path of the report's page."""
    chance = np.random.default_rng(seed)
    with Workspace.open(home, write=True) as workspace, steps.step("sample read blind"):
        ledger = workspace.ledger
        first = ledger.entry(0).time.replace(hour=0, minute=0, second=0, microsecond=0)
        entries, planted = _known(workspace, truth)
        drawn = chance.uniform(size=len(entries))
        removed = drawn < np.where(planted, _FOUND, _BLAMED)
        now = datetime.now(UTC)
        for kind, rows, public in (
            ("listing.published", entries[~removed], {}),
            ("moderation", entries[removed], {"action": "removed"}),
        ):
            ledger.append_bulk(kind, _PLATFORM, now, [None] * len(rows), public=public,
                               columns={"received": rows.tolist()})  # fmt: skip
        desk = Desk(ledger.append, lambda: PublicLog(ledger.log_folder, ledger.key))
        of = desk.announce(_AUDITOR, first, datetime.now(UTC), 300, 150, simulated=True)
        found = desk.draw(_AUDITOR, of)
        wrong = dict(zip(entries.tolist(), planted.tolist(), strict=True))
        results = [_read(bool(wrong[entry]), chance) for entry, _ in found.items]
        desk.close(_AUDITOR, of, results, {})
        log = desk.log()
    figures = read_figures(log, *EVER, steps)
    return write_report(figures, out)[1]


def _known(workspace: Workspace, truth: Path) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Entries of the listings, ascending, and whether each was planted."""
    told = pcsv.read_csv(truth).select(["listing_id", "planted"])
    with workspace.duckdb() as database:
        database.register(
            "told", told.cast(pa.schema([(name, pa.string()) for name in told.column_names]))
        )
        rows = database.execute(
            "SELECT ledger_index, coalesce(planted, '') <> '' AS planted FROM listings "
            "LEFT JOIN told USING (listing_id) ORDER BY ledger_index"
        ).fetchnumpy()
    return rows["ledger_index"].astype(np.int64), rows["planted"].astype(bool)


def _read(wrong: bool, chance: np.random.Generator) -> tuple[str, str, str]:
    """Both answers, and the last word where they differ."""

    def answer() -> str:
        draw = chance.uniform()
        if draw < _UNSURE:
            return "unsure"
        return "against" if wrong != (draw < _UNSURE + _WRONG) else "in order"

    first, second = answer(), answer()
    third = "against" if wrong else "in order"
    return first, second, first if first == second else third
