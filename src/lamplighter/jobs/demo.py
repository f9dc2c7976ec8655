"""Sample data for a demonstration: a simulated market, kept and linked in a workspace."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.demo_audit import audit_sample
from lamplighter.jobs.first_run import compiling_beside
from lamplighter.jobs.ingest import IngestOptions, ingest, new_workspace
from lamplighter.jobs.link import LinkResult
from lamplighter.jobs.statements import make_statements
from lamplighter.jobs.workspace_link import link_workspace
from lamplighter.reporting.statement.settings import read_settings
from lamplighter.screening.service import Screener
from lamplighter.simulate.market import write_market
from lamplighter.workspace.config import FILE
from lamplighter.workspace.setting import Value
from lamplighter.workspace.settings import changed_text
from lamplighter.workspace.workspace import Workspace

_NAME = "sample.lamplighter.invalid"


@dataclass(frozen=True)
class Sample:
    """What a demonstration works on."""

    workspace: Path
    truth: Path
    linked: LinkResult
    public: Path  #: page of the transparency report
    statement: str  #: names a statement of reasons that its poster can still object to


@compiling_beside()
def make_sample(out: Path, listings: int, seed: int, steps: Steps) -> Sample:
    """Simulate, keep and link, all under `out`. An earlier sample there is replaced.

    UsageError if something else is in the way.
    """
    out.mkdir(parents=True, exist_ok=True)
    home, market, truth = out / "workspace", out / "market.csv", out / "truth.csv"
    if home.exists():
        with Workspace.open(home, write=True) as found:  # nobody writes to it, and it is a sample
            if found.config.name != _NAME:
                raise UsageError("This workspace is not a sample.", where=str(home),
                                 hint="Name another folder: --out DIR")  # fmt: skip
        shutil.rmtree(home)
    with steps.step("simulated market", total=listings) as progress:
        write_market(listings, seed, market, truth, progress=progress)
    new_workspace(home, _NAME)
    _settle_reports(home)
    with Workspace.open(home, write=True) as opened:
        ingest(opened, [str(market)], IngestOptions(), steps)
    linked = link_workspace(home, 2, steps)
    assert linked is not None  # a new workspace has no earlier result
    page = audit_sample(home, truth, out / "transparency", seed, steps)
    with steps.step("one listing taken down"):
        statement = _take_one_down(home)
    return Sample(home, truth, linked, page, statement)


def _take_one_down(home: Path) -> str:
    """Let a moderator of the sample take a listing down, as a platform would: its poster is told why."""
    with Workspace.open(home, write=True) as opened:
        with opened.duckdb() as database:
            row = database.execute("SELECT min(listing_id) FROM listings").fetchone()
        assert row is not None
        with Screener.over(opened) as screener:
            screener.moderated(row[0], action="removed", by="sample-moderator", reason="spam")
        (held,) = make_statements(opened, read_settings(home))
    return held.statement.puid


def _settle_reports(home: Path) -> None:
    """Somebody who answers for reports, and a free port for the stand-in that takes them."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    said: dict[tuple[str, str], Value] = {
        ("report", "stand_in"): f"http://127.0.0.1:{port}", ("report", "platform"): "Sample market",
        ("report", "first_name"): "Sample", ("report", "last_name"): "Desk",
        ("report", "email"): "desk@sample.invalid",
    }  # fmt: skip
    settings = home / FILE
    settings.write_text(changed_text(settings.read_text("utf-8"), said), "utf-8")
