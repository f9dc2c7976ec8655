"""What retention removes, it removes from reports too; what is open keeps its listings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lamplighter.jobs.case_file import make_case_file
from lamplighter.jobs.custody import holds as holds_job
from lamplighter.jobs.cybertipline import deeds
from lamplighter.jobs.cybertipline.desk import TipDesk
from lamplighter.jobs.cybertipline.drafting import draft
from lamplighter.jobs.cybertipline.filing import file
from lamplighter.jobs.cybertipline.request import DraftRequest
from lamplighter.jobs.retention import purge as purge_job
from lamplighter.jobs.retention.purge import purge
from lamplighter.reporting.cybertipline.stand_in import StandIn
from lamplighter.workspace.workspace import Workspace

YEAR = timedelta(days=365)
#: Of the listings, as the draft, the file of words and the PDF's text hold them.
WORDS = (b"solid oak table with six chairs", b"desk@oak.example", "Ünal-1".encode())


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    for module in (holds_job, purge_job):
        monkeypatch.setattr(module, "now", lambda: moment)


def _kept(shop: Path) -> bytes:
    """All that the workspace holds, without the settings and what the stand-in received."""
    return b"".join(
        path.read_bytes()
        for path in sorted(shop.rglob("*"))
        if path.is_file() and "stand-in" not in path.parts and path.suffix != ".toml"
    )


def test_a_draft_goes_with_its_listings(
    shop: Path, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(shop, write=True) as opened:
        with TipDesk(opened) as desk:
            draft(desk, operation, DraftRequest(note="the note of a drafter"), "ann")
        make_case_file(opened, operation, prepared_by="ann", approved_by="ben", recipient="police")
        objects = list((shop / "objects").rglob("*"))
        _later(monkeypatch, 200)
        assert purge(opened, timedelta(days=100), by="u7")["listings"] == 30, (
            "a rule keeps the rest"
        )
        _later(monkeypatch, 400)
        shown = purge(opened, YEAR, by="u7", dry_run=True)
        assert (shown["listings"], shown["reports"]) == (8, 1) and shown["sayings"] == 1
        assert any(word in _kept(shop) for word in WORDS)
        done = purge(opened, YEAR, by="u7")
        assert done["sayings"] == 1 and not list((shop / "reports").rglob("tip-*"))
        with TipDesk(opened) as desk:
            assert desk.overviews() == [] and not desk.faults
        assert purge(opened, YEAR, by="u7")["purge_entries"] == []
    left = _kept(shop)
    assert not [word for word in (*WORDS, b"the note of a drafter") if word in left]
    pdfs = [path for path in objects if path.is_file() and path.exists()]
    assert pdfs == [], "the case file, the words and the picture are gone"


def test_a_report_under_way_keeps_its_listings_whatever_the_rules(
    shop: Path, operation: str, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shop / "lamplighter.toml"
    settings.write_text(
        settings.read_text().replace('jurisdiction = "US"', 'jurisdiction = "none"')
    )
    with Workspace.open(shop, write=True) as opened, TipDesk(opened) as desk:
        report = draft(desk, operation, DraftRequest(), "ann").draft.report
        deeds.ask(desk, report, by="user:ann", note="read it all")
        deeds.confirm(desk, report, by="user:ben", note="so did I")
        _later(monkeypatch, 400)
        done = purge(opened, YEAR, by="u7")
        assert (done["listings"], done["kept_open"], done["reports"]) == (30, 8, 0)
        file(desk, report, lambda _: None)
        assert desk.overview(report).standing.state == "finished" and len(service.finished) == 1


def test_a_draft_that_no_desk_shows_is_removed(shop: Path, operation: str) -> None:
    with Workspace.open(shop, write=True) as opened:
        with TipDesk(opened) as desk:
            made = draft(desk, operation, DraftRequest(), "ann").draft
            orphan = shop / "reports" / "cybertipline" / "tip-0123456789.json"
            orphan.write_bytes((orphan.parent / f"{made.report}.json").read_bytes())
        done = purge(opened, YEAR, by="u7")
        assert done["reports"] == 1 and done["listings"] == 0 and not orphan.exists()
        with TipDesk(opened) as desk:
            assert [one.draft.report for one in desk.overviews()] == [made.report]
