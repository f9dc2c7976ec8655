"""A small workspace with two versions of one listing, a published version, an image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lamplighter.foundation.progress import Steps
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.workspace.workspace import Workspace

EVIL = '../../etc/passwd\n"=1+1"<script>'
ROWS: list[dict[str, Any]] = [
    {"listing_id": "a1", "title": "Oak table", "text": "Solid oak table, pick up in Utrecht",
     "account_id": "acc1", "phone": "+31 30 231 0001", "posted_at": "2026-01-05T10:00:00Z",
     "published_text": "Oak table, pick up", "published_at": "2026-01-05T11:00:00Z",
     "moderated_by": "m3", "moderation_action": "edited"},
    {"listing_id": "a1", "title": "Oak table", "text": "Solid oak table, now cheaper",
     "account_id": "acc1", "posted_at": "2026-02-05T10:00:00Z"},
    {"listing_id": "a2", "title": "Pine shelf", "text": "Pine shelf, as new", "account_id": "acc1"},
    {"listing_id": EVIL, "title": "=SUM(A1)", "text": "Garden chairs \u001b[2J",
     "account_id": "acc2", "phone": "030 231 0002", "posted_at": "2026-03-01T10:00:00Z"},
    {"listing_id": "b1", "title": "Bicycle", "text": "Blue bicycle", "account_id": "acc3"},
]  # fmt: skip


def take(workspace: Workspace, rows: list[dict[str, Any]], folder: Path) -> None:
    """Ingest rows."""
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ingest(workspace, [str(path)], IngestOptions(), Steps(quiet=True))


def make(folder: Path) -> Workspace:
    """A workspace in `folder/ws`, open for writing."""
    workspace = Workspace.create(folder / "ws", name="example.org/test")
    take(workspace, ROWS, folder)
    return workspace


def link(workspace: Workspace, operations: dict[str, str | None]) -> None:
    """Put a result of linking where it would be: listing → operation."""
    folder = workspace.links_folder
    folder.mkdir(exist_ok=True)
    known = [
        pa.array(list(column), pa.large_string())
        for column in zip(*operations.items(), strict=True)
    ]
    empty = pa.array(
        [[]] * len(operations), pa.list_(pa.struct([("kind", pa.string()), ("value", pa.string())]))
    )
    table = pa.table({"listing_id": known[0], "operation_id": known[1], "identifiers": empty})
    pq.write_table(table, folder / "listings.parquet")
