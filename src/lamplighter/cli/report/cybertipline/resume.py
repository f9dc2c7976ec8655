"""`lamplighter report cybertipline resume`: go on after a crash or a stop."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, By, Folder, Wait


def resume(
    workspace: Folder,
    by: By,
    report: Annotated[
        str | None, typer.Argument(help="Name of the report. None: all that are under way.")
    ] = None,
    note: Annotated[
        str, typer.Option("--note", help="What was done about the reason why it stopped.")
    ] = "",
    wait: Wait = True,
    as_json: AsJson = False,
) -> None:
    """Go on with reports that a crash left under way; and with one that stopped, when named.

    Whoever resumes a stopped report says what was done about it.

    Example:

      lamplighter report cybertipline resume shop tip-49d9383ca9 --by rev-3
      --note "password renewed"
    """
    from lamplighter.cli.report.cybertipline.printing import print_banner, print_overview
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.filing import go_on
    from lamplighter.jobs.cybertipline.waiting import patience
    from lamplighter.workspace.workspace import Workspace

    done = True
    with Workspace.open(workspace, write=True) as opened, TipDesk(opened) as desk:
        print_banner(desk)
        pause = patience(wait, lambda said: typer.echo(said, err=True))
        for found in go_on(desk, report, by=by, note=note, pause=pause):
            print_overview(found, as_json=as_json)
            done = done and found.state in ("finished", "retracted")
    if not done:
        raise typer.Exit(1)
