"""The command: parses, calls, prints; no logic of its own."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from lamplighter.cli.simulate import simulate


def _run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(simulate)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_writes_and_says_so(tmp_path: Path) -> None:
    out, truth = tmp_path / "m.csv", tmp_path / "t.csv"
    code, said = _run("--listings", "1000", "--seed", "2", "--out", str(out), "--truth", str(truth))
    assert code == 0
    assert "1,000 listings (1,005 rows with later versions)" in said
    assert out.exists()
    assert truth.exists()


def test_says_it_as_json(tmp_path: Path) -> None:
    code, said = _run("-n", "50", "-o", str(tmp_path / "m.jsonl"), "--json", "--mix", "forms")
    assert code == 0
    found = json.loads(said)
    assert found["listings"] == found["rows"] == 50
    assert found["truth"] is None
