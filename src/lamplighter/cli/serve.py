"""`lamplighter serve`: the console and the HTTP API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    workspace: Annotated[Path, typer.Argument(help="Folder that `lamplighter init` made.")],
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=1, max=65535)] = 8080,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help="Requests at once.")] = 8,
    invite: Annotated[
        bool,
        typer.Option("--invite", help="Print the link for the first administrator, and leave."),
    ] = False,
) -> None:
    """Serve the review console and the HTTP API over a workspace, in one process.

    The first start prints a link that makes the first administrator. People and what they decide
    are kept in review.sqlite3 of the workspace, or in PostgreSQL by `database_url`.

    Example:

      lamplighter serve archive --port 8080
    """
    from lamplighter.console.serve import start

    start(workspace, host, port, threads, typer.echo, only_invite=invite)
