"""`lamplighter report cybertipline release`: two people let a draft go."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, Folder, Report


def release(
    workspace: Folder,
    report: Report,
    requested_by: Annotated[
        str, typer.Option("--requested-by", help="Account id of who asked for it in the console.")
    ],
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Account id of who confirmed it in the console.")
    ],
    as_json: AsJson = False,
) -> None:
    """Release a draft on the word of two people, which the ledger must hold.

    A name on a command line is nobody's consent: both must have said in the console, signed in as
    themselves, that the operation is to be reported. The console can release too.

    Example:

      lamplighter report cybertipline release shop tip-49d9383ca9 --requested-by rev-3
      --approved-by rev-7
    """
    from lamplighter.cli.report.cybertipline.printing import print_banner, print_overview
    from lamplighter.jobs.cybertipline.deeds import release as let_go
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened, TipDesk(opened) as desk:
        print_banner(desk)
        found = let_go(desk, report, requested_by=requested_by, approved_by=approved_by)
        print_overview(found, as_json=as_json)
