"""Full text over the current listings: a tantivy index beside the laid-out links."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import tantivy

#: Bytes that the writer may use before it flushes.
_HEAP = 128_000_000
_ROWS = 20_000
#: The index, and a file that says up to which entry of the ledger it goes.
FOLDER, UPTO = "text", "upto"
#: What hits can be narrowed by: parameter of the address, words, and how many values are shown.
FACETS = {"city": "City", "category": "Category", "band": "Band", "month": "Month"}
#: The value of a facet for a listing that has none.
NONE = "none"
#: Field of who posted it, found as a whole.
ACCOUNT = "account"


def schema() -> tantivy.Schema:
    """Words are searched in title, text and place; `entry` is the listing's in the ledger.

    `posted` (seconds since 1970) and whatever is stored is what a row of a page shows.
    """
    builder = tantivy.SchemaBuilder()
    for name in ("listing_id", "operation_id", ACCOUNT):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=True)
    builder.add_text_field("text", stored=True)
    builder.add_text_field("place", stored=True)
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("entry", indexed=True, fast=True)
    builder.add_integer_field("posted", stored=True, indexed=False)
    return builder.build()


def build_index(database: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Index every current listing; how many. The folder appears when it is complete."""
    part = folder / f"{FOLDER}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    writer = tantivy.Index(schema(), str(part)).writer(_HEAP, 1)
    rows = database.execute(
        "SELECT v.listing_id, coalesce(l.operation_id, ''), coalesce(v.title, ''), "
        "coalesce(v.text, ''), coalesce(v.city, ''), lower(coalesce(v.category, '')), "
        "coalesce(o.band, ''), coalesce(strftime(v.posted_at, '%Y-%m'), ''), "
        "coalesce(v.account_id, ''), coalesce(epoch(v.posted_at)::BIGINT, 0), v.ledger_index "
        "FROM listings v LEFT JOIN listing_links l USING (listing_id) "
        "LEFT JOIN operations o USING (operation_id)"
    )
    count = upto = 0
    while batch := rows.fetchmany(_ROWS):
        for (name, operation, title, text, city, category, band, month, account, posted,
             entry) in batch:  # fmt: skip
            writer.add_document(
                tantivy.Document(
                    listing_id=name, operation_id=operation, title=title, text=text, place=city,
                    city=city[:80] or NONE, category=category[:80] or NONE, band=band or NONE,
                    month=month or NONE, account=account, posted=posted, entry=entry,
                )
            )  # fmt: skip
        count += len(batch)
        upto = max(upto, *(row[-1] for row in batch))
    writer.commit()
    writer.wait_merging_threads()
    (part / UPTO).write_text(str(upto), "ascii")
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    part.rename(folder / FOLDER)
    return count
