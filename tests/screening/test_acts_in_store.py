"""What a platform says it published or moderated reaches the store, the audit and the pages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.screening.service import Screener, SubmissionError
from lamplighter.workspace.workspace import Workspace
from tests.screening.workspaces import OTHER, listing, make

SHOWN = "Solid oak kitchen table with six chairs. Collect from the blue house."


def pairs(folder: Path) -> dict[str, dict[str, object]]:
    with Workspace.open(folder) as workspace:
        rows = [row for batch in workspace.pairs() for row in batch.to_pylist()]
    assert len({row["listing_id"] for row in rows}) == len(rows)
    return {row["listing_id"]: row for row in rows}


def told(screener: Screener) -> None:
    screener.published("a", text=SHOWN, title="Table", at="2026-03-01T10:00:00Z")
    screener.moderated("b", action="refused", by="m17", reason="counted twice")
    screener.published("filed", text="porter wanted")
    screener.published("never-seen", text="only this is known of it")


def verified(folder: Path) -> str:
    done = CliRunner().invoke(app, ["evidence", "verify", str(folder)])
    assert done.exit_code == 0, done.output
    return done.output


def test_acts_become_pairs_and_the_audit_sees_them(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [listing("filed", OTHER)])
    with Screener.open(folder) as screener:
        screener.submit_batch([(listing("a"), None), (listing("b"), None)])
        told(screener)
    found = pairs(folder)
    assert (found["a"]["text"], found["a"]["published_text"]) == (listing("a")["text"], SHOWN)
    assert found["a"]["published_title"] == "Table"
    assert (found["b"]["moderation_action"], found["b"]["moderated_by"]) == ("refused", "m17")
    assert found["filed"]["published_text"] == "porter wanted"  # it came from a file
    assert (found["never-seen"]["text"], found["never-seen"]["title"]) == ("", None)
    assert "Store: 7 versions" in verified(folder)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["audit", str(folder), "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    run = orjson.loads((out / "run.json").read_bytes())
    assert (run["pairs"], run["published"]) == (4, 3)
    assert run["classes"] == {"refused": 1, "other_edit": 2, "no_original": 1}


def test_the_view_of_current_listings_has_what_was_shown_last(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    names = [f"n{number}" for number in range(20)]  # without a time of posting: ties
    with Screener.open(folder) as screener:
        screener.submit_batch([(listing(name), None) for name in names])
        for name in names:
            screener.published(name, text="first")
            screener.moderated(name, action="edited", by="m17")
            screener.published(name, text="last")
    with Workspace.open(folder) as workspace, workspace.duckdb() as views:
        rows = views.execute(
            "SELECT listing_id, text, published_text, moderation_action FROM listings"
        ).fetchall()
    assert sorted(rows) == sorted((n, listing(n)["text"], "last", "edited") for n in names)


def test_the_same_key_is_the_same_act(tmp_path: Path) -> None:
    with Screener.open(make(tmp_path / "w", [])) as screener:
        screener.submit(listing("a"))
        first = screener.published("a", text=SHOWN, idempotency_key="p")
        again = screener.published("a", text=SHOWN, idempotency_key="p")
        assert (again.log_index, again.received, again.replayed) == (
            first.log_index, first.received, True,
        )  # fmt: skip
        for text, name in (("another", "a"), (SHOWN, "b")):
            with pytest.raises(SubmissionError, match="another request"):
                screener.published(name, text=text, idempotency_key="p")
        with pytest.raises(SubmissionError, match="another request"):
            screener.notice("a", reason=SHOWN, idempotency_key="p")


PROGRAM = """
import os, signal, sys
from pathlib import Path
from lamplighter.screening.service import Screener
from tests.screening.test_acts_in_store import told
from tests.screening.workspaces import listing
screener = Screener.open(Path(sys.argv[1]))
screener.submit_batch([(listing("a"), None), (listing("b"), None)])
told(screener)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_9_loses_no_act(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [listing("filed", OTHER)])
    died = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], check=False,
        env={**os.environ, "PYTHONPATH": "src:."},
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    with Screener.open(folder) as screener:
        status = screener.status("a")
        assert status is not None
        assert [act.kind for act in status.acts] == ["listing.published"]
    found = pairs(folder)
    assert found["a"]["published_text"] == SHOWN
    assert found["b"]["moderation_action"] == "refused"
    assert found["filed"]["published_text"] == "porter wanted"
    assert found["never-seen"]["published_text"] == "only this is known of it"
    verified(folder)
