"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

#: Columns of a table that goes to a file or another program.
_WIDTH_OF_A_FILE = 120


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")


def print_ranking(
    run: dict[str, Any], operations: pa.Table, out: Path, *, as_json: bool, rows: int = 12
) -> None:
    """The first operations as a table, and where the report is."""
    if as_json:
        print_json(run)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_OF_A_FILE)
    title = "Operations, most urgent first (leads, not findings of guilt)"
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    for name in ("band", "score", "listings", "cities", "phones"):
        table.add_column(name, justify="right" if name != "band" else "left")
    table.add_column("operation", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for row in operations.slice(0, rows).to_pylist():
        table.add_row(
            row["band"], f"{row['score']:.1f}", str(row["listings"]), str(row["cities"]),
            str(row["phones"]), row["operation_id"],
            Text(row["headline"].partition(": ")[2]),  # the counts before it are columns here
        )  # fmt: skip
    if operations.num_rows:
        console.print(table)
    bands = ", ".join(f"{band} {count:,}" for band, count in run["bands"].items())
    console.print(
        f"{run['listings']:,} listings, {run['linked']:,} linked, {run['operations']:,} operations "
        f"({bands}); {run['rejected']:,} rows rejected.", highlight=False,
    )  # fmt: skip
    if run["rejected"]:
        console.print(Text(f"Rejected: {out / 'rejected.jsonl'}"))
    console.print(Text(f"Report: {out / 'report.html'}"))
