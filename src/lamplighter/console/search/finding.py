"""What a search finds: a page of listings, how many there are, and what narrows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy

from lamplighter.console.search.index import ACCOUNT, FACETS, FOLDER, UPTO, schema

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
    account: str
    place: str
    posted: datetime | None


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
    """Listings that have all the words, best first, narrowed by values of facets; all of them
    where there are no words.

    Words in quotes must follow each other. Nothing else in `words` means anything special. Only
    listings that came later than entry `after` of the ledger count.
    """
    index = _index(folder)
    query = _query(index, words, chosen or {}, after)
    searcher = index.searcher()
    found: Any = searcher.search(query, PAGE, count=True, offset=offset)
    hits = [_hit(searcher.doc(address)) for _, address in found.hits]
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


def of_account(folder: Path, account: str) -> list[tuple[str, str]]:
    """Listings of an account with their operations (empty: in none), by listing id."""
    return _all(folder, tantivy.Query.term_query(_SCHEMA, ACCOUNT, account, "basic"))


def of_search(folder: Path, words: str, chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every listing that a search finds, as above, without a cap."""
    return _all(folder, _query(_index(folder), words, chosen, -1))


def _all(folder: Path, query: tantivy.Query) -> list[tuple[str, str]]:
    searcher = _index(folder).searcher()
    count = int(searcher.search(query, 1, count=True).count or 0)  # type: ignore[attr-defined]
    found: Any = searcher.search(query, max(count, 1), count=False)
    kept = [searcher.doc(address) for _, address in found.hits]
    return sorted((_of(one, "listing_id"), _of(one, "operation_id")) for one in kept)


def by_names(folder: Path, names: Iterable[str]) -> list[Hit]:
    """Listings by their ids, in the order asked for; those that the index does not know are left out."""
    searcher = _index(folder).searcher()
    out = []
    for name in names:
        query = tantivy.Query.term_query(_SCHEMA, "listing_id", name, "basic")
        found: Any = searcher.search(query, 1, count=False)
        out += [_hit(searcher.doc(address)) for _, address in found.hits]
    return out


def _hit(kept: Any) -> Hit:
    seconds = kept.get_first("posted")
    return Hit(
        _of(kept, "listing_id"), _of(kept, "title"), _of(kept, "text"), _of(kept, "operation_id"),
        _of(kept, ACCOUNT), _of(kept, "place"),
        datetime.fromtimestamp(seconds, UTC) if seconds else None,
    )  # fmt: skip


def _of(kept: Any, name: str) -> str:
    return str(kept.get_first(name) or "")


def upto(folder: Path) -> int:
    """The last entry of the ledger that the index knows."""
    return int((folder / FOLDER / UPTO).read_text("ascii"))


@lru_cache(maxsize=2)
def _index(folder: Path) -> tantivy.Index:
    return tantivy.Index.open(str(folder / FOLDER))


def _query(
    index: tantivy.Index, words: str, chosen: Mapping[str, str], after: int
) -> tantivy.Query:
    plain = _plain(words)
    parts = [index.parse_query_lenient(plain, _FIELDS, conjunction_by_default=True)[0]
             if plain or words else tantivy.Query.all_query()]  # fmt: skip
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
