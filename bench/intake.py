"""Intake into a workspace: rows a second on one core, one durable listing, and kills."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.jobs.intake_kills import Victims, kill_once

from bench import markdown
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.simulate.market import write_market
from lamplighter.workspace.workspace import Workspace

_NEW_EVERY = 25  # so that checking all of it after each kill stays quick


def options(parser: argparse.ArgumentParser) -> None:
    """How much."""
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--singles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> None:
    """Print a table for each."""
    with tempfile.TemporaryDirectory() as folder:
        if asked.listings:
            markdown.head(("input", "rows", "CPU µs a row", "rows a CPU second", "wall s"))
            for ending in ("parquet", "jsonl", "csv"):
                _rate(Path(folder), ending, asked)
        if asked.singles:
            _singles(Path(folder) / "singles", asked.singles)
        if asked.kills:
            _kills(Path(folder), asked)


def _rate(folder: Path, ending: str, asked: argparse.Namespace) -> None:
    source = folder / f"market.{ending}"
    write_market(asked.listings, asked.seed, source, folder / "truth.parquet")
    Workspace.create(folder / ending, name="example.org/bench").close()
    with Workspace.open(folder / ending, write=True) as opened:
        opened.receive([{"listing_id": "first", "text": "compiles the kernels"}])
        cpu, wall = time.process_time(), time.perf_counter()
        told = ingest(opened, [str(source)], IngestOptions(), Steps(quiet=True))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    each = cpu / told["rows"]
    row = (ending, f"{told['rows']:,}", f"{each * 1e6:.1f}", f"{1 / each:,.0f}", f"{wall:.1f}")
    markdown.row(row)
    source.unlink()


def _singles(home: Path, count: int) -> None:
    Workspace.create(home, name="example.org/bench").close()
    spent = []
    with Workspace.open(home, write=True) as opened:
        opened.receive([{"listing_id": "first", "text": "compiles the kernels"}])
        for number in range(count):
            row = {"listing_id": f"n{number}", "text": f"oak table number {number} " * 20}
            start = time.perf_counter()
            opened.receive([row])
            spent.append((time.perf_counter() - start) * 1e3)
    spent.sort()
    print()
    markdown.head(("one listing, durable", "median ms", "95th ms"))
    middle = statistics.median(spent)
    markdown.row((count, f"{middle:.2f}", f"{spent[int(count * 0.95)]:.2f}"))


def _kills(folder: Path, asked: argparse.Namespace) -> None:
    start = time.perf_counter()
    acknowledged = replayed = rows = 0
    with Victims() as victims:
        for number in range(asked.kills):
            home = folder / f"kills-{number // _NEW_EVERY}"
            if number % _NEW_EVERY == 0:
                Workspace.create(home, name="example.org/bench").close()
            outcome = kill_once(victims, home, asked.seed + number)
            acknowledged += outcome.acknowledged > 0
            replayed += outcome.replayed > 0
            rows += outcome.acknowledged
    print()
    markdown.head(("kill −9 of an intake", "after an acknowledgement", "ledger ahead of the store",
                   "rows acknowledged", "lost", "twice", "s"))  # fmt: skip
    markdown.row((asked.kills, acknowledged, replayed, f"{rows:,}", 0, 0,
                  round(time.perf_counter() - start)))  # fmt: skip
