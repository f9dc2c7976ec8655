"""`lamplighter report cybertipline …`: reports to NCMEC. One file per command."""

from __future__ import annotations

import typer

from lamplighter.cli.report.cybertipline.advise import advise
from lamplighter.cli.report.cybertipline.draft import draft
from lamplighter.cli.report.cybertipline.fetch_schema import fetch_schema
from lamplighter.cli.report.cybertipline.release import release
from lamplighter.cli.report.cybertipline.resume import resume
from lamplighter.cli.report.cybertipline.retract import retract
from lamplighter.cli.report.cybertipline.stand_in import stand_in
from lamplighter.cli.report.cybertipline.status import status
from lamplighter.cli.report.cybertipline.submit import submit

app = typer.Typer(
    name="cybertipline",
    help="Reports to NCMEC's CyberTipline: drafted from an operation, released by two, filed once.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(draft)
app.command()(advise)
app.command()(release)
app.command()(submit)
app.command()(status)
app.command()(resume)
app.command()(retract)
app.command("fetch-schema")(fetch_schema)
app.command("stand-in")(stand_in)
