"""Linking's result laid out for reading one operation at a time.

The files of `link` are in the order in which they were made; to find the listings of one operation
in them is a scan of all. `lay_out` sorts what the operation page shows by operation into one DuckDB
file, whose blocks say the least and the most they hold: a page reads only the few that it needs. What
lies scattered there is gathered by key (`kept`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from lamplighter.console.record.kept import keep
from lamplighter.workspace.operation_views import QUERIES

_FILE = "layout.duckdb"


def lay_out(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the tables of `QUERIES` into `folder`, which appears when it is complete."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    database.execute(f"ATTACH {_quoted(part / _FILE)} AS layout (STORAGE_VERSION 'v1.2.0')")
    for name, query in QUERIES.items():
        if name == "templates":
            continue  # read by key
        database.execute(f"CREATE TABLE layout.{name} AS {query}")
    keep(database, part)
    database.execute("DETACH layout")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def open_layout(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection on what was laid out, for reading."""
    database = duckdb.connect(str(folder / _FILE), read_only=True)
    # Many pages at once share the processors; one page is too small to be split.
    database.execute("SET TimeZone = 'UTC'; SET threads = 1; SET memory_limit = '1GB'")
    return database


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
