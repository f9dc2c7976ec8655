"""`python -m bench linking`: linking of texts alone, from tokens to groups, in a process of its own.

What the rest of `lamplighter link` costs is in the table of speed; this is the engine.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench import markdown
from bench.volume import input_file, truth_of
from lamplighter.engines.base import TextCorpus
from lamplighter.engines.local import LocalEngine
from lamplighter.foundation.column_file import ColumnFile
from lamplighter.foundation.progress import Steps
from lamplighter.linking.parameters import LinkParameters
from lamplighter.simulate.measures import agreement
from lamplighter.text.thin import thinned
from lamplighter.text.tokens import tokenise

_COLUMNS = (
    *("listings", "tokens per listing", "tokenise µs", "link CPU µs", "link wall s", "peak MB"),
    *("growth of CPU", "candidates per listing", "precision", "recall"),
)


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the table."""
    parser.add_argument("--sizes", default="100000,1000000,10000000", help="with commas")
    parser.add_argument(
        "--data", default="market,volume", help="'market' (simulated) or a class, with commas"
    )
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--work", type=Path, help="keep inputs here (default: a temporary folder)")


def run(asked: argparse.Namespace) -> None:
    """Print a table for each data set: a row a size, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        for data in asked.data.split(","):
            _table(asked, data, work, temporary)


def _table(asked: argparse.Namespace, data: str, work: Path, temporary: str) -> None:
    markdown.title(f"Linking of texts alone, {data}, two threads")
    markdown.head(_COLUMNS)
    before: tuple[int, float] | None = None
    for size in map(int, asked.sizes.split(",")):
        source = input_file(work, data, size, asked.seed, "dev")
        child = [sys.executable, "-m", "bench.linking", str(source), temporary]
        got = json.loads(subprocess.run(child, check=True, stdout=subprocess.PIPE).stdout)
        growth = None
        if before:
            growth = f"n^{math.log(got['cpu'] / before[1]) / math.log(size / before[0]):.2f}"
        before = size, got["cpu"]
        markdown.row(
            (
                *(size, f"{got['tokens']:.0f}", f"{got['tokenise'] / size * 1e6:.1f}"),
                *(f"{got['cpu'] / size * 1e6:.1f}", f"{got['wall']:.1f}", got["peak_mb"]),
                *(growth, f"{got['candidates']:.1f}", got["precision"], got["recall"]),
            )
        )


def _topics(source: Path, rows: int) -> NDArray[np.int32]:
    """Categories as codes, where the file has them."""
    if "category" not in pq.read_schema(source).names:
        return np.full(rows, -1, dtype=np.int32)
    column = pq.read_table(source, columns=["category"])["category"].combine_chunks()
    codes: NDArray[np.int32] = column.dictionary_encode().indices.fill_null(-1).to_numpy()
    return codes.astype(np.int32)


def measure(source: Path, scratch: Path) -> dict[str, float]:
    """Tokenise from the file batch by batch, link, and compare with the planted texts."""
    clock = time.process_time()
    words: ColumnFile[np.uint32] = ColumnFile(scratch / "tokens", np.uint32)
    sizes = []
    for batch in pq.ParquetFile(source).iter_batches(65_536, columns=["text"]):
        offsets, tokens = thinned(tokenise(batch.column(0).cast(pa.large_string())))
        words.append(tokens)
        sizes.append(np.diff(offsets))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(sizes))])
    tokenise_seconds = time.process_time() - clock
    rows = len(offsets) - 1
    corpus = TextCorpus(
        offsets, words.read(), np.arange(rows, dtype=np.int64), _topics(source, rows)
    )
    wall, clock = time.perf_counter(), time.process_time()
    links = LocalEngine(2, scratch).link_texts(corpus, LinkParameters(), Steps(quiet=True))
    cpu, wall = time.process_time() - clock, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = np.bincount(links.groups, minlength=rows)
    labels = np.where(counts[links.groups] > 1, links.groups, -1).astype(np.int64)
    got = agreement(labels, truth_of(source, "template_id"))
    return {
        "tokens": offsets[-1] / rows, "tokenise": tokenise_seconds, "cpu": cpu, "wall": wall,
        "peak_mb": round(peak), "candidates": links.candidates / rows,
        "precision": got.precision, "recall": got.recall,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))
