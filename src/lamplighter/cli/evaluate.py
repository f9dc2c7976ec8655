"""`lamplighter evaluate`: an output folder against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Output folder of `lamplighter link`.")],
    truth: Annotated[
        Path,
        typer.Option(
            "--truth", "-t", help="CSV or Parquet: listing_id, template_id, operation_id."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure found templates and operations against planted ones.

    Pairwise precision, recall and F1, adjusted Rand, the share of planted listings found, and the
    largest component against the largest true one.

    Example:

      lamplighter evaluate results --truth truth.csv
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.evaluate import evaluate_folder

    measured = evaluate_folder(folder, truth)
    if as_json:
        print_json(measured)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    table.add_column("")
    for name in measured:
        table.add_column(name, justify="right")
    for row in next(iter(measured.values())):
        values = [measured[name][row] for name in measured]
        table.add_row(
            row.replace("_", " "),
            *(f"{v:.4f}" if isinstance(v, float) else f"{v:,}" for v in values),
        )
    Console().print(table)
