"""What a workspace knows of accounts and listings that Coop is about to report.

Coop files nothing unless every user and medium it asked about is answered; where all media are
`missing` it does not file at all. So only a listing that is not here is called missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from lamplighter.console.neighbours.coop import Named

_LISTINGS, _EMAILS = 20, 20


def users(database: duckdb.DuckDBPyConnection, asked: Sequence[Named]) -> list[dict[str, Any]]:
    """One answer for each user, in order. The account id is the only name that we hold."""
    return [_user(database, one) for one in asked]


def media(database: duckdb.DuckDBPyConnection, asked: Sequence[Named]) -> list[dict[str, Any]]:
    """One answer for each medium: Coop's item that holds it is our listing."""
    return [_medium(database, one) for one in asked]


def _user(database: duckdb.DuckDBPyConnection, one: Named) -> dict[str, Any]:
    count, first, last = database.execute(
        "SELECT count(*), min(posted_at), max(posted_at) FROM listings WHERE account_id = ?",
        [one.id],
    ).fetchone() or (0, None, None)
    emails = database.execute(
        "SELECT DISTINCT lower(trim(email)) AS e FROM versions WHERE account_id = ? "
        "AND email LIKE '%@%' ORDER BY e LIMIT ?",
        [one.id, _EMAILS],
    ).fetchall()
    data: dict[str, Any] = {"listings": count}
    if first is not None:
        data |= {"firstPosted": first.isoformat(), "lastPosted": last.isoformat()}
    data["operations"] = _operations(database, "l.account_id = ?", one.id)
    return {
        "id": one.id, "typeId": one.type_id, "screenName": one.id,
        "email": [{"email": email, "verified": False} for (email,) in emails],
        "ipCaptureEvent": [], "data": data,
    }  # fmt: skip


def _medium(database: duckdb.DuckDBPyConnection, one: Named) -> dict[str, Any]:
    found = database.execute(
        "SELECT published_text IS NOT NULL, images FROM listings WHERE listing_id = ?", [one.id]
    ).fetchone()
    answer: dict[str, Any] = {"id": one.id, "typeId": one.type_id, "missing": found is None}
    if found is None:
        return answer
    shown, images = found
    if shown:  # where nothing was said of it, nobody knows whether it was public
        answer["publiclyAvailable"] = True
    leads = _operations(database, "l.listing_id = ?", one.id)
    answer["additionalInfo"] = [
        f"Listing {one.id} is part of {lead['operation']} ({lead['listings']:,} listings, a lead "
        f"of band {lead['band']}): {lead['headline']}"
        for lead in leads
    ]
    hashes = [image.removeprefix("pdq:") for image in images or [] if image.startswith("pdq:")]
    if hashes:
        answer["fileDetails"] = {"hash": hashes[0], "hashType": "PDQ"}
    return answer


def _operations(
    database: duckdb.DuckDBPyConnection, condition: str, value: str
) -> list[dict[str, Any]]:
    names = database.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = 'operations'"
    ).fetchone()
    if not names or not names[0]:
        return []  # nothing was linked yet
    rows = database.execute(
        "SELECT DISTINCT o.operation_id, o.listings, o.band, o.headline FROM listings l "  # noqa: S608 - our own words
        "JOIN listing_links k USING (listing_id) JOIN operations o USING (operation_id) "
        f"WHERE {condition} ORDER BY o.operation_id LIMIT ?",
        [value, _LISTINGS],
    ).fetchall()
    return [
        {"operation": name, "listings": listings, "band": band, "headline": headline}
        for name, listings, band, headline in rows
    ]
