"""DuckDB over a workspace: what was received and what linking made of it, as views."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.store import ListingStore

#: View → file of the newest linking; a view is missing until something was linked.
LINK_VIEWS = {"listing_links": "listings.parquet", "links": "links.parquet",
              "templates": "templates.parquet", "operations": "operations.parquet"}  # fmt: skip


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def open_views(store: ListingStore, links: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory with `versions`, `listings` (the current version of each id), and
    after linking `listing_links`, `links`, `templates`, `operations`.

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
    connection.execute(
        "CREATE VIEW listings AS SELECT * FROM versions ANTI JOIN superseded USING (ledger_index)"
    )
    for view, file in LINK_VIEWS.items():
        if (links / file).is_file():
            connection.execute(
                f"CREATE VIEW {view} AS SELECT * FROM read_parquet({_quoted(links / file)})"  # noqa: S608 (quoted)
            )
    return connection
