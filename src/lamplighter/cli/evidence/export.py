"""`lamplighter evidence export`: a package with proofs, for somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lamplighter.cli.evidence.options import (
    Accounts,
    AsJson,
    Before,
    Category,
    City,
    Confirmed,
    Folder,
    Listings,
    ListingsFile,
    Operations,
    Phones,
    Reason,
    Since,
    named,
)


def export(
    workspace: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder; or FILE.tar.age.")],
    reason: Reason,
    requested_by: Annotated[
        str | None, typer.Option("--requested-by", help="Account who asks; your word alone.")
    ] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", help="Another, who approves; the same.")
    ] = None,
    confirmed: Confirmed = None,
    hold: Annotated[str | None, typer.Option("--hold", help="All that a hold covers.")] = None,
    operation: Operations = None,
    listing: Listings = None,
    listings: ListingsFile = None,
    account: Accounts = None,
    phone: Phones = None,
    city: City = None,
    category: Category = None,
    since: Since = None,
    before: Before = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option("--recipient", help="age1… or ssh key, or a file with it. Repeatable."),
    ] = None,
    bates_prefix: Annotated[str, typer.Option("--bates-prefix", help="Before numbers.")] = "LL",
    bates_first: Annotated[int, typer.Option("--bates-first", help="First number.", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """Export a hold, an operation or a filter: originals, published versions, media and proofs.

    The package is a BagIt bag with a page to read, load files, the chain of custody and a one-file
    verifier. With --recipient it is one file that only the recipient opens. Two people are needed;
    the ledger says who exported what for which key. Who they are is the word of whoever types the
    names. With --confirmed two people have signed in to the console: one asked for the export of
    this operation, the other confirmed it. The act in the ledger names that entry, once.

    Examples:

      lamplighter evidence export archive --hold hold-23456789ab --out case --requested-by u7
      --approved-by u8 --reason "warrant 17"

      lamplighter evidence export archive --phone +13125550100 --out case.tar.age
      --recipient age1… --requested-by u7 --approved-by u8 --reason "warrant 17"

      lamplighter evidence export archive --operation op-3f2a --confirmed 120417 --out case
      --reason "warrant 17"
    """
    from lamplighter.cli.console import print_json
    from lamplighter.evidence.package.bates import Bates
    from lamplighter.evidence.package.recipient import read_recipients
    from lamplighter.foundation.errors import UsageError
    from lamplighter.foundation.progress import Steps
    from lamplighter.jobs.custody.export import ExportRequest, by_confirmed
    from lamplighter.jobs.custody.export import export as run_export
    from lamplighter.jobs.custody.selection import scope_of
    from lamplighter.workspace.workspace import Workspace

    given = named(operation, listing, account, phone, city, category, since, before, listings)
    if hold and any(given.values()):
        raise UsageError("A hold is exported as a whole.", hint="Leave --hold or the others out.")
    if confirmed is not None and (
        requested_by or approved_by or not operation or len(operation) != 1
    ):
        raise UsageError("--confirmed goes with one --operation and says itself who the two are.")
    request = ExportRequest(
        requested_by or "",
        approved_by or "",
        reason,
        scope=None if hold else scope_of(given),
        hold_id=hold,
        recipients=read_recipients(recipient or ()),
        bates=Bates(bates_prefix, bates_first),
    )
    with Workspace.open(workspace, write=True) as opened:
        if confirmed is not None:
            request = by_confirmed(opened, request, confirmed)
        done = run_export(opened, request, out, Steps(quiet=as_json))
    if as_json:
        print_json(done)
        return
    typer.echo(
        f"{done['export']}: {done['documents']:,} documents of {done['listings']:,} listings."
    )
    if done["bates"]:
        typer.echo(f"Numbers {done['bates'][0]} to {done['bates'][1]}. Entry {done['entry']}.")
    typer.echo(f"Package: {done['out']}")
    for fingerprint in done["recipients"]:
        typer.echo(f"Sealed for {fingerprint}")
    typer.echo(f"Give the recipient the log's key by another way: {done['key']}")
