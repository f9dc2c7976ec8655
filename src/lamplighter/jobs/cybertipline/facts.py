"""What the newest linking knows of an operation, in the terms of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.operation_reader import Reader
from lamplighter.reporting.cybertipline.case import Account, Leg, Reason
from lamplighter.workspace.workspace import Workspace

#: Stays beyond this are told as one line a city.
_MOST_LEGS = 60
#: IP addresses of one account, the newest.
_MOST_ADDRESSES = 20


@dataclass(frozen=True)
class Facts:
    """`contacts` holds values by kind; `shared` those that many other listings have."""

    headline: str
    listings: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    urls: tuple[str, ...]
    accounts: tuple[Account, ...]
    contacts: dict[str, tuple[str, ...]]
    shared: tuple[str, ...]
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]
    rows: tuple[dict[str, Any], ...]


def read_facts(workspace: Workspace, operation: str) -> Facts:
    """All that goes into a report. UsageError if there is no such operation."""
    if not (workspace.links_folder / "operations.parquet").exists():
        raise UsageError("Nothing was linked yet.", where=str(workspace.folder),
                         hint=f"Run: lamplighter ingest {workspace.folder} FILE")  # fmt: skip
    with workspace.duckdb() as database:
        row = Reader(database, operation).row()
        if row is None:
            raise UsageError("There is no such operation.", where=operation,
                             hint="The ids stand in links/operations.parquet and in the report.")  # fmt: skip
        database.execute(
            "CREATE TEMP TABLE members AS SELECT v.*, l.identifiers, "
            "coalesce(v.posted_at, v.received_at) AS seen FROM listing_links l "
            "JOIN listings v USING (listing_id) WHERE l.operation_id = ?", [operation],
        )  # fmt: skip
        rows = _rows(database.execute("SELECT * FROM members ORDER BY seen, listing_id"))
        if not rows:
            raise UsageError("No listing of this operation is kept any more.", where=operation)
        contacts, shared = _contacts(database)
        return Facts(
            headline=row["headline"],
            listings=tuple(one["listing_id"] for one in rows),
            first_seen=utc(rows[0]["seen"]),
            last_seen=utc(rows[-1]["seen"]),
            urls=tuple(dict.fromkeys(one["url"] for one in rows if one["url"])),
            accounts=_accounts(database, workspace.config.report.ip_column),
            contacts=contacts,
            shared=shared,
            legs=_legs(database),
            reasons=tuple(Reason(r["sentence"], r["grade"]) for r in row["reasons"]),
            rows=tuple(rows),
        )


def _rows(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def utc(value: datetime) -> datetime:
    """As UTC; a time without a zone is one already."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _accounts(database: duckdb.DuckDBPyConnection, ip_column: str) -> tuple[Account, ...]:
    """The busiest first. Its e-mail addresses are those given with its listings, not in their text."""
    found = database.execute(
        "SELECT account_id, count(*), list(DISTINCT email) FILTER (email IS NOT NULL) FROM members "
        "WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    addresses = _addresses(database, ip_column) if ip_column else {}
    return tuple(
        Account(account, count, emails=tuple(sorted(emails or ())),
                ip_addresses=tuple(addresses.get(account, ())))
        for account, count, emails in found
    )  # fmt: skip


def _addresses(
    database: duckdb.DuckDBPyConnection, column: str
) -> dict[str, list[tuple[str, datetime]]]:
    path = "$." + '"' + column.replace('"', "") + '"'
    out: dict[str, list[tuple[str, datetime]]] = {}
    for account, address, seen in database.execute(
        "SELECT account_id, json_extract_string(extra, ?) AS ip, max(seen) FROM members "
        "WHERE account_id IS NOT NULL AND ip IS NOT NULL AND ip <> '' "
        "GROUP BY ALL ORDER BY 3 DESC, 2", [path],
    ).fetchall():  # fmt: skip
        held = out.setdefault(account, [])
        if len(held) < _MOST_ADDRESSES:
            held.append((address, utc(seen)))
    return out


def _contacts(
    database: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    own: dict[str, list[str]] = {}
    shared: list[str] = []
    for kind, value, hub in database.execute(
        "SELECT i.kind, i.value, bool_or(i.hub) FROM "
        "(SELECT unnest(identifiers) AS i, listing_id FROM members) WHERE i.kind <> 'domain' "
        "GROUP BY ALL ORDER BY count(DISTINCT listing_id) DESC, 1, 2"
    ).fetchall():
        if hub:
            shared.append(f"{kind} {value}")
        else:
            own.setdefault(kind, []).append(value)
    return {kind: tuple(values) for kind, values in own.items()}, tuple(shared)


def _legs(database: duckdb.DuckDBPyConnection) -> tuple[Leg, ...]:
    """Stays in time: listings one after the other in one city; by city where that is too long."""
    placed = (
        "SELECT concat_ws(', ', city, region, country) AS place, seen, row_number() OVER "
        "(ORDER BY seen, listing_id) - row_number() OVER (PARTITION BY city, region, country "
        "ORDER BY seen, listing_id) AS stay FROM members WHERE city IS NOT NULL"
    )
    stays = "SELECT place, min(seen), max(seen), count(*) FROM (" + placed + ") GROUP BY place"  # noqa: S608 - fixed words
    found = database.execute(stays + ", stay ORDER BY 2, 1").fetchall()
    if len(found) > _MOST_LEGS:
        found = database.execute(stays + " ORDER BY 2, 1").fetchall()
    return tuple(Leg(place, utc(first), utc(last), count) for place, first, last, count in found)
