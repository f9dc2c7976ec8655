"""`lamplighter report cybertipline status`: where reports stand."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, Folder


def status(
    workspace: Folder,
    report: Annotated[
        str | None, typer.Argument(help="Name of a report: its whole history. None: all, in brief.")
    ] = None,
    service: Annotated[
        bool, typer.Option("--service", help="Also ask the service: is it up, does it know us?")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show where reports stand; of one, every step with its entry in the ledger.

    Example:

      lamplighter report cybertipline status shop --service
    """
    from lamplighter.cli.report.cybertipline.printing import (
        print_banner,
        print_history,
        print_reports,
    )
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.service import ask_service
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace) as opened, TipDesk(opened, write=False) as desk:
        print_banner(desk)
        if service:
            typer.echo(ask_service(opened.config.report), err=True)
        if report is None:
            print_reports(desk.overviews(), as_json=as_json)
            for fault in desk.faults.values():
                typer.echo(fault, err=True)
        else:
            print_history(desk.overview(report), as_json=as_json)
