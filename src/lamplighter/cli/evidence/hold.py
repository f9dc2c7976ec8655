"""`lamplighter evidence hold`: a duty to keep."""

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
    Folder,
    Listings,
    ListingsFile,
    Operations,
    Phones,
    Reason,
    Since,
    named,
)


def hold(
    workspace: Folder,
    by: Annotated[str, typer.Option("--by", help="Your pseudonymous account id.")],
    reason: Reason,
    operation: Operations = None,
    listing: Listings = None,
    listings: ListingsFile = None,
    account: Accounts = None,
    phone: Phones = None,
    city: City = None,
    category: Category = None,
    since: Since = None,
    before: Before = None,
    rule: Annotated[
        str, typer.Option("--rule", help="us/cybertipline, litigation, eu/complaint, own …")
    ] = "own",
    until: Annotated[
        str | None, typer.Option("--until", help="Keep to this day; never less than the rule.")
    ] = None,
    starts: Annotated[
        str | None, typer.Option("--starts", help="When the rule's period began (default: now).")
    ] = None,
    report: Annotated[
        str | None, typer.Option("--report", help="Number of the report that it is for.")
    ] = None,
    pack: Annotated[
        list[Path] | None, typer.Option("--pack", help="A policy pack of your own (TOML).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep an operation, listings, an account, a phone or what a filter matches.

    The hold covers their listings, versions, media and acts, also those that arrive later, until
    its rule's period is over or two people release it. Rules: docs/custody.md.

    Examples:

      lamplighter evidence hold archive --operation op-1f… --rule litigation --by u7 --reason "claim"

      lamplighter evidence hold archive --phone +13125550100 --until 2027-06-30 --by u7 --reason "x"
    """
    from lamplighter.cli.console import print_json
    from lamplighter.jobs.custody.holds import place_hold
    from lamplighter.jobs.custody.selection import parse_day, scope_of
    from lamplighter.workspace.workspace import Workspace

    scope = scope_of(
        named(operation, listing, account, phone, city, category, since, before, listings)
    )
    with Workspace.open(workspace, write=True) as opened:
        done = place_hold(
            opened,
            scope,
            rule=rule,
            by=by,
            reason=reason,
            starts=parse_day(starts) if starts else None,
            until=parse_day(until) if until else None,
            details={"report": report} if report else {},
            packs=tuple(pack or ()),
        )
    if as_json:
        print_json(done)
        return
    typer.echo(f"{done['hold']}: {done['listings']:,} listings, and those that arrive later.")
    typer.echo(f"Rule {done['rule']} ({done['statute']}), until {done['until'] or 'released'}.")
    if done["unsure"]:
        typer.echo(f"Unsure: {done['unsure']}")
