"""The concealment audit against simulated platforms: `python -m bench.audit [--seeds …]`.

Strip list and chains per platform and seed; `--honest N` counts findings above grade 1 over N honest
platforms; `--speed N` runs the command once on N pairs.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from bench import machine, markdown, spent
from bench.ours import COMMAND
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit import audit
from lamplighter.jobs.audit_examination import AuditOptions
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.platform import write_platform

#: Terms are asked for where the file shows at least so many of their removals.
_LEAST = 5


def seen_removals(pairs: list[dict[str, Any]], truth: list[dict[str, Any]]) -> Counter[str]:
    """Removals by rule that the pairs can show: the original is there, and differs."""
    shown = {
        row["listing_id"] for row in pairs
        if row["published_text"] and row["text"]
        and (row["text"], row["title"]) != (row["published_text"], row["published_title"])
    }  # fmt: skip
    return Counter(
        row["term"] for row in truth
        if row["practice"] == "automatic_filter" and row["listing_id"] in shown
    )  # fmt: skip


def measure(platform: str, listings: int, seed: int, vocabulary: str, work: Path) -> list[object]:
    """One row: terms' precision and recall, chains' precision and recall, grades."""
    source, facts, out = work / "pairs.parquet", work / "truth.parquet", work / "out"
    write_platform(platform, listings, seed, source, facts, vocabulary=vocabulary)
    run = audit([str(source)], out, AuditOptions(load_lexicon()), Steps(quiet=True))
    truth = pq.read_table(facts).to_pylist()
    removals = seen_removals(pq.read_table(source).to_pylist(), truth)
    wanted = {term for term, count in removals.items() if count >= _LEAST}
    true = {row["term"] for row in truth if row["practice"] == "automatic_filter"}
    strip = pq.read_table(out / "strip_list.parquet").to_pylist()
    found = {row["term"] for row in strip if row["kind"] == "filter" and not row["explanation"]}
    chained = {row["chain"] for row in truth if row["practice"] in ("coaching", "age_reentry")}
    kept = {row["listing_id"] for row in pq.read_table(out / "edits.parquet").to_pylist()
            if row["published"]}  # fmt: skip
    possible = {row["chain"] for row in truth if row["chain"] in chained
                and row["listing_id"] in kept}  # fmt: skip
    told = {row["refused_id"] for row in pq.read_table(out / "chains.parquet").to_pylist()
            if row["explanation"] is None}  # fmt: skip
    return [
        f"{platform} {vocabulary} {seed}", len(wanted),
        len(found & true) / max(len(found), 1), len(found & wanted) / max(len(wanted), 1),
        len(possible), len(told & chained) / max(len(told), 1),
        len(told & possible) / max(len(possible), 1),
        ", ".join(f"{name} {grade}" for name, grade in run["findings"].items()),
    ]  # fmt: skip


def main() -> None:
    """Parse, say on what machine, print the tables asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--seeds", default="101,102,103", help="with commas; empty: none")
    parser.add_argument("--listings", type=int, default=20_000)
    parser.add_argument("--vocabulary", default="second", choices=("default", "second"))
    parser.add_argument("--honest", type=int, default=0, help="honest platforms")
    parser.add_argument("--speed", type=Path, help="a file of pairs to run the command on")
    asked = parser.parse_args()
    print(machine.describe())
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        if asked.seeds:
            markdown.title("Strip list and chains")
            markdown.head(("platform", "terms", "P", "R", "chains", "P", "R", "grades"))
            for platform in ("sanitising", "mixed"):
                for seed in map(int, asked.seeds.split(",")):
                    markdown.row(measure(platform, asked.listings, seed, asked.vocabulary, work))
        if asked.honest:
            above = 0
            for seed in range(1000, 1000 + asked.honest):
                source = work / "honest.parquet"
                write_platform("honest", asked.listings, seed, source, vocabulary=asked.vocabulary)
                options = AuditOptions(load_lexicon())
                run = audit([str(source)], work / "honest", options, Steps(quiet=True))
                if any(grade > 1 for grade in run["findings"].values()):
                    above += 1
                    print(seed, orjson.dumps(run["findings"]).decode(), flush=True)
            print(f"\n{above} of {asked.honest} honest platforms have a finding above grade 1.")
        if asked.speed:
            out = str(work / "fast")
            cost = spent.run([str(COMMAND), "audit", str(asked.speed), "--out", out, "--json"])
            print(f"\n{cost.wall:.1f} s wall, {cost.cpu:.1f} CPU s, {cost.peak_mb:,.0f} MB peak.")


if __name__ == "__main__":
    main()
