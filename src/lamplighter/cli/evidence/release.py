"""`lamplighter evidence release`: one person asks, another confirms."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.evidence.options import AsJson, Confirmed, Folder


def release(
    workspace: Folder,
    hold: Annotated[str, typer.Argument(help="The hold's id.")],
    by: Annotated[
        str | None, typer.Option("--by", help="Your pseudonymous account id; your word alone.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; needed from who asks.")] = "",
    confirmed: Confirmed = None,
    as_json: AsJson = False,
) -> None:
    """Release a hold. The first call asks and needs a reason; another person's call confirms.

    The person who asked cannot confirm, and both acts are in the ledger. Who types a name with --by
    cannot be proved here. With --confirmed two people have signed in to the console: one asked for
    the release of the operation's hold, the other confirmed it; who and why is read from there.

    Examples:

      lamplighter evidence release archive hold-23456789ab --by u7 --reason "claim settled"

      lamplighter evidence release archive hold-23456789ab --by u8

      lamplighter evidence release archive hold-23456789ab --confirmed 120417
    """
    from lamplighter.cli.console import print_json
    from lamplighter.foundation.errors import UsageError
    from lamplighter.jobs.custody.release import release_confirmed, release_hold
    from lamplighter.workspace.workspace import Workspace

    if (by is None) == (confirmed is None) or (reason and confirmed is not None):
        raise UsageError("Say who releases it.", hint="--by ACCOUNT, or --confirmed ENTRY alone")
    with Workspace.open(workspace, write=True) as opened:
        done = (
            release_confirmed(opened, hold, confirmed)
            if confirmed is not None
            else release_hold(opened, hold, by=by or "", reason=reason)
        )
    if as_json:
        print_json(done)
    elif done["state"] == "released":
        typer.echo(
            f"{hold} is released: asked by {done['asked_by']}, confirmed by {done['released_by']}."
        )
    else:
        typer.echo(f"Release of {hold} is asked for. Another person must confirm it.")
