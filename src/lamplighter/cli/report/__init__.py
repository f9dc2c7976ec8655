"""`lamplighter report …`: those who must be told. One file per command."""

from __future__ import annotations

import typer

from lamplighter.cli.report.casefile import casefile
from lamplighter.cli.report.cybertipline import app as cybertipline
from lamplighter.cli.report.followthemoney import followthemoney
from lamplighter.cli.report.statement import app as statement
from lamplighter.cli.report.transparency import transparency

app = typer.Typer(
    name="report",
    help="Reports to those who can act, to posters and to the public.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(casefile)
app.command()(followthemoney)
app.add_typer(cybertipline)
app.add_typer(statement)
app.command()(transparency)
