"""`lamplighter report cybertipline retract`: take back a report that is not finished."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, By, Folder, Report


def retract(
    workspace: Folder,
    report: Report,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")],
    as_json: AsJson = False,
) -> None:
    """Take back a report that is open at NCMEC. A finished one cannot be: write to NCMEC.

    Example:

      lamplighter report cybertipline retract shop tip-49d9383ca9 --by rev-3
      --reason "wrong operation"
    """
    from lamplighter.cli.report.cybertipline.printing import print_banner, print_overview
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.filing import retract as take_back
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace, write=True) as opened, TipDesk(opened) as desk:
        print_banner(desk)
        found = take_back(desk, report, by=by, reason=reason)
        print_overview(found, as_json=as_json)
