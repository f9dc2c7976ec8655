"""`lamplighter report cybertipline stand-in`: a service to try everything with."""

from __future__ import annotations

import typer

from lamplighter.cli.report.cybertipline.options import Folder


def stand_in(workspace: Folder) -> None:
    """Serve a stand-in for NCMEC's service on this machine, until stopped.

    It checks the password, the schema and the order of calls as the real one does, and keeps what
    it received in reports/stand-in of the workspace. Nothing reaches NCMEC.

    Example:

      lamplighter report cybertipline stand-in shop
    """
    import threading

    from lamplighter.jobs.cybertipline.service import stand_in_served
    from lamplighter.workspace.config import read_config

    with stand_in_served(read_config(workspace).report, workspace, typer.echo):
        typer.echo("Ctrl-C ends it.")
        threading.Event().wait()
