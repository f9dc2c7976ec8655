"""`python -m bench [TABLE]`: measures and prints Markdown for `docs/benchmarks.md`.

Without a table: quality on the held-out sets, then speed, both with their defaults.
"""

from __future__ import annotations

import argparse

from bench import (
    contexts,
    intake,
    kills,
    ledger,
    linking,
    machine,
    markdown,
    notices,
    quality,
    ranking,
    reports,
    screening,
    speed,
    study,
    transparency,
)
from bench.classes import CLASSES


def main() -> None:
    """Parse, say on what machine, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    tables = parser.add_subparsers(dest="table")
    quality.options(tables.add_parser("quality", help="planted campaigns, by class and linker"))
    speed.options(tables.add_parser("speed", help="seconds, memory and growth, against peers"))
    study.options(tables.add_parser("study", help="parameters against development sets"))
    contexts.options(tables.add_parser("contexts", help="ordinary listings with alarming words"))
    ranking.options(tables.add_parser("ranking", help="bands by kind of party"))
    linking.options(tables.add_parser("linking", help="the engine alone: CPU, memory, growth"))
    kills.options(tables.add_parser("kills", help="kill -9 during appends: what was lost"))
    ledger.options(tables.add_parser("ledger", help="the evidence ledger: rates, proofs, size"))
    intake.options(tables.add_parser("intake", help="ingest: rate, one durable listing, kill -9"))
    reports.options(tables.add_parser("reports", help="case files; filing that is killed"))
    notices.options(tables.add_parser("notices", help="ten thousand notices from one address"))
    screening.options(tables.add_parser("screening", help="one listing: speed, and who is held"))
    transparency.options(tables.add_parser("transparency", help="the public report of a large log"))
    tables.add_parser("classes", help="what the classes are")
    asked = parser.parse_args()
    if asked.table == "classes":
        markdown.head(("class", "what it is"))
        for name, recipe in CLASSES.items():
            markdown.row((name, recipe.about))
        return
    print(machine.describe())
    if asked.table is None:
        quality.run(parser.parse_args(["quality"]))
        speed.run(parser.parse_args(["speed"]))
        return
    tables_of = {
        "contexts": contexts.run, "intake": intake.run, "kills": kills.run, "ledger": ledger.run, "linking": linking.run, "notices": notices.run, "quality": quality.run,
        "ranking": ranking.run, "reports": reports.run, "screening": screening.run, "speed": speed.run, "study": study.run,
        "transparency": transparency.run,
    }  # fmt: skip
    tables_of[asked.table](asked)


if __name__ == "__main__":
    main()
