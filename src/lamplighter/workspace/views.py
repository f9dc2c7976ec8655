"""DuckDB over a workspace: what was received and what linking made of it, as views."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from lamplighter.listings.originals import MODERATION, PUBLISHED
from lamplighter.workspace.pairs import latest_acts
from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.store import ListingStore

#: View → file of the newest linking; a view is missing until something was linked.
LINK_VIEWS = {"listing_links": "listings.parquet", "links": "links.parquet",
              "templates": "templates.parquet", "operations": "operations.parquet"}  # fmt: skip


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _listings(connection: duckdb.DuckDBPyConnection, store: ListingStore) -> str:
    """The view of current versions, with what was published of them later where anything was."""
    late = latest_acts(store)
    chosen = "*"
    if late.num_rows:
        connection.register("acts_alone", late)
        shown = [*PUBLISHED, *MODERATION]
        last = ", ".join(f"arg_max({name}, act) AS {name}" for name in shown)
        connection.execute(
            f"CREATE TEMP TABLE late AS SELECT version AS ledger_index, {last} FROM acts_alone GROUP BY 1"  # noqa: S608
        )
        connection.unregister("acts_alone")
        both = ", ".join(f"coalesce(l.{name}, v.{name}) AS {name}" for name in shown)
        chosen = f"v.* REPLACE ({both})"
    joined = "LEFT JOIN late l USING (ledger_index) " if late.num_rows else ""
    return (
        f"CREATE TEMP VIEW listings AS SELECT {chosen} FROM versions v {joined}"  # noqa: S608 - our own names
        "ANTI JOIN superseded s USING (ledger_index)"
    )


def open_views(store: ListingStore, links: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory with `versions`, `listings` (the current version of each id, with
    what was published of it), and after linking `listing_links`, `links`, `templates`, `operations`.

    It shows what was committed when it was opened.
    """
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    if store.paths:
        files = ", ".join(_quoted(path) for path in store.paths)
        connection.execute(f"CREATE VIEW versions AS SELECT * FROM read_parquet([{files}])")  # noqa: S608
    else:
        connection.register("no_versions", STORE_SCHEMA.empty_table())
        connection.execute("CREATE VIEW versions AS SELECT * FROM no_versions")
    old = pa.table({"ledger_index": pa.array(store.superseded(), pa.int64())})
    connection.register("superseded", old)
    connection.execute(_listings(connection, store))
    for view, file in LINK_VIEWS.items():
        if (links / file).is_file():
            connection.execute(
                f"CREATE VIEW {view} AS SELECT * FROM read_parquet({_quoted(links / file)})"  # noqa: S608 (quoted)
            )
    return connection
