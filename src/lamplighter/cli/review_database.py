"""`lamplighter console`: what keeps the console's database whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="console", help="The console's database.", no_args_is_help=True)


@app.callback()
def _console() -> None:
    """The console's database."""


@app.command()
def rebuild(
    workspace: Annotated[Path, typer.Argument(help="Folder that `lamplighter init` made.")],
) -> None:
    """Add to the review database what the ledger says and the database lacks.

    Decisions, deeds for two, judged links and cases come back; nothing is changed or removed. Names,
    passwords, locks and settings of people are in no ledger. Stop `lamplighter serve` first.

    Example:

      lamplighter console rebuild archive
    """
    from lamplighter.console.serve import rebuild
    from lamplighter.foundation.progress import Steps

    for what, count in rebuild(workspace, Steps()).items():
        typer.echo(f"{count:>9,} {what}")
