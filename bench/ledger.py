"""The evidence ledger: rate of intake, one durable append, proofs, verification, overhead."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bench import markdown
from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps

_BATCH = 50_000
_WORDS = [
    "couch",
    "table",
    "lamp",
    "chair",
    "garden",
    "bike",
    "rental",
    "clean",
    "quiet",
    "sunny",
    "corner",
    "solid",
    "oak",
    "pickup",
    "delivery",
    "evening",
    "weekend",
    "price",
    "firm",
    "call",
    "text",
    "near",
    "station",
    "park",
    "school",
    "wide",
    "narrow",
    "blue",
    "green",
    "white",
]


def options(parser: argparse.ArgumentParser) -> None:
    """How large the logs are."""
    parser.add_argument("--verify-entries", type=int, default=1_000_000)
    parser.add_argument("--proof-entries", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="where to build (temporary)")


def rows(first: int, count: int, text_bytes: int = 416) -> tuple[list[bytes], int]:
    """Listings as intake logs them, and the bytes of their text alone."""
    chance = random.Random(first)
    texts = []
    for _ in range(1_000):
        text = " ".join(chance.choices(_WORDS, k=text_bytes // 5))
        texts.append(text[: text_bytes - 10])
    out, raw = [], 0
    for index in range(first, first + count):
        text = f"{texts[(index * 7919) % 1_000]} {index:09d}"
        raw += len(text)
        row = {
            "listing_id": f"L{index}",
            "text": text,
            "city": "Springfield",
            "phone": f"{index:011d}",
        }
        out.append(orjson.dumps({"row": row}))
    return out, raw


def run(asked: argparse.Namespace) -> None:
    """Build, measure, print rows for docs/benchmarks.md."""
    markdown.head(("what", "measured", "reach"))
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        _intake(Path(folder) / "listings", asked.verify_entries)
        shutil.rmtree(Path(folder) / "listings")
        _single(Path(folder) / "single")
        _proofs(Path(folder) / "proofs", asked.proof_entries)


def _intake(folder: Path, count: int) -> None:
    text_bytes = 0
    wall = cpu = 0.0
    with Ledger.create(folder, "example.org/bench") as ledger:
        for first in range(0, count, _BATCH):
            batch, raw = rows(first, min(_BATCH, count - first))
            text_bytes += raw
            start = time.perf_counter(), time.process_time()
            ledger.append_bulk("listing.received", "system:ingest", datetime.now(UTC), batch)
            wall += time.perf_counter() - start[0]
            cpu += time.process_time() - start[1]
    markdown.row((f"`append_bulk`, {count:,} listings, openings written, durable, listings/s of CPU",
                  f"{count / cpu:,.0f}", "≥ 50,000"))  # fmt: skip
    markdown.row(("the same, listings/s of wall time", f"{count / wall:,.0f}", ""))
    start = time.perf_counter(), time.process_time()
    report = verify_folder(folder, Steps(quiet=True))
    cpu, wall = time.process_time() - start[1], time.perf_counter() - start[0]
    assert not report.findings and report.openings == count
    markdown.row((f"`verify` of {count:,} entries with openings, s (CPU s)",
                  f"{wall:.1f} ({cpu:.1f})", "≤ 10"))  # fmt: skip
    _overhead(folder, text_bytes, count)


def _overhead(folder: Path, text_bytes: int, count: int) -> None:
    """Tiles, entries and salts, compressed as an archive or a static server would keep them."""
    tar = subprocess.Popen(["tar", "-cf", "-", "ledger"], cwd=folder, stdout=subprocess.PIPE)
    import zstandard

    packed = 0
    assert tar.stdout is not None
    with zstandard.ZstdCompressor(level=9).stream_reader(tar.stdout) as reader:
        while piece := reader.read(1 << 20):
            packed += len(piece)
    assert tar.wait() == 0
    salts = 16 * count
    plain = sum(path.stat().st_size for path in (folder / "ledger").rglob("*") if path.is_file())
    markdown.row(("overhead: tiles, entries and salts, compressed, of the text's bytes",
                  f"{(packed + salts) / text_bytes:.1%}", "≤ 40 %"))  # fmt: skip
    markdown.row(("the same as the files lie on disk, uncompressed",
                  f"{(plain + salts) / text_bytes:.1%}", ""))  # fmt: skip


def _single(folder: Path) -> None:
    seconds = []
    with Ledger.create(folder, "example.org/bench") as ledger:
        batch, _ = rows(0, 600)
        for row in batch:
            start = time.perf_counter()
            ledger.append([Act("listing.received", datetime.now(UTC), "system:ingest", {}, row)])
            seconds.append(time.perf_counter() - start)
    markdown.row(("one listing, durable, ms: median, 95th of a hundred", _ms(seconds), "≤ 5"))


def _ms(seconds: list[float]) -> str:
    found = sorted(seconds)
    return f"{1e3 * found[len(found) // 2]:.2f}, {1e3 * found[len(found) * 95 // 100]:.2f}"


def _proofs(folder: Path, count: int) -> None:
    with Ledger.create(folder, "example.org/bench") as ledger:
        for first in range(0, count, _BATCH * 4):
            size = min(_BATCH * 4, count - first)
            ledger.append_bulk(
                "listing.received", "system:ingest", datetime.now(UTC), [None] * size
            )
    chance = random.Random(1)
    made, checked = [], []
    os.sync()
    with Ledger.open(folder) as ledger:
        for index in chance.sample(range(count), 2_000):
            start = time.perf_counter()
            proof = ledger.inclusion(index)
            made.append(time.perf_counter() - start)
            raw = ledger.entry(index).raw
            start = time.perf_counter()
            assert proof.check(raw, ledger.root)
            checked.append(time.perf_counter() - start)
    markdown.row((f"inclusion proof made, {count:,} entries, ms: median, 95th", _ms(made), "≤ 1"))
    markdown.row(("inclusion proof checked, ms: median, 95th", _ms(checked), "≤ 1"))
    start = time.perf_counter()
    Ledger.open(folder, write=True).close()
    markdown.row(
        (f"opening for writing, {count:,} entries, s", f"{time.perf_counter() - start:.2f}", "")
    )
