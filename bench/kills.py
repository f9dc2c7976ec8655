"""Faults: how often a writer was killed, and what was lost."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.evidence.crash import kill_once

from bench import markdown
from lamplighter.evidence.ledger import Ledger

_NEW_LOG_EVERY = 50  # so that checking the whole log after each kill stays quick


def options(parser: argparse.ArgumentParser) -> None:
    """How many, and from which seed."""
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)


def run(asked: argparse.Namespace) -> None:
    """Kill, verify everything, go on; stops with an AssertionError at the first loss."""
    start = time.perf_counter()
    acknowledged = entries = half_way = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.kills):
            ledger = Path(folder) / str(number // _NEW_LOG_EVERY)
            if number % _NEW_LOG_EVERY == 0:
                Ledger.create(ledger, "example.org/log").close()
                last = 0
            outcome = kill_once(ledger, asked.seed + number)
            acknowledged += outcome.acknowledged > 0
            half_way += outcome.leftovers
            entries += outcome.size - last
            last = outcome.size
    markdown.head(
        (
            "kill −9",
            "after an acknowledgement",
            "in the middle of a write",
            "entries",
            "lost",
            "invalid",
            "s",
        )
    )
    seconds = round(time.perf_counter() - start)
    markdown.row((asked.kills, acknowledged, half_way, f"{entries:,}", 0, 0, seconds))
