"""What a page of an operation would have to gather from all over the layout, kept by key in SQLite.

DuckDB reads columns by blocks of many rows: well suited to the listings of an operation, which lie
side by side, and badly to one template with its slots, or to counts of forty identifiers that lie in
forty places. Those are gathered once, for all operations, and read by key in a fraction of a millisecond.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import orjson

from lamplighter.jobs.operation_reader import CONTACTS, VALUES, Reader

_FILE = "kept.sqlite3"
_ROWS = 5_000
#: Table of SQLite: rows of (key, JSON) from the tables laid out (`layout`) and linking's views.
_QUERIES = {
    "template": f"""
        SELECT template_id, to_json(struct_pack(
            template_id := template_id, saved_bits := saved_bits, consensus := consensus,
            slots := list_transform(slots, lambda s: struct_pack(slot := s.slot, kind := s.kind,
                                    "values" := s.values[:{VALUES}], "distinct" := s.distinct))))
        FROM templates
    """,  # noqa: S608 - our own numbers
    "contacts": f"""
        WITH totals AS (
            SELECT kind, value, count(*) AS total FROM layout.contacts
            WHERE kind <> 'domain' GROUP BY ALL
        ), inside AS (
            SELECT operation_id, kind, value, count(*) AS inside, bool_or(hub) AS hub,
                   bool_or(obscured) AS obscured
            FROM layout.contacts WHERE operation_id IS NOT NULL AND kind <> 'domain' GROUP BY ALL
        ), ranked AS (
            SELECT *, row_number() OVER (PARTITION BY operation_id
                                         ORDER BY inside DESC, kind, value) AS place FROM inside
        )
        SELECT operation_id, to_json(list(struct_pack(kind := r.kind, value := r.value,
            inside := inside, "outside" := total - inside, hub := hub, obscured := obscured) ORDER BY place))
        FROM ranked r JOIN totals t ON r.kind = t.kind AND r.value = t.value
        WHERE place <= {CONTACTS} GROUP BY operation_id
    """,  # noqa: S608
}  # fmt: skip


def keep(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Gather into `folder`; the tables laid out are attached to `database` as `layout`."""
    with closing(sqlite3.connect(folder / _FILE, isolation_level=None)) as kept:
        # The folder appears when it is complete: what a crash leaves here is thrown away.
        kept.execute("PRAGMA journal_mode = OFF")
        kept.execute("PRAGMA synchronous = OFF")
        for name, query in _QUERIES.items():
            kept.execute(f"CREATE TABLE {name} (key TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
            rows = database.execute(f"SELECT * FROM ({query}) ORDER BY 1")  # noqa: S608 - our own
            kept.execute("BEGIN")
            while batch := rows.fetchmany(_ROWS):
                kept.executemany(f"INSERT INTO {name} VALUES (?, ?)", batch)  # noqa: S608
            kept.execute("COMMIT")


class KeptReader(Reader):
    """Reads an operation as `Reader` does, and by key what was gathered."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, operation_id: str, folder: Path
    ) -> None:
        super().__init__(database, operation_id)
        self._file = f"{(folder / _FILE).as_uri()}?mode=ro&immutable=1"

    def template_rows(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """By id; slots have as many values as a page shows."""
        return [found for name in names if (found := self._get("template", name))]

    def contact_rows(self) -> list[dict[str, Any]]:
        """As `Reader` counts them."""
        return self._get("contacts", self.id) or []

    def _get(self, table: str, key: str) -> Any:
        with closing(sqlite3.connect(self._file, uri=True)) as kept:
            found = kept.execute(f"SELECT body FROM {table} WHERE key = ?", [key]).fetchone()  # noqa: S608
        return orjson.loads(found[0]) if found else None
