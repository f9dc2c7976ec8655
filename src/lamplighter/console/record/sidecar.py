"""Linking's result laid out for reading one operation at a time.

The files of `link` are in the order in which they were made; to find the listings of one operation
in them is a scan of all. `lay_out` sorts what the operation page shows by operation, in small row
groups, so that DuckDB reads only the group that holds it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from lamplighter.workspace.operation_views import QUERIES

#: Rows in a row group: about what one page needs.
_GROUP = 2_048


def lay_out(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the files into `folder`, which appears when it is complete."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, query in QUERIES.items():
        database.execute(
            f"COPY ({query}) TO '{_quoted(part / f'{name}.parquet')}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})"
        )
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def open_layout(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with one view a file."""
    database = duckdb.connect(":memory:")
    database.execute(
        "SET enable_object_cache = true; SET parquet_metadata_cache = true; SET TimeZone = 'UTC'; SET threads = 1"
    )
    for name in QUERIES:
        database.execute(
            f"CREATE VIEW {name} AS SELECT * FROM '{_quoted(folder / f'{name}.parquet')}'"  # noqa: S608 - quoted
        )
    return database


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
