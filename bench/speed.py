"""Speed, memory and growth: `lamplighter link` and the peers on the same files, in one run."""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from bench import markdown, spent
from bench.linkers import OURS
from bench.ours import command, read_labels
from bench.peers import PEERS, Labels
from bench.spent import Spent
from bench.volume import input_file, truth_of
from lamplighter.simulate.measures import agreement

_COLUMNS = (
    *("linker", "listings", "wall s", "CPU s", "CPU µs per listing", "peak MB"),
    *("CPU of the peer / this", "growth", "precision", "F1", "largest / true"),
)


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the table."""
    parser.add_argument("--sizes", default="100000,1000000,10000000", help="with commas")
    parser.add_argument("--data", default="volume", help="'market' (simulated) or a class")
    parser.add_argument("--vocabulary", default="dev", choices=("dev", "held-out"))
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--runs", type=int, default=3, help="runs per cell; the median is shown")
    parser.add_argument("--linkers", default=",".join((OURS, *PEERS)), help="with commas")
    parser.add_argument("--peer", default="datasketch c5 0.4", help="the peer of the ratio")
    parser.add_argument("--peer-limit", type=int, default=1_000_000, help="largest size for peers")
    parser.add_argument("--work", type=Path, help="keep inputs here (default: a temporary folder)")


def run(asked: argparse.Namespace) -> None:
    """Print the table. Each run is a process of its own, with its start and its reading."""
    markdown.title(f"Speed and memory, {asked.data}, median of {asked.runs}")
    markdown.head(_COLUMNS)
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        last: dict[str, tuple[int, float]] = {}
        for size in map(int, asked.sizes.split(",")):
            source = input_file(work, asked.data, size, asked.seed, asked.vocabulary)
            _size(asked, source, size, Path(temporary), last)


def _size(
    asked: argparse.Namespace,
    source: Path,
    size: int,
    folder: Path,
    last: dict[str, tuple[int, float]],
) -> None:
    names = [n for n in asked.linkers.split(",") if n not in PEERS or size <= asked.peer_limit]
    truth = truth_of(source)
    # The peer first: the ratio of every other row needs it.
    names.sort(key=lambda name: name != asked.peer)
    of_peer: float | None = None
    for name in names:
        cost, labels = measured(name, source, folder, asked.runs)
        got = agreement(labels, truth)
        if name == asked.peer:
            of_peer = cost.cpu
        growth = None
        if name in last:
            before, cpu = last[name]
            growth = f"n^{math.log(cost.cpu / cpu) / math.log(size / before):.2f}"
        last[name] = size, cost.cpu
        markdown.row(
            (
                *(name, size, f"{cost.wall:.1f}", f"{cost.cpu:.1f}"),
                *(f"{cost.cpu / size * 1e6:.1f}", f"{cost.peak_mb:,.0f}"),
                None if of_peer is None else f"{of_peer / cost.cpu:.1f}",
                *(growth, got.precision, got.f1),
                f"{got.largest_predicted:,} / {got.largest_true:,}",
            )
        )


def measured(name: str, source: Path, folder: Path, runs: int) -> tuple[Spent, Labels]:
    """Costs (median) and labels of a linker on a file; `lamplighter` is the command itself."""
    costs = []
    out = folder / "out"
    labels = folder / "labels.npy"
    for _ in range(runs):
        shutil.rmtree(out, ignore_errors=True)
        if name == OURS:
            costs.append(spent.run(command(source, out)))
        else:
            child = [sys.executable, "-m", "bench.child", name, str(source), str(labels)]
            costs.append(spent.run(child))
    if name == OURS:
        ids = pq.read_table(source, columns=["listing_id"])["listing_id"]
        return spent.median(costs), read_labels(out, ids)
    return spent.median(costs), np.load(labels)
