"""Filing at the desk, with ledger and hold, in a process that is killed again and again."""

from __future__ import annotations

import multiprocessing
import random
import threading
from multiprocessing.synchronize import Event
from pathlib import Path
from shutil import copytree, rmtree

from lamplighter.evidence.holds.read import holds_of
from lamplighter.jobs.cybertipline.deeds import ask, confirm
from lamplighter.jobs.cybertipline.desk import TipDesk
from lamplighter.jobs.cybertipline.drafting import draft
from lamplighter.jobs.cybertipline.filing import file
from lamplighter.jobs.cybertipline.request import DraftRequest
from lamplighter.jobs.cybertipline.service import STAND_IN
from lamplighter.reporting.cybertipline.stand_in import serving
from lamplighter.workspace.workspace import Workspace
from tests.reporting.cybertipline.wire import wired

#: Reports of one workspace; each is drafted over all before it.
_A_SHOP = 40
#: Bytes of one whole exchange, and seconds of one whole filing, roughly.
_BYTES, _SECONDS = 16_000, 0.5


def file_there(shop: Path, report: str, ready: Event, go: Event) -> None:
    """A process: opens the workspace, says so, and brings the report to its end."""
    with Workspace.open(shop, write=True) as opened, TipDesk(opened) as desk:
        ready.set()
        go.wait()
        assert file(desk, report, lambda _: None).state == "finished"


def crash_desk(made: Path, operation: str, folder: Path, kills: int, seed: int) -> int:
    """File reports of an operation of the workspace `made`, killed −9 `kills` times: by turns at a
    random byte of the exchange, and at a random moment (writes of the ledger among them).

    Returns how many reports there were. Each must be finished once, be held once, and have each of
    its steps in the ledger.
    """
    chance, context = random.Random(seed), multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.jobs.cybertipline.kills"])
    reports, shop = 0, folder / "shop"
    with serving(STAND_IN) as (service, base), wired(int(base.rsplit(":", 1)[1])) as wire:
        while kills > 0:
            if reports % _A_SHOP == 0:
                rmtree(shop, ignore_errors=True)
                copytree(made, shop, symlinks=True)
                settings = shop / "lamplighter.toml"
                there = f"http://127.0.0.1:{wire.port}"
                settings.write_text(settings.read_text().replace("http://127.0.0.1:8899", there))
            report = _released(shop, operation)
            exitcode: int | None = -9
            while exitcode == -9:
                ready, go = context.Event(), context.Event()
                process = context.Process(target=file_there, args=(shop, report, ready, go))
                at_byte = chance.random() < 0.5
                wire.arm(chance.randrange(_BYTES) if kills > 0 and at_byte else -1)
                process.start()
                wire.victim = process.pid or 0
                ready.wait(60)
                timer = threading.Timer(chance.random() * _SECONDS, process.kill)
                if kills > 0 and not at_byte:
                    timer.start()
                go.set()
                process.join()
                timer.cancel()
                exitcode = process.exitcode
                kills -= exitcode == -9
            assert exitcode == 0, "it ended by itself, and not well"
            reports += 1
            assert len(service.finished) == reports
            _check(shop, report)
    return reports


def _released(shop: Path, operation: str) -> str:
    with Workspace.open(shop, write=True) as opened, TipDesk(opened) as desk:
        report = draft(desk, operation, DraftRequest(again=True), "ann").draft.report
        ask(desk, report, by="ann", note="it is warranted")
        confirm(desk, report, by="ben", note="I agree")
    return report


def _check(shop: Path, report: str) -> None:
    """Finished, held once, and each step in the ledger under its number."""
    with Workspace.open(shop) as opened, TipDesk(opened, write=False) as desk:
        found = desk.overview(report)
        assert found.state == "finished" and found.standing.hold is not None
        held = [one for one in holds_of(opened.ledger).values()
                if one.details.get("report") == report]  # fmt: skip
        assert [one.hold_id for one in held] == [found.standing.hold]
        numbers = {
            entry.public["number"]
            for entry in opened.ledger.entries()
            if entry.kind == "report" and entry.public["report"] == report
        }
        assert numbers == set(range(len(found.steps)))
