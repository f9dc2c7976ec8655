"""A list of listings as CSV: RFC 4180, and no cell is a formula to a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from lamplighter.workspace.workspace import Workspace

_COLUMNS = ("listing_id", "operation_id", "account_id", "posted_at", "city", "region", "country",
            "category", "title", "text", "url")  # fmt: skip
_ROWS = 10_000


def write_table(workspace: Workspace, names: Sequence[str], out: Path) -> None:
    """The current version of each of these listings, sorted by id, and the operation it is in."""
    columns = ", ".join(f"v.{name}" for name in _COLUMNS if name != "operation_id")
    with workspace.duckdb() as database, out.open("wb") as file:
        database.register("wanted", pa.table({"value": pa.array(names, pa.large_string())}))
        linked = (workspace.links_folder / "listings.parquet").is_file()
        link = "LEFT JOIN listing_links l USING (listing_id)" if linked else ""
        rows = database.execute(
            f"SELECT {columns}, {'l.operation_id' if linked else 'NULL'} FROM listings v "  # noqa: S608 - our own columns
            f"JOIN wanted ON v.listing_id = value {link} ORDER BY v.listing_id"
        )
        file.writelines(csv_lines([_COLUMNS]))
        while batch := rows.fetchmany(_ROWS):
            file.writelines(csv_lines((row[0], row[-1], *row[1:-1]) for row in batch))


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """One line a row; what is missing is empty, a moment is written as ISO 8601."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_safe(_said(cell)) for cell in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _said(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _safe(cell: str) -> str:
    # OWASP: what begins like a formula gets an apostrophe before it.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell
