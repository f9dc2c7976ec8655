"""`lamplighter report followthemoney`: an operation as entities for OpenAleph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def followthemoney(
    workspace: Annotated[Path, typer.Argument(help="Folder of the workspace.")],
    operation: Annotated[str, typer.Argument(help="Id of the operation: op-…")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSON lines to write.")],
    prepared_by: Annotated[str, typer.Option("--prepared-by", help="Account id of who made it.")],
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Account id of the second person.")
    ],
    recipient: Annotated[str, typer.Option("--recipient", help="For whom: agency and desk.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write an operation as FollowTheMoney entities: accounts, contacts, listings, trips.

    OpenAleph and other tools of that ontology load the file as it is. Two people answer for it,
    and the ledger keeps that it was made.

    Example:

      lamplighter report followthemoney shop op-49d9383ca92169ca --out op.ftm.json
      --prepared-by rev-3 --approved-by rev-7 --recipient "State police, cyber desk"
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.follow_the_money import write_follow_the_money

    made = write_follow_the_money(
        workspace, operation, out, prepared_by=prepared_by, approved_by=approved_by,
        recipient=recipient,
    )  # fmt: skip
    if as_json:
        print_json(made)
    else:
        typer.echo(f"{made['entities']:,} entities in {out}, entry {made['entry']} of the ledger.")
