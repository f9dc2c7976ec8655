"""Statements to test with: bland, of no real shop."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from lamplighter.reporting.statement.settings import Settings, read_settings
from lamplighter.reporting.statement.statement import Automated, Measure, Source, Statement

DECIDED = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


def settings(folder: Path, text: str = "") -> Settings:
    (folder / "statements.toml").write_text(text or (
        'platform = "Example Market"\ncontact = "appeals@market.invalid"\n'
        'terms_url = "https://market.invalid/terms"\n'), "utf-8")  # fmt: skip
    return read_settings(folder)


def statement(chosen: Settings, measure: Measure, code: str, number: int = 40) -> Statement:
    """One of each measure; numbers make puids."""
    return Statement(
        puid=f"lamp-1f0c93aa-{number}-0",
        decision=number,
        measure=measure,
        decided_at=DECIDED,
        listings=("sofa-1",) if measure is not Measure.ACCOUNT else ("sofa-1", "table-2"),
        account="shop-9",
        ground=chosen.ground(code),
        automated_detection=measure is not Measure.REMOVAL,
        automated_decision=Automated.FULLY if measure is Measure.HOLD else Automated.NOT,
        source=Source.OWN,
        content=("text",),
        content_date=date(2026, 3, 1),
        language="de",
        barred=("user:3",),
    )
