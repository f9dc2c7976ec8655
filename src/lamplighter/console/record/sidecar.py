"""Linking's result laid out for reading one operation at a time.

The files of `link` are in the order in which they were made; to find the listings of one operation
in them is a scan of all. `lay_out` sorts what the operation page shows by operation, in small row
groups, so that DuckDB reads only the group that holds it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

#: Rows in a row group: about what one page needs.
_GROUP = 2_048

_LISTING_COLUMNS = """
    v.title, v.text, v.category, v.account_id, v.city, v.region, v.country, v.language, v.posted_at,
    v.price, v.currency, v.images, v.published_title, v.published_text, v.published_at,
    v.moderated_by, v.moderation_action
"""

_FILES = {
    "operations": "SELECT * FROM operations ORDER BY operation_id",
    "templates": "SELECT * FROM templates ORDER BY template_id",
    "members": f"""
        SELECT l.operation_id, l.listing_id, l.template_id, l.identifiers, l.indicators,
               {_LISTING_COLUMNS}
        FROM listing_links l JOIN listings v USING (listing_id)
        WHERE l.operation_id IS NOT NULL
        ORDER BY l.operation_id, v.posted_at NULLS LAST, l.listing_id
    """,  # noqa: S608 - our own columns
    "contacts": """
        SELECT i.value, i.kind, l.listing_id, l.operation_id, bool_or(i.hub) AS hub,
               bool_or(i.obscured) AS obscured
        FROM (SELECT listing_id, operation_id, unnest(identifiers) AS i FROM listing_links) l
        GROUP BY ALL ORDER BY i.value, i.kind, l.operation_id, l.listing_id
    """,
    # Every tie twice, once for the operation of each end.
    "ties": """
        WITH ends AS (
            SELECT k.*, a.operation_id AS source_operation, b.operation_id AS target_operation
            FROM links k JOIN listing_links a ON a.listing_id = k.source
                         JOIN listing_links b ON b.listing_id = k.target
        ), twice AS (
            SELECT source_operation AS operation_id, target_operation AS other, * FROM ends
            UNION ALL
            SELECT target_operation, source_operation, * FROM ends
            WHERE target_operation IS DISTINCT FROM source_operation
        )
        SELECT operation_id, other, source, target, kind, weight, reason, kept
        FROM twice WHERE operation_id IS NOT NULL
        ORDER BY operation_id, kept, weight DESC, source, target
    """,
}  # fmt: skip


def lay_out(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the files into `folder`, which appears when it is complete."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, query in _FILES.items():
        database.execute(
            f"COPY ({query}) TO '{_quoted(part / f'{name}.parquet')}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})"
        )
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def open_layout(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with one view a file."""
    database = duckdb.connect(":memory:")
    database.execute("SET enable_object_cache = true; SET TimeZone = 'UTC'; SET threads = 2")
    for name in _FILES:
        database.execute(
            f"CREATE VIEW {name} AS SELECT * FROM '{_quoted(folder / f'{name}.parquet')}'"  # noqa: S608 - quoted
        )
    return database


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
