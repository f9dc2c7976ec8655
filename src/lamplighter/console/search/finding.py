"""What a search finds: a page of listings, how many there are, and what narrows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy

from lamplighter.console.search.index import FACETS, FOLDER, UPTO, schema

#: Hits that a page shows; the count is of all.
PAGE = 25
#: Values of each facet that a page shows.
_VALUES = 8
_FIELDS = ["title", "text", "place"]
_SCHEMA = schema()


@dataclass(frozen=True)
class Hit:
    """A listing that was found."""

    listing_id: str
    title: str
    text: str
    operation_id: str


@dataclass(frozen=True)
class Found:
    """`facets`: for each, values with how many of the hits have them, most first."""

    hits: list[Hit]
    total: int
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


def search_text(
    folder: Path, words: str, offset: int = 0, chosen: Mapping[str, str] | None = None,
    *, after: int = -1,
) -> Found:  # fmt: skip
    """Listings that have all the words, best first, narrowed by values of facets.

    Words in quotes must follow each other. Nothing else in `words` means anything special. Only
    listings that came later than entry `after` of the ledger count.
    """
    index = _index(folder)
    query = _query(index, words, chosen or {}, after)
    searcher = index.searcher()
    found: Any = searcher.search(query, PAGE, count=True, offset=offset)
    hits = []
    for _, address in found.hits:
        kept = searcher.doc(address)
        hits.append(Hit(*(str(kept.get_first(name) or "")
                          for name in ("listing_id", "title", "text", "operation_id"))))  # fmt: skip
    asked = {name: {"terms": {"field": name, "size": _VALUES}} for name in FACETS}
    told = searcher.aggregate(query, asked) if found.count and not offset else {}
    facets = {
        name: [(one["key"], int(one["doc_count"])) for one in told[name]["buckets"]]
        for name in told
    }
    return Found(hits, int(found.count or 0), facets)


def count_after(folder: Path, words: str, chosen: Mapping[str, str], after: int) -> int:
    """How many listings that came after an entry of the ledger a search finds."""
    index = _index(folder)
    found: Any = index.searcher().search(_query(index, words, chosen, after), 1, count=True)
    return int(found.count or 0)


def upto(folder: Path) -> int:
    """The last entry of the ledger that the index knows."""
    return int((folder / FOLDER / UPTO).read_text("ascii"))


@lru_cache(maxsize=2)
def _index(folder: Path) -> tantivy.Index:
    return tantivy.Index.open(str(folder / FOLDER))


def _query(
    index: tantivy.Index, words: str, chosen: Mapping[str, str], after: int
) -> tantivy.Query:
    parts = [index.parse_query_lenient(_plain(words), _FIELDS, conjunction_by_default=True)[0]]
    parts += [
        tantivy.Query.term_query(_SCHEMA, name, value, "basic") for name, value in chosen.items()
    ]
    if after >= 0:
        later = tantivy.Query.range_query(
            _SCHEMA, "entry", tantivy.FieldType.Integer, after, None, include_lower=False
        )
        parts.append(later)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])


def _plain(words: str) -> str:
    """Words and quoted phrases only: no fields, ranges or operators of the query language."""
    parts = re.findall(r'"([^"]*)"|(\S+)', words)
    out = []
    for phrase, word in parts:
        kept = " ".join(re.findall(r"\w+", phrase or word))
        if kept:
            out.append(f'"{kept}"')
    return " ".join(out)
