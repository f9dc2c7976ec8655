"""Options that several commands of custody share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="Folder of `lamplighter init`.")]
Operations = Annotated[
    list[str] | None, typer.Option("--operation", help="An operation's id. Repeatable.")
]
Listings = Annotated[
    list[str] | None, typer.Option("--listing", help="A listing's id. Repeatable.")
]
ListingsFile = Annotated[
    Path | None,
    typer.Option("--listings", help="A file of ids, one a line; or findings.json of an audit."),
]
Accounts = Annotated[list[str] | None, typer.Option("--account", help="An account id. Repeatable.")]
Phones = Annotated[
    list[str] | None, typer.Option("--phone", help="A phone, as +13125550100. Repeatable.")
]
City = Annotated[str | None, typer.Option("--city", help="With others: a filter, all must match.")]
Category = Annotated[str | None, typer.Option("--category", help="As --city.")]
Since = Annotated[str | None, typer.Option("--from", help="Posted on this day or later (UTC).")]
Before = Annotated[str | None, typer.Option("--to", help="Posted before this day (UTC).")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger's private part.")]
Confirmed = Annotated[
    int | None,
    typer.Option("--confirmed", help="Ledger entry in which the second person said yes."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def named(
    operation: list[str] | None,
    listing: list[str] | None,
    account: list[str] | None,
    phone: list[str] | None,
    city: str | None,
    category: str | None,
    since: str | None,
    before: str | None,
    listings: Path | None = None,
) -> dict[str, list[str]]:
    """What the options name, by key of a filter."""
    if listings is not None:
        from lamplighter.jobs.custody.selection import ids_in

        listing = [*(listing or []), *ids_in(listings)]
    return {
        "operation": operation or [],
        "listing": listing or [],
        "account": account or [],
        "phone": phone or [],
        "city": [city] if city else [],
        "category": [category] if category else [],
        "from": [since] if since else [],
        "to": [before] if before else [],
    }
