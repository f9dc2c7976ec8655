"""`lamplighter evidence release`: one person asks, another confirms."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.evidence.options import AsJson, Folder


def release(
    workspace: Folder,
    hold: Annotated[str, typer.Argument(help="The hold's id.")],
    by: Annotated[str, typer.Option("--by", help="Your pseudonymous account id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; needed from who asks.")] = "",
    as_json: AsJson = False,
) -> None:
    """Release a hold. The first call asks and needs a reason; another person's call confirms.

    The person who asked cannot confirm. Both acts are in the ledger.

    Examples:

      lamplighter evidence release archive hold-23456789ab --by u7 --reason "claim settled"

      lamplighter evidence release archive hold-23456789ab --by u8
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.custody.holds import release_hold
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened:
        done = release_hold(opened, hold, by=by, reason=reason)
    if as_json:
        print_json(done)
    elif done["state"] == "released":
        typer.echo(f"{hold} is released: asked by {done['asked_by']}, confirmed by {by}.")
    else:
        typer.echo(f"Release of {hold} is asked for. Another person must confirm it.")
