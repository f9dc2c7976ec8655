"""The transparency report over a large log: seconds, memory, and that it says what was written."""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench import markdown
from lamplighter.evidence.act import Act, Json
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.public_log import PublicLog
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit_sample import Desk
from lamplighter.jobs.transparency import EVER, read_figures, write_report
from lamplighter.reporting.transparency.interval import Stratum, estimate
from lamplighter.reporting.transparency.sample import allocated

_BATCH = 50_000
_START = datetime(2026, 1, 1, tzinfo=UTC)


def options(parser: argparse.ArgumentParser) -> None:
    """How much."""
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to write the log (450 bytes a listing)")


#: What is sampled: populations of strata, shares that are wrong, listings drawn.
_POPULATIONS = {
    "published, one in 200 wrong": ([1_000_000], [0.005], 400),
    "published, and published though the policy would act": ([990_000, 10_000], [0.005, 0.3], 400),
    "60 held, 40 refused, 20 removed": ([60, 40, 20], [0.5, 0.9, 0.75], 60),
    "50,000 held, 5,000 refused, 500 removed": ([50_000, 5_000, 500], [0.7, 0.95, 0.85], 200),
    "5,000 held, 500 refused, 50 removed, 98 % right": ([5_000, 500, 50], [0.98] * 3, 150),
}


def _coverage(runs: int = 1000) -> None:
    """How often the 95 % interval holds the truth, and how wide it is."""
    markdown.head(("listings", "drawn", f"covered, of {runs:,}", "median width, points"))
    chance = np.random.default_rng(17)
    for name, (populations, rates, size) in _POPULATIONS.items():
        sizes, covered, widths = allocated(populations, size), 0, []
        for _ in range(runs):
            wrong = [
                int(chance.binomial(n, rate)) for n, rate in zip(populations, rates, strict=True)
            ]
            found = estimate([
                Stratum(n, drawn, int(chance.hypergeometric(bad, n - bad, drawn)))
                for n, drawn, bad in zip(populations, sizes, wrong, strict=True)
            ])  # fmt: skip
            assert found is not None
            covered += found.low - 1e-12 <= sum(wrong) / sum(populations) <= found.high + 1e-12
            widths.append(found.high - found.low)
        markdown.row((name, size, covered, f"{100 * np.median(widths):.1f}"))


def run(asked: argparse.Namespace) -> None:
    """Print how often intervals cover; write a log, report, print the table; the log is removed."""
    _coverage()
    print()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        home = Path(folder) / "log"
        began = time.perf_counter()
        of, entries = _write(home, asked.listings)
        written = time.perf_counter() - began
        size = sum(path.stat().st_size for path in (home / "ledger").rglob("*") if path.is_file())
        child = os.fork()
        if child == 0:  # a process of its own: its peak is the report's
            _report(home, Path(folder) / "out", asked.listings, entries, size, of, written)
            os._exit(0)
        os.waitpid(child, 0)


def _report(home: Path, out: Path, listings: int, entries: int, size: int, of: int, written: float) -> None:  # fmt: skip
    log = PublicLog(home / "ledger", Ledger.open(home).key)
    wall, cpu = time.perf_counter(), time.process_time()
    found = read_figures(log, *EVER, Steps(quiet=True))
    write_report(found, out)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    told = found["listings"]
    assert told["received"] == listings
    assert told["held"] + told["refused"] + told["removed"] + told["published"] == listings
    (audit,) = found["audits"]
    assert audit["announced"] == of and audit["draw"] == "as selected"
    markdown.head(("listings", "entries", "GB of log", "report: s", "CPU s", "GB at most", "written in s"))  # fmt: skip
    markdown.row((f"{listings:,}", f"{entries:,}", f"{size / 1e9:.1f}", f"{wall:.0f}", f"{cpu:.0f}", f"{peak:.1f}", f"{written:.0f}"))  # fmt: skip


def _write(home: Path, listings: int) -> tuple[int, int]:
    """Received and decided one by one, some held, refused, removed, told why; a sample drawn."""
    with Ledger.create(home, "bench.invalid") as ledger:
        for start in range(0, listings, _BATCH):
            count = min(_BATCH, listings - start)
            when = _START + timedelta(days=180) * (start / listings)
            first = ledger.append_bulk("listing.received", "system:screening", when, [b'{"row":{}}'] * count,
                                       public={"via": "screening"})[0]  # fmt: skip
            for outcome, low, high in (
                ("refuse", 0, 200),
                ("hold", 200, 700),
                ("publish", 700, count),
            ):
                of = list(range(first + min(low, count), first + min(high, count)))
                public = {"outcome": outcome, "policy_outcome": outcome, "policy": "default 1",
                          "via": "screening"}  # fmt: skip
                grounds: dict[str, Json] = (
                    {} if outcome == "publish" else {"grounds": ["known text"]}
                )
                ledger.append_bulk("decision", "system:screening", when + timedelta(seconds=1), [b"{}"] * len(of),
                                   public={**public, **grounds}, columns={"received": of})  # fmt: skip
            removed = list(range(first + min(900, count), first + min(1400, count)))
            ledger.append_bulk("moderation", "platform:m", when + timedelta(hours=5), [b"{}"] * len(removed),
                               public={"action": "removed"}, columns={"received": removed})  # fmt: skip
            ledger.append([Act("statement", when, "system:statements",
                               {"decision": first, "measure": "hold", "ground": "terms", "source": "notice",
                                "automated_decision": "fully", "automated_detection": True})] * 500)  # fmt: skip
        desk = Desk(ledger.append, lambda: PublicLog(ledger.log_folder, ledger.key))
        of_ = desk.announce("user:1", _START, _START + timedelta(days=181), 300, 200)
        began = time.perf_counter()
        desk.draw("user:1", of_)
        print(f"drawn in {time.perf_counter() - began:.1f} s")
        return of_, ledger.size
