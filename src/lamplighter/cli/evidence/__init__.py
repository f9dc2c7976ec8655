"""`lamplighter evidence …`: the ledger of a workspace. One file per command."""

from __future__ import annotations

import typer

from lamplighter.cli.evidence.checkpoint import checkpoint
from lamplighter.cli.evidence.export import export
from lamplighter.cli.evidence.hold import hold
from lamplighter.cli.evidence.holds import holds
from lamplighter.cli.evidence.prove import prove
from lamplighter.cli.evidence.purge import purge
from lamplighter.cli.evidence.receive import receive
from lamplighter.cli.evidence.release import release
from lamplighter.cli.evidence.verify import verify

app = typer.Typer(
    name="evidence",
    help="The evidence ledger: verify it, prove entries, hold what it keeps, hand it on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(checkpoint)
app.command()(prove)
app.command()(hold)
app.command()(holds)
app.command()(release)
app.command()(purge)
app.command()(export)
app.command("import")(receive)
app.command()(verify)
