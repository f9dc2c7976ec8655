"""`python -m bench contexts`: ordinary listings whose words could alarm, through the whole of `link`.

Two lists of kinds: words that also denote the young or the new (`context_kinds.txt`), and offers of
work, housing and travel with words that also mark control or debt (`labour_kinds.txt`). To reach:
999 of 1,000 stay out of bands A and B.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench import markdown
from bench.context_kinds import Ordinary, ordinary_listings
from bench.ours import command

HERE = Path(__file__).parent
LISTS = {"young and new": HERE / "context_kinds.txt", "labour": HERE / "labour_kinds.txt"}


def options(parser: argparse.ArgumentParser) -> None:
    """The options of the table."""
    parser.add_argument("--list", type=Path, help="another list of kinds, in the same format")
    parser.add_argument("--show", action="store_true", help="print the listings in A and B")


def bands(listings: list[Ordinary], folder: Path) -> list[str | None]:
    """The band of each listing's operation or lead after `lamplighter link`, None for neither."""
    ids = [f"listing-{at:06d}" for at in range(len(listings))]
    columns = {
        "listing_id": ids,
        "text": [each.text for each in listings],
        "category": [each.category for each in listings],
    }
    source, out = folder / "ordinary.parquet", folder / "out"
    pq.write_table(
        pa.table({name: pa.array(v, pa.large_string()) for name, v in columns.items()}), source
    )
    subprocess.run(command(source, out), check=True, capture_output=True)
    operations = pq.read_table(out / "operations.parquet", columns=["operation_id", "band"])
    band = dict(zip(*(column.to_pylist() for column in operations.columns), strict=True))
    held = pq.read_table(out / "listings.parquet", columns=["listing_id", "operation_id"])
    found = dict(zip(*(column.to_pylist() for column in held.columns), strict=True))
    return [band.get(found[each]) for each in ids]


def run(asked: argparse.Namespace) -> None:
    """Print the table."""
    markdown.title("Ordinary listings with words that could alarm")
    markdown.head(
        ("list", "kinds", "listings", "A", "B", "C", "D or alone", "out of A–B, of 1,000")
    )
    for name, path in ({asked.list.stem: asked.list} if asked.list else LISTS).items():
        listings = ordinary_listings(path)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            got = bands(listings, Path(folder))
        count = Counter(got)
        high = count["A"] + count["B"]
        kinds = len({each.kind for each in listings})
        rest = len(listings) - high - count["C"]
        share = f"{1000 - 1000 * high / len(listings):.1f}"
        markdown.row((name, kinds, len(listings), count["A"], count["B"], count["C"], rest, share))
        if asked.show:
            for listing, band in zip(listings, got, strict=True):
                if band in ("A", "B"):
                    print(f"  {band} {listing.kind} [{listing.category}] {listing.text}")
