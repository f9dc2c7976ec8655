"""An operation of a workspace as FollowTheMoney entities."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from lamplighter.evidence.act import Act
from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.foundation.durable import replace_file
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.operation_reader import Reader
from lamplighter.reporting.follow_the_money import Activity, Move, Post, entities
from lamplighter.workspace.operation_views import operation_views
from lamplighter.workspace.workspace import Workspace


def write_follow_the_money(
    folder: Path, operation_id: str, out: Path, *, prepared_by: str, approved_by: str,
    recipient: str,
) -> dict[str, Any]:  # fmt: skip
    """Write entities as JSON lines to `out`, and log that they were made.

    SecondPersonError unless two people answer for it: it leaves the house. UsageError if there is
    no such operation. The entry is in the ledger before the file is there to be read.
    """
    asker, other = check_second_person(Deed.EXPORT, prepared_by, approved_by)
    with Workspace.open(folder, write=True) as workspace:
        with workspace.duckdb() as database:
            activity = _activity(workspace, database, operation_id)
            posts = _posts(database, operation_id)
        found = list(entities(activity, posts))
        data = b"".join(orjson.dumps(one) + b"\n" for one in found)
        digest = workspace.ledger.put_object(data)
        public = {"what": "followthemoney", "approved_by": other, "entities": len(found)}
        ids = [one.listing_id for one in posts]
        private = orjson.dumps({"operation": operation_id, "recipient": recipient, "listings": ids})
        (entry,) = workspace.ledger.append(
            [Act("export", datetime.now(UTC), asker, public, private, [digest])]
        )
    replace_file(out, data, 0o600)
    return {"out": str(out), "operation": operation_id, "entities": len(found),
            "sha256": digest, "entry": entry}  # fmt: skip


def _activity(
    workspace: Workspace, database: duckdb.DuckDBPyConnection, operation_id: str
) -> Activity:
    if not (workspace.links_folder / "operations.parquet").exists():
        raise UsageError("Nothing was linked yet.", where=str(workspace.folder),
                         hint=f"Run: lamplighter ingest {workspace.folder} FILE")  # fmt: skip
    operation_views(database)
    row = Reader(database, operation_id).row()
    if row is None:
        raise UsageError("There is no such operation.", where=operation_id,
                         hint="The ids stand in links/operations.parquet and in the report.")  # fmt: skip
    return Activity(
        operation_id=operation_id,
        platform=workspace.config.name,
        band=row["band"],
        headline=row["headline"],
        reasons=tuple(reason["sentence"] for reason in row["reasons"]),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        moves=tuple(
            Move(leg["from"], leg["to"], leg["departed"], leg["arrived"])
            for leg in row["movement"] or []
        ),
    )


def _posts(database: duckdb.DuckDBPyConnection, operation_id: str) -> list[Post]:
    found = database.execute(
        "SELECT listing_id, coalesce(account_id, ''), coalesce(title, ''), coalesce(text, ''), "
        "posted_at, coalesce(city, ''), coalesce(country, ''), coalesce(url, ''), identifiers "
        "FROM members WHERE operation_id = ? ORDER BY listing_id",
        [operation_id],
    ).fetchall()
    return [
        Post(listing_id, account, title, text, posted_at, city, country, url,
             tuple(sorted({(one["kind"], one["value"]) for one in contacts or []})))
        for listing_id, account, title, text, posted_at, city, country, url, contacts in found
    ]  # fmt: skip
