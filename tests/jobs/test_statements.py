"""Statements from the command line: made once, listed, shown, delayed, exported, submitted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.jobs.ingest import new_workspace
from lamplighter.reporting.statement.dsa.stand_in import StandIn, serving
from lamplighter.screening.service import Screener


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A listing that was removed by a person, and one by a machine; one that was only edited."""
    folder = tmp_path_factory.mktemp("statements") / "shop"
    new_workspace(folder, "shop.invalid/log")
    with Screener.open(folder) as screener:
        for name, action, by in (("s-1", "removed", "m1"), ("s-2", "hidden", "auto-3"), ("s-3", "edited", "m1")):  # fmt: skip
            screener.submit({"listing_id": name, "text": "A sofa", "account_id": "acc-7",
                             "posted_at": "2026-03-01"})  # fmt: skip
            screener.moderated(name, action=action, by=by, reason="fraud")
    return folder


def _run(*words: object, code: int = 0) -> Any:
    result = CliRunner().invoke(app, ["report", "statement", *map(str, words)])
    if code == 0 and result.exception:
        raise result.exception
    return result


def test_made_once_listed_and_shown(shop: Path) -> None:
    assert "2 statements made" in _run("make", shop).stdout
    assert "0 statements made" in _run("make", shop).stdout
    rows = orjson.loads(_run("list", shop, "--json").stdout)
    assert [(r["measure"], r["ground"], r["automated_decision"]) for r in rows] == [
        ("removal", "fraud", "not"), ("removal", "fraud", "fully")]  # fmt: skip
    words = _run("show", shop, rows[1]["statement"]).stdout
    assert "“s-2” was taken down" in words and "taken by automated means" in words


def test_a_delay_is_kept_out_of_the_export_and_a_submission_goes_on(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("make", shop)
    first, second = (r["statement"] for r in orjson.loads(_run("list", shop, "--json").stdout))
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    said = ("--asked-by", "State police", "--reference", "2026-17", "--by", "rev-3")
    assert "waits until" in _run("delay", shop, "statement", first, "--until", day, *said).stdout
    rows = orjson.loads(_run("list", shop, "--json").stdout)
    assert rows[0]["delay_asked_by"] == "State police" and rows[1]["delayed_until"] is None
    assert "1 statements in 1 batches" in _run("export", shop, "--dsa", tmp_path / "out").stdout
    batch = orjson.loads((tmp_path / "out" / "batch-0001.json").read_bytes())
    assert [one["puid"] for one in batch["statements"]] == [second]
    monkeypatch.setenv("LAMPLIGHTER_DSA_TOKEN", "t")
    service = StandIn("t")
    with serving(service) as base:
        assert "1 created" in _run("submit", shop, "--to", base).stdout
        assert "0 created, 0 found there, 1 were" in _run("submit", shop, "--to", base).stdout
    assert set(service.statements) == {second}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "WS", "lamp-x"], "no such statement"),
        (["delay", "WS", "statement", "lamp-x", "--until", "2099-01-01", "--asked-by", "a", "--reference", "b",
          "--by", "rev-3"], "no such statement"),
        (["submit", "WS", "--to", "ftp://x"], "no address"),
        (["submit", "WS", "--token-variable", "NOT_SET_AT_ALL"], "no token"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(
    shop: Path, words: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_DSA_TOKEN", "t")
    result = _run(*[shop if one == "WS" else one for one in words], code=2)
    assert says in str(result.exception)


def test_a_delay_has_an_end_and_a_reason(shop: Path) -> None:
    _run("make", shop)
    name = orjson.loads(_run("list", shop, "--json").stdout)[1]["statement"]
    far = (datetime.now(UTC) + timedelta(days=200)).date()
    ask = ("--reference", "b", "--by", "rev-3")
    late = _run("delay", shop, "statement", name, "--until", far, "--asked-by", "a", *ask, code=2)
    assert "180 days at most" in str(late.exception)
    nobody = _run(
        "delay", shop, "statement", name, "--until", "2026-12-01", "--asked-by", " ", *ask, code=2
    )
    assert "who asked" in str(nobody.exception)
