"""Full text over the current listings: a tantivy index beside the laid-out links."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import tantivy

#: Bytes that the writer may use before it flushes.
_HEAP = 128_000_000
_ROWS = 20_000
_FOLDER = "text"
#: Hits that a page shows; the count is of all.
PAGE = 25


@dataclass(frozen=True)
class Hit:
    """A listing that was found."""

    listing_id: str
    title: str
    text: str
    operation_id: str


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("listing_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("operation_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", stored=True)
    builder.add_text_field("text", stored=True)
    builder.add_text_field("city", stored=False)
    return builder.build()


def build_index(database: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Index every current listing; how many. The folder appears when it is complete."""
    part = folder / f"{_FOLDER}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    writer = tantivy.Index(_schema(), str(part)).writer(_HEAP, 1)
    rows = database.execute(
        "SELECT v.listing_id, coalesce(l.operation_id, ''), coalesce(v.title, ''), "
        "coalesce(v.text, ''), coalesce(v.city, '') "
        "FROM listings v LEFT JOIN listing_links l USING (listing_id)"
    )
    count = 0
    while batch := rows.fetchmany(_ROWS):
        for name, operation, title, text, city in batch:
            writer.add_document(
                tantivy.Document(
                    listing_id=name, operation_id=operation, title=title, text=text, city=city
                )
            )
        count += len(batch)
    writer.commit()
    writer.wait_merging_threads()
    shutil.rmtree(folder / _FOLDER, ignore_errors=True)
    part.rename(folder / _FOLDER)
    return count


def search_text(folder: Path, words: str, offset: int = 0) -> tuple[list[Hit], int]:
    """A page of listings that have all the words, best first, and how many there are.

    Words in quotes must follow each other. Nothing else in `words` means anything special.
    """
    index = tantivy.Index.open(str(folder / _FOLDER))
    query, _ = index.parse_query_lenient(
        _plain(words), ["title", "text", "city"], conjunction_by_default=True
    )
    searcher = index.searcher()
    found = searcher.search(query, PAGE, count=True, offset=offset)
    hits = []
    total: Any = found
    for _, address in found.hits:
        kept = searcher.doc(address)
        hits.append(Hit(*(str(kept.get_first(name) or "")
                          for name in ("listing_id", "title", "text", "operation_id"))))  # fmt: skip
    return hits, int(total.count or 0)


def _plain(words: str) -> str:
    """Words and quoted phrases only: no fields, ranges or operators of the query language."""
    parts = re.findall(r'"([^"]*)"|(\S+)', words)
    out = []
    for phrase, word in parts:
        kept = " ".join(re.findall(r"\w+", phrase or word))
        if kept:
            out.append(f'"{kept}"')
    return " ".join(out)
