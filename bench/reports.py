"""Reports: a case file, drafts of random cases, and filing that is killed on the way."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from tests.jobs.cybertipline.conftest import make_shop, touring
from tests.jobs.cybertipline.kills import crash_desk
from tests.reporting.case_file.test_case_file import case
from tests.reporting.cybertipline.cases import cases
from tests.reporting.cybertipline.test_submission import crash_often, many_files

from bench import markdown
from lamplighter.reporting.case_file.typeset import typeset
from lamplighter.reporting.cybertipline.case import Case
from lamplighter.reporting.cybertipline.draft import draft_file, draft_report
from lamplighter.reporting.cybertipline.xml import Schema, to_xml

_RUNS = 5


def options(parser: argparse.ArgumentParser) -> None:
    """How many kills."""
    parser.add_argument("--kills", type=int, default=1000, help="kill -9 at random bytes (0: none)")
    parser.add_argument("--desk-kills", type=int, default=1000, help="… of a whole desk (0: none)")
    parser.add_argument("--cases", type=int, default=10_000, help="random cases (0: none)")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> None:
    """Print all tables."""
    markdown.head(("case file of listings", "CPU s, median of 5", "MB of PDF"))
    for listings in (10, 1000):
        said, spent, size = case(listings), [], 0
        for _ in range(_RUNS):
            start = time.process_time()
            size = len(typeset(said).pdf)
            spent.append(time.process_time() - start)
        markdown.row((listings, f"{statistics.median(spent):.2f}", f"{size / 1e6:.2f}"))
    if asked.cases:
        print()
        markdown.head(("random cases", "documents and files that the schema refuses", "CPU s"))
        spent_before = time.process_time()
        refused = _refused(asked.cases)
        markdown.row((asked.cases, refused, f"{time.process_time() - spent_before:.0f}"))
    if asked.kills:
        print()
        markdown.head(("kills while 200 files are sent", "files sent", "described", "finished"))
        with tempfile.TemporaryDirectory() as folder:
            markdown.row(many_files(Path(folder), files=200, kills=20, seed=asked.seed))
        print()
        markdown.head(("kill −9 between two bytes", "reports", "finished just once", "s"))
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            # It asserts after each report that the service has one more finished, and its document.
            reports = crash_often(Path(folder), asked.kills, asked.seed)
        markdown.row((asked.kills, reports, reports, round(time.perf_counter() - start)))
    if asked.desk_kills:
        print()
        markdown.head(("kill −9 of a desk, between bytes or at any moment", "reports", "finished and held just once", "s"))  # fmt: skip
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "made").mkdir()
            made = make_shop(Path(folder) / "made")
            # It asserts after each report: one more finished, one hold, its steps in the ledger.
            reports = crash_desk(made, touring(made), Path(folder), asked.desk_kills, asked.seed)
        markdown.row((asked.desk_kills, reports, reports, round(time.perf_counter() - start)))


def _refused(count: int) -> int:
    """How many documents of random cases the schema refuses."""
    schema, found = Schema(), [0]

    @seed(1)
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(cases)
    def look(one: Case) -> None:
        documents = [to_xml(draft_report(one))]
        documents += [to_xml(draft_file(file).details) for file in one.evidence]
        found[0] += sum(bool(schema.problems(document)) for document in documents)

    look()
    return found[0]
