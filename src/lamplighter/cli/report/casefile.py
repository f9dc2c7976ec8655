"""`lamplighter report casefile`: an operation as one PDF for a sworn recipient."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def casefile(
    workspace: Annotated[Path, typer.Argument(help="Folder of the workspace.")],
    operation: Annotated[str, typer.Argument(help="Id of the operation: op-…")],
    out: Annotated[Path, typer.Option("--out", "-o", help="PDF to write.")],
    prepared_by: Annotated[str, typer.Option("--prepared-by", help="Account id of who made it.")],
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Account id of the second person.")
    ],
    recipient: Annotated[str, typer.Option("--recipient", help="For whom: agency and desk.")],
    reference: Annotated[
        str, typer.Option("--reference", help="The recipient's case number.")
    ] = "",
    bag: Annotated[
        str, typer.Option("--bag", help="Name of the evidence export that goes with it.")
    ] = "",
    fonts: Annotated[
        Path | None, typer.Option("--fonts", help="Folder with fonts for further scripts.")
    ] = None,
    ftm: Annotated[
        Path | None,
        typer.Option("--ftm", help="Also write FollowTheMoney entities there, for OpenAleph."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Typeset all that is known of an operation: a tagged, searchable PDF.

    Reasons, movement, timeline, contacts, shared text, links and how sure they are, what was not
    found, the limits of the method, every listing as submitted, and how to verify. Two people
    answer for it, and the ledger keeps that it was made.

    Example:

      lamplighter report casefile shop op-49d9383ca92169ca --out case.pdf --prepared-by rev-3
      --approved-by rev-7 --recipient "State police, cyber desk" --reference 2026-17
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.case_file import write_case_file

    made = write_case_file(
        workspace, operation, out, prepared_by=prepared_by, approved_by=approved_by,
        recipient=recipient, reference=reference, bag=bag, fonts=fonts, ftm=ftm,
    )  # fmt: skip
    if as_json:
        print_json(made)
    else:
        typer.echo(f"{made['listings']:,} listings in {out}, entry {made['entry']} of the ledger.")
        if made["missing"]:
            typer.echo(
                f"{len(made['missing'])} different characters stand as their numbers, as no font here has "
                f"them ({made['missing'][:20]}). Install fonts, or name a folder: --fonts DIR.",
                err=True,
            )
        if ftm is not None:
            typer.echo(f"{made['ftm']['entities']:,} FollowTheMoney entities in {ftm}.")
