"""`python -m bench ranking`: bands by kind of party on a simulated market.

To reach: of parties with planted control or movement at least .95 in A–B; of goods sellers,
landlords and agencies at most 1 in 1,000.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from bench import markdown
from bench.ours import COMMAND, command


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the table."""
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--seeds", default="101,102", help="with commas")


def party_bands(source: Path, truth: Path, out: Path) -> Counter[tuple[str, str]]:
    """How many parties of each kind have which highest band (`-`: in no operation or lead)."""
    operations = pq.read_table(out / "operations.parquet", columns=["operation_id", "band"])
    band = dict(zip(*(column.to_pylist() for column in operations.columns), strict=True))
    held = pq.read_table(out / "listings.parquet", columns=["listing_id", "operation_id"])
    found = dict(zip(*(column.to_pylist() for column in held.columns), strict=True))
    columns = pq.read_table(truth, columns=["listing_id", "operation_id", "kind", "planted"])
    highest: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for listing, party, kind, planted in zip(
        *(column.to_pylist() for column in columns.columns), strict=True
    ):
        key = party or listing
        kinds[key] = f"{kind} (planted: {planted})" if planted else kind
        # `Z` is below every band.
        highest[key] = min(highest.get(key, "Z"), band.get(found.get(listing), "Z"))
    return Counter((kinds[key], highest[key].replace("Z", "-")) for key in kinds)


def run(asked: argparse.Namespace) -> None:
    """Print the table, all seeds together."""
    markdown.title(f"Bands by kind of party, market of {asked.listings:,}, seeds {asked.seeds}")
    markdown.head(("kind", "parties", "A", "B", "C", "D", "in none", "share in A–B"))
    count: Counter[tuple[str, str]] = Counter()
    for seed in map(int, asked.seeds.split(",")):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            source, truth = Path(folder) / "market.parquet", Path(folder) / "truth.parquet"
            simulate = [str(COMMAND), "simulate", "--listings", str(asked.listings)]
            simulate += ["--seed", str(seed), "--out", str(source), "--truth", str(truth)]
            subprocess.run(simulate, check=True, capture_output=True)
            subprocess.run(command(source, Path(folder) / "out"), check=True, capture_output=True)
            count += party_bands(source, truth, Path(folder) / "out")
    for kind in sorted({kind for kind, _ in count}):
        cells = [count[kind, band] for band in "ABCD-"]
        markdown.row((kind, sum(cells), *cells, (cells[0] + cells[1]) / sum(cells)))
