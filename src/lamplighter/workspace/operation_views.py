"""What is read of one operation, as queries over a workspace's views.

`members`: its listings with what linking found in them. `contacts`: every identifier by value.
`ties`: its links, each once for the operation of either end.
"""

from __future__ import annotations

import duckdb

_LISTING_COLUMNS = """
    v.title, v.text, v.category, v.account_id, v.city, v.region, v.country, v.language, v.posted_at,
    v.url, v.price, v.currency, v.images, v.ledger_index, v.published_title, v.published_text, v.published_at,
    v.moderated_by, v.moderation_action
"""

QUERIES = {
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


def operation_views(database: duckdb.DuckDBPyConnection) -> None:
    """Make `members`, `contacts` and `ties` views; `operations` and `templates` are there already.

    Reading one operation scans all of linking's files: seconds at ten million listings. Whoever
    reads many lays the queries out sorted instead, as the console does.
    """
    for name in ("members", "contacts", "ties"):
        database.execute(f"CREATE TEMP VIEW {name} AS {QUERIES[name]}")
