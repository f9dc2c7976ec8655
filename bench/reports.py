"""Reports: typesetting a case file, and filing a CyberTipline report that is killed on the way."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.reporting.case_file.test_case_file import case
from tests.reporting.cybertipline.test_submission import crash_often

from bench import markdown
from lamplighter.reporting.case_file.typeset import typeset

_RUNS = 5


def options(parser: argparse.ArgumentParser) -> None:
    """How many kills."""
    parser.add_argument("--kills", type=int, default=1000, help="kill -9 at random bytes (0: none)")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> None:
    """Print both tables."""
    markdown.head(("case file of listings", "s, median of 5", "MB of PDF"))
    for listings in (10, 1000):
        said, spent, size = case(listings), [], 0
        for _ in range(_RUNS):
            start = time.perf_counter()
            size = len(typeset(said))
            spent.append(time.perf_counter() - start)
        markdown.row((listings, f"{statistics.median(spent):.2f}", f"{size / 1e6:.2f}"))
    if asked.kills:
        print()
        markdown.head(("kill −9 between two bytes", "reports", "finished just once", "s"))
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            # It asserts after each report that the service has one more finished, and its document.
            reports = crash_often(Path(folder), asked.kills, asked.seed)
        markdown.row((asked.kills, reports, reports, round(time.perf_counter() - start)))
