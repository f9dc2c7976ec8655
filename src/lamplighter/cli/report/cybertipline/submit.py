"""`lamplighter report cybertipline submit`: file a released report."""

from __future__ import annotations

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, Folder, Report, Wait


def submit(workspace: Folder, report: Report, wait: Wait = True, as_json: AsJson = False) -> None:
    """File a released report: open it, send its files, finish it; then keep what it concerns.

    May be stopped or killed at any moment and called again: it goes on where it was, and never files
    twice. Ends with code 1 where a person must look.

    Example:

      lamplighter report cybertipline submit shop tip-49d9383ca9
    """
    from lamplighter.cli.report.cybertipline.printing import print_banner, print_overview
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.filing import file
    from lamplighter.jobs.cybertipline.waiting import patience
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened, TipDesk(opened) as desk:
        print_banner(desk)
        found = file(desk, report, patience(wait, lambda said: typer.echo(said, err=True)))
        print_overview(found, as_json=as_json)
    if found.state != "finished":
        raise typer.Exit(1)
