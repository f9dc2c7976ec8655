"""`lamplighter report statement …`: what posters are told. One function a command."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="statement",
    help="Statements of reasons to posters: made, listed, shown, delayed, exported.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_WORKSPACE = Annotated[Path, typer.Argument(help="Folder of the workspace.")]
_PUID = Annotated[str, typer.Argument(help="Statement: lamp-…, as `list` shows it.")]
_JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("make")
def make(workspace: _WORKSPACE, as_json: _JSON = False) -> None:
    """Make the statements that are owed for holds, refusals, removals and closed accounts.

    The console does so by itself while it runs. Nothing is made twice.

    Example:

      lamplighter report statement make shop
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.statements import make_statements
    from lamplighter.reporting.statement.settings import read_settings
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened:
        made = make_statements(opened, read_settings(workspace))
    if as_json:
        print_json([held.statement.puid for held in made])
    else:
        typer.echo(f"{len(made):,} statements made.")


@app.command("list")
def list_(workspace: _WORKSPACE, as_json: _JSON = False) -> None:
    """List statements: what was done, on what ground, by what means, and what became of an appeal.

    Example:

      lamplighter report statement list shop --json
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.statements import list_statements
    from lamplighter.reporting.statement.listing import line_of, row_of
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace) as opened:
        held = list_statements(opened)
    if as_json:
        print_json([row_of(one) for one in held])
        return
    for one in held:
        typer.echo(line_of(one))
    typer.echo(f"{len(held):,} statements.", err=True)


@app.command("show")
def show(workspace: _WORKSPACE, puid: _PUID, as_json: _JSON = False) -> None:
    """Show one statement as its poster reads it.

    Example:

      lamplighter report statement show shop lamp-1f0c93aa-40-0
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.statements import find_statement
    from lamplighter.reporting.statement.listing import row_of
    from lamplighter.reporting.statement.settings import read_settings
    from lamplighter.reporting.statement.words import as_text
    from lamplighter.workspace.workspace import Workspace

    settings = read_settings(workspace)
    with Workspace.open(workspace) as opened:
        held = find_statement(opened, puid)
    if as_json:
        print_json(row_of(held) | held.statement.as_dict())
    else:
        until = settings.clocks["complain"].end(held.told_from)
        typer.echo(as_text(held.statement, settings, until, ""))


@app.command("delay")
def delay(
    workspace: _WORKSPACE,
    subject: Annotated[
        str, typer.Argument(help="What waits: statement, operation, account or listing.")
    ],
    value: Annotated[str, typer.Argument(help="Its name.")],
    until: Annotated[
        datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day of the delay (UTC).")
    ],
    asked_by: Annotated[str, typer.Option("--asked-by", help="Which authority asked for it.")],
    reference: Annotated[str, typer.Option("--reference", help="Its reference.")],
    by: Annotated[str, typer.Option("--by", help="Account id of who records it.")],
) -> None:
    """Tell posters later, because an authority asked for it: until a day, 180 days ahead at most.

    A subject is named before the decision, so that its statements are made under the delay. Who
    asked and until when is logged. The delay ends by itself. While the console runs: desk Appeals.

    Example:

      lamplighter report statement delay shop account acc-7 --until 2026-12-24
      --asked-by "State police" --reference 2026-17 --by rev-3
    """
    from datetime import timedelta

    from lamplighter.jobs.statements import delay_statements
    from lamplighter.reporting.statement.delay import Delay, subject_of
    from lamplighter.workspace.workspace import Workspace

    end = until.replace(tzinfo=UTC) + timedelta(days=1)
    wanted = Delay(subject_of(subject), value, end, asked_by, reference, by)
    with Workspace.open(workspace, write=True) as opened:
        entry = delay_statements(opened, wanted)
    typer.echo(
        f"{subject} {value} waits until {end:%Y-%m-%d %H:%M} UTC; entry {entry} of the ledger."
    )


@app.command("export")
def export(
    workspace: _WORKSPACE,
    dsa: Annotated[Path, typer.Option("--dsa", help="Folder for batches of the DSA database.")],
    as_json: _JSON = False,
) -> None:
    """Write statements as the EU's DSA Transparency Database takes them: valid, at most 100 a file.

    Delayed statements are left out until they are told. The same statements give the same files.

    Example:

      lamplighter report statement export shop --dsa out
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.statement_export import export_statements

    manifest = export_statements(workspace, dsa)
    if as_json:
        print_json(manifest)
    else:
        typer.echo(
            f"{manifest['statements']:,} statements in {len(manifest['files'])} batches in {dsa}, "
            f"schema {manifest['schema']}; {manifest['waiting']:,} wait."
        )


@app.command("submit")
def submit(
    workspace: _WORKSPACE,
    to: Annotated[
        str, typer.Option("--to", help="sandbox, production, or an address.")
    ] = "sandbox",
    variable: Annotated[
        str, typer.Option("--token-variable", help="Environment variable that has the token.")
    ] = "LAMPLIGHTER_DSA_TOKEN",
    as_json: _JSON = False,
) -> None:
    """Submit statements to the DSA Transparency Database: each once, also after a crash.

    What was taken is in the ledger. Run it again and it goes on where it stopped.

    Example:

      lamplighter report statement submit shop --to sandbox
    """
    from dataclasses import asdict

    from lamplighter.cli.console import print_json
    from lamplighter.jobs.statement_export import submit_statements

    made = submit_statements(workspace, to, variable, lambda words: typer.echo(words, err=True))
    if as_json:
        print_json(asdict(made))
    else:
        typer.echo(
            f"{made.created:,} created, {made.found:,} found there, {made.before:,} were submitted before."
        )
