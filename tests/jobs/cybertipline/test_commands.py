"""The whole way on the command line, against a stand-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import LamplighterError
from lamplighter.reporting.cybertipline.stand_in import Fault, StandIn
from lamplighter.workspace.workspace import Workspace

from .conftest import confirmed

RUNNER = CliRunner()


def _run(*words: str, code: int = 0) -> Any:
    done = RUNNER.invoke(app, ["report", "cybertipline", *words])
    if isinstance(done.exception, LamplighterError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def _report(shop: Path, operation: str) -> str:
    made = _run("draft", str(shop), operation, "--by", "ann", "--json")
    return str(orjson.loads(made.stdout)["report"])


def test_draft_release_submit(shop: Path, operation: str, service: StandIn) -> None:
    report = _report(shop, operation)
    assert "better:" in _run("advise", str(shop), report).stdout
    two = ("--requested-by", "ann", "--approved-by", "ben")
    with pytest.raises(LamplighterError, match="No two people have confirmed"):
        _run("release", str(shop), report, *two)
    with Workspace.open(shop, write=True) as opened:
        confirmed(opened, operation, "ann", "ben")
    _run("release", str(shop), report, *two)
    done = _run("submit", str(shop), report, "--json")
    assert "Stand-in" in done.stderr
    facts = orjson.loads(done.stdout)
    assert facts["state"] == "finished" and facts["number"] == 1_000_000
    (received,) = service.finished
    assert b"<url>https://market.example/0</url>" in received.document
    assert len(received.files) == 2
    with Ledger.open(shop) as ledger:
        entries = [entry for entry in ledger.entries() if entry.kind in ("report", "hold")]
        steps = [entry.public.get("step") for entry in entries]
        assert steps[:3] == ["drafted", "released", "opening"]
        assert {entry.public.get("service") for entry in entries[:3]} == {"stand-in"}
        (hold,) = [entry for entry in entries if entry.kind == "hold"]
        assert hold.public["rule"] == "us/cybertipline" and hold.public["scope_kind"] == "operation"
        private = orjson.loads(ledger.opening(entries[0].index) or b"")
        assert private["operation"] == operation and len(private["listings"]) == 8
    assert facts["hold"] == hold.public["hold"]
    again = orjson.loads(_run("submit", str(shop), report, "--json").stdout)
    assert again["number"] == 1_000_000 and len(service.reports) == 1
    with pytest.raises(LamplighterError, match="finished report already"):
        _report(shop, operation)


def test_a_service_in_trouble_is_resumed(shop: Path, operation: str, service: StandIn) -> None:
    report = _report(shop, operation)
    with Workspace.open(shop, write=True) as opened:
        confirmed(opened, operation, "ann", "ben")
    _run("release", str(shop), report, "--requested-by", "ann", "--approved-by", "ben")
    service.faults.extend([None, Fault.HTTP_500])
    with pytest.raises(LamplighterError, match="in trouble"):
        _run("submit", str(shop), report, "--no-wait")
    told = _run("status", str(shop), report).stdout
    assert "submitted" in told and "HTTP 500" in told
    assert "finished" in _run("resume", str(shop), "--by", "ann").stdout
    assert len(service.finished) == 1


def test_retract_and_status(shop: Path, operation: str, service: StandIn) -> None:
    report = _report(shop, operation)
    with Workspace.open(shop, write=True) as opened:
        confirmed(opened, operation, "ann", "ben")
    _run("release", str(shop), report, "--requested-by", "ann", "--approved-by", "ben")
    service.faults.extend([None, Fault.HTTP_500])
    with pytest.raises(LamplighterError, match="in trouble"):
        _run("submit", str(shop), report, "--no-wait")
    _run("retract", str(shop), report, "--by", "ann", "--reason", "wrong operation")
    assert service.reports[1_000_000].state == "retracted"
    told = orjson.loads(_run("status", str(shop), "--json").stdout)
    assert [one["state"] for one in told] == ["retracted"]
    assert "Success" in _run("status", str(shop), "--service").stderr
