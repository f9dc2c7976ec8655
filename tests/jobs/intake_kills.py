"""Kill an intake at a random moment, and look whether all that it acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps
from lamplighter.workspace.workspace import Workspace
from tests.jobs.intake_child import piece


@dataclass(frozen=True)
class Killed:
    """`replayed`: versions that were in the ledger and not in the store."""

    acknowledged: int
    replayed: int
    versions: int


class Victims:
    """Makes intakes to be killed; a context manager."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.jobs.intake_child"]
        self._maker = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Victims:
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.communicate(timeout=60)

    def killed(self, home: Path, seed: int) -> list[str]:
        """What an intake acknowledged until it was killed at a random moment."""
        assert self._maker.stdin is not None and self._maker.stdout is not None
        chance = random.Random(seed)
        self._maker.stdin.write(f"{seed} {home}\n")
        self._maker.stdin.flush()
        number = int(self._maker.stdout.readline())
        time.sleep(chance.random() * 0.5)
        os.kill(number, signal.SIGKILL)
        told = []
        while (line := self._maker.stdout.readline()) != "dead\n":
            told.append(line)
        return told


def kill_once(victims: Victims, home: Path, seed: int) -> Killed:
    """Ingest, kill −9, check; AssertionError at a loss, a double or a log that does not verify."""
    told = victims.killed(home, seed)
    promised: set[str] = set()
    for line in told:
        number, rows = line.split() if len(line.split()) == 2 else ("0", "0")
        promised.update(row["listing_id"] for row in piece(str(seed), int(number))[: int(rows)])
    with Workspace.open(home) as opened:
        before = opened.listings.rows
    report = verify_folder(home, Steps(quiet=True))
    assert not report.findings, report.findings[:3]
    with Workspace.open(home, write=True) as opened:  # the next intake's first step
        ids: list[str] = []
        texts = 0
        for batch in opened.listings.batches(["listing_id", "published_text"]):
            ids += batch.column(0).to_pylist()
            texts += len(batch) - batch.column(1).null_count
        received = sum(e.kind == "listing.received" for e in opened.ledger.entries())
    assert promised <= set(ids), f"lost: {sorted(promised - set(ids))[:3]}"
    assert len(ids) == len(set(ids)) == received, "a version is there twice, or not at all"
    assert texts == sum(int(name.rsplit("-", 1)[1]) % 3 == 0 for name in ids)
    return Killed(len(promised), len(ids) - before, len(ids))
