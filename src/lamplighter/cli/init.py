"""`lamplighter init`: a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    workspace: Annotated[Path, typer.Argument(help="Folder to make.")],
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            help="Origin of the log, in every checkpoint and proof: example.org/listings. "
            "It cannot be changed later.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a workspace: configuration, signing key, empty ledger and listing store.

    Example:

      lamplighter init archive --name example.org/listings
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.ingest import new_workspace

    made = new_workspace(workspace, name)
    if as_json:
        print_json(made)
        return
    typer.echo(f"Workspace {workspace}, log {made['origin']}.")
    typer.echo(f"Settings: {workspace / 'lamplighter.toml'}")
    typer.echo(f"Signing key, for its owner alone: {workspace / 'keys'}. Keep a copy elsewhere.")
