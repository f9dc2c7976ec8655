"""`lamplighter report cybertipline advise`: what a draft lacks."""

from __future__ import annotations

from typing import Annotated

import typer

from lamplighter.cli.report.cybertipline.options import AsJson, Folder, Report


def advise(
    workspace: Folder,
    report: Report,
    document: Annotated[
        bool, typer.Option("--document", help="Print the XML that would be sent, instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a draft lacks: what NCMEC would refuse, and what makes a tip one to act on.

    Ends with code 1 where something must be mended before it can be released.

    Example:

      lamplighter report cybertipline advise shop tip-49d9383ca9
    """
    from lamplighter.cli.console import print_json
    from lamplighter.cli.report.cybertipline.printing import print_advice
    from lamplighter.jobs.cybertipline.desk import TipDesk
    from lamplighter.jobs.cybertipline.telling import told_advice
    from lamplighter.workspace.workspace import Workspace

    with Workspace.open(workspace) as opened, TipDesk(opened, write=False) as desk:
        found = desk.overview(report)
        if document:
            typer.echo(found.draft.document)
            return
        if as_json:
            facts = told_advice(desk, found)
            print_json(facts)
            blocks = any(one["blocks"] for one in facts)
        else:
            blocks = print_advice(desk, found)
    if blocks:
        raise typer.Exit(1)
