"""`lamplighter evidence …`: the ledger of a workspace. One file per command."""

from __future__ import annotations

import typer

from lamplighter.cli.evidence.checkpoint import checkpoint
from lamplighter.cli.evidence.prove import prove

app = typer.Typer(
    name="evidence",
    help="The evidence ledger: verify it, prove entries, hand it on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(checkpoint)
app.command()(prove)
