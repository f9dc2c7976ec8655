"""`python -m bench screening`: opening, latency, batch rate; and whom the default policy holds.

Speed is measured on a workspace that was ingested and linked (`--workspace`), in this process, with
every submission durable in the ledger. New listings are those of another market (`--new`), under
ids of their own. `--holds`: markets that no one tuned on are halved by listing; one half is known
and linked, the other is screened. To reach: at most 1 in 10,000 of ordinary parties held.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import markdown
from bench.ours import COMMAND, command
from lamplighter.foundation.progress import Steps
from lamplighter.listings.read import ReadCounts, ReadOptions, read_listings
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.decide import Decider
from lamplighter.screening.judge import judge
from lamplighter.screening.policy_check import default_policy
from lamplighter.screening.service import Screener, SubmissionError

#: Kinds of parties of a simulated market in which nothing is planted.
ORDINARY = ("class_teacher", "goods_seller", "independent", "landlord", "rental_agency",
            "service_chain", "single", "staffing_agency")  # fmt: skip


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the table."""
    parser.add_argument("--workspace", type=Path, help="ingested and linked, for speed")
    parser.add_argument("--new", type=Path, help="Parquet of new listings, for speed")
    parser.add_argument("--real", type=Path, help="texts that no one here wrote: whom it holds")
    parser.add_argument("--holds", type=int, default=0, help="listings of each market; 0: none")
    parser.add_argument("--seeds", default="301,302", help="with commas")


def run(asked: argparse.Namespace) -> None:
    """Print what was asked for."""
    if asked.workspace and asked.new:
        _speed(asked.workspace, asked.new)
    if asked.workspace and asked.real:
        _real(asked.workspace, asked.real)
    if asked.holds:
        _holds(asked.holds, [int(seed) for seed in asked.seeds.split(",")])


def _real(workspace: Path, texts: Path) -> None:
    """Held of texts from outside, by the start of their ids (up to a hyphen)."""
    markdown.title(f"Held of {texts.name}")
    markdown.head(("kind", "screened", "held", "noted"))
    counted: Counter[tuple[str, str]] = Counter()
    with Screener.open(workspace, steps=Steps(quiet=True)) as screener:
        new = _batch(texts)
        for start in range(0, new.num_rows, 2000):
            part = new.slice(start, 2000)
            weighed = screener.decider.weigh(part, screener.decider.read(part))
            for name, each in zip(part.column(0).to_pylist(), weighed, strict=True):
                kind, verdict = name.split("-")[0], judge(default_policy(), each.facts)
                counted[kind, "screened"] += 1
                counted[kind, "held"] += verdict.outcome != "publish"
                counted[kind, "noted"] += bool(verdict.reasons)
    for kind in sorted({kind for kind, _ in counted}):
        markdown.row((kind, *(counted[kind, what] for what in ("screened", "held", "noted"))))


def _rows(path: Path, count: int) -> list[dict[str, Any]]:
    names = ["title", "text", "category", "account_id", "city", "country", "phone", "price"]
    names = [name for name in names if name in pq.read_schema(path).names]
    rows = pq.ParquetFile(path).iter_batches(count, columns=names)
    return [{k: v for k, v in row.items() if v is not None} for row in next(rows).to_pylist()]


def _speed(workspace: Path, new: Path) -> None:
    markdown.title(f"Screening in process, {workspace.name}")
    tick = f"{time.time_ns():x}"
    rows = [{**row, "listing_id": f"{tick}-{at}"} for at, row in enumerate(_rows(new, 40_000))]
    markdown.head(("what", "figure"))
    markdown.row(("one write of 4 KB and fsync on this disk, median ms", _fsync(workspace)))
    begin = time.perf_counter()
    screener = Screener.open(workspace)
    markdown.row(("seconds to open", time.perf_counter() - begin))
    with screener:
        markdown.row(("versions known", screener.decider.index.rows))
        size = sum(p.stat().st_size for p in (workspace / "index").rglob("*") if p.is_file())
        markdown.row(("MB of index", size // 1_000_000))
        for row in rows[:50]:
            screener.submit(row)
        _latencies("one caller", screener, rows[50:1050], 1)
        _latencies("four callers", screener, rows[1050:3050], 4)
        _latencies("sixteen callers", screener, rows[3050:7050], 16)
        begin, cpu = time.perf_counter(), time.process_time()
        answers = screener.submit_batch([(row, None) for row in rows[7050:27050]])
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
        assert not any(isinstance(answer, SubmissionError) for answer in answers)
        markdown.row(("batch of 20,000, listings a second", len(answers) / wall))
        markdown.row(("the same, CPU ms each", 1000 * cpu / len(answers)))
        _without_ledger(screener.decider, new)


def _latencies(name: str, screener: Screener, rows: list[dict[str, Any]], callers: int) -> None:
    def one(row: dict[str, Any]) -> float:
        begin = time.perf_counter()
        screener.submit(row)
        return time.perf_counter() - begin

    begin = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        taken = np.array(list(pool.map(one, rows))) * 1000
    rate = len(rows) / (time.perf_counter() - begin)
    p50, p99 = np.percentile(taken, [50, 99])
    markdown.row((f"{name}: p50 / p99 ms, a second", f"{p50:.1f} / {p99:.1f}, {rate:,.0f}"))


def _without_ledger(decider: Decider, new: Path) -> None:
    """What a decision takes by itself: reading one listing, matching, judging."""
    batch = _batch(new).slice(0, 2000)
    taken = []
    for row in range(300):
        one = batch.slice(row, 1)
        begin = time.perf_counter()
        for weighed in decider.weigh(one, decider.read(one)):
            judge(decider.settings.policy, weighed.facts)
        taken.append(1000 * (time.perf_counter() - begin))
    p50, p99 = np.percentile(taken[50:], [50, 99])
    markdown.row(("a decision alone, without ledger: p50 / p99 ms", f"{p50:.2f} / {p99:.2f}"))


def _fsync(folder: Path) -> float:
    """Median milliseconds of appending 4 KB and syncing it."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(60):
            file.write(b"x" * 4096)
            begin = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            taken.append(1000 * (time.perf_counter() - begin))
    return float(np.median(taken))


def _batch(path: Path) -> pa.RecordBatch:
    with RejectWriter(Path(os.devnull)) as rejects:
        batches = read_listings([str(path)], ReadOptions(), rejects, ReadCounts())
        table = pa.Table.from_batches(list(batches), schema=LISTING_SCHEMA).combine_chunks()
    batch: pa.RecordBatch = table.to_batches()[0]
    return batch


def _holds(listings: int, seeds: list[int]) -> None:
    markdown.title(f"Held under the default policy, half of markets of {listings:,}, seeds {seeds}")
    markdown.head(("kind", "screened", "held", "held per 10,000"))
    screened: Counter[str] = Counter()
    held: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            _market(Path(folder), listings, seed, screened, held, rules)
    for kind in sorted(screened):
        markdown.row((kind, screened[kind], held[kind], 10_000 * held[kind] / screened[kind]))
    total, wrong = (sum(counted[kind] for kind in ORDINARY) for counted in (screened, held))
    markdown.row(("**ordinary, together**", total, wrong, 10_000 * wrong / max(1, total)))
    print(
        "\nOrdinary ones were held by: " + (", ".join(f"{k} {v}" for k, v in rules.items()) or "-")
    )


def _market(
    folder: Path,
    listings: int,
    seed: int,
    screened: Counter[str],
    held: Counter[str],
    rules: Counter[str],
) -> None:
    source, truth = folder / "market.parquet", folder / "truth.parquet"
    simulate = [str(COMMAND), "simulate", "--listings", str(listings), "--seed", str(seed)]
    simulate += ["--out", str(source), "--truth", str(truth), "--vocabulary", "second"]
    subprocess.run(simulate, check=True, capture_output=True)
    market = pq.read_table(source)
    ids = market["listing_id"].to_pylist()
    known = {name for name in set(ids) if hash_half(name)}
    mask = pa.array([name in known for name in ids])
    pq.write_table(market.filter(mask), folder / "known.parquet")
    pq.write_table(market.filter(pa.compute.invert(mask)), folder / "new.parquet")
    workspace = folder / "workspace"
    for call in (
        ["init", str(workspace)],
        ["ingest", str(workspace), str(folder / "known.parquet")],
    ):
        subprocess.run([str(COMMAND), *call], check=True, capture_output=True)
    if not (workspace / "links").exists():
        out = workspace / "links"
        subprocess.run(command(folder / "known.parquet", out), check=True, capture_output=True)
    facts = pq.read_table(truth, columns=["listing_id", "kind"])
    kind_of = dict(zip(*(column.to_pylist() for column in facts.columns), strict=True))
    with Screener.open(workspace, steps=Steps(quiet=True)) as screener:
        new = _batch(folder / "new.parquet")
        for start in range(0, new.num_rows, 2000):
            part = new.slice(start, 2000)
            weighed = screener.decider.weigh(part, screener.decider.read(part))
            for name, each in zip(part.column(0).to_pylist(), weighed, strict=True):
                verdict = judge(default_policy(), each.facts)
                screened[kind_of[name]] += 1
                if verdict.outcome != "publish":
                    held[kind_of[name]] += 1
                    if kind_of[name] in ORDINARY:
                        rules.update({r.rule for r in verdict.reasons if r.do != "publish"})


def hash_half(name: str) -> bool:
    """Half of all ids, always the same."""
    from hashlib import sha256

    return sha256(name.encode()).digest()[0] < 128
