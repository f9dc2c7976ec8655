"""Lays out and indexes listings that were linked, then times search: `python -m bench.search LISTINGS LINKS OUT`.

LISTINGS is a Parquet file with the columns of listings (`lamplighter simulate` writes one), LINKS the folder
that `lamplighter link` made of it. What OUT holds already is not made again.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from lamplighter.console.record.sidecar import lay_out
from lamplighter.console.search.finding import Found, search_text
from lamplighter.console.search.index import FOLDER, build_index

_WORDS = ["sofa", "apartment", "driver", "delivery", "bike", "rent", "cleaning", "cook", "parking", "garage", "clearance", "warehouse", "phone", "new", "kitchen", "school", "weekly", "bedroom", "nursery", "passport", "garden"]  # fmt: skip
_PHRASES = ('"call or text"', '"live in"', '"background check"', '"her passport"', '"first month"')
#: Columns of the workspace that a plain file of listings lacks.
_LACKING = {"language": "VARCHAR", "url": "VARCHAR", "published_title": "VARCHAR",
            "published_text": "VARCHAR", "published_at": "TIMESTAMPTZ", "moderated_by": "VARCHAR",
            "moderation_action": "VARCHAR"}  # fmt: skip


def _views(listings: Path, links: Path, spill: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(f"SET threads = 2; SET memory_limit = '6GB'; SET temp_directory = '{spill}'")
    more = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _LACKING.items())
    database.execute(
        f"CREATE VIEW listings AS SELECT *, {more}, file_row_number AS ledger_index "
        f"FROM read_parquet('{listings}', file_row_number = true)"
    )
    for name in ("listings", "links", "templates", "operations"):
        view = "listing_links" if name == "listings" else name
        database.execute(f"CREATE VIEW {view} AS SELECT * FROM '{links / name}.parquet'")
    return database


def _spent(name: str, do: Callable[[], object]) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    do()
    print(f"{name:<24} {time.perf_counter() - begun:,.0f} s, {time.process_time() - busy:,.0f} CPU s",
          flush=True)  # fmt: skip


def _time(name: str, asks: list[str], find: Callable[[str], Found]) -> None:
    wall, busy, hits = [], [], []
    for words in asks:
        begun, spent = time.perf_counter(), time.process_time()
        hits.append(find(words).total)
        wall.append(1_000 * (time.perf_counter() - begun))
        busy.append(1_000 * (time.process_time() - spent))
    said = [
        sorted(values)[int(len(values) * part)] for values in (wall, busy) for part in (0.5, 0.95)
    ]
    print("{:<24} median {:5.0f} ms, 95th {:5.0f}; CPU {:4.0f}, {:4.0f}; hits at most {:,}; of {}"
          .format(name, *said, max(hits), len(asks)), flush=True)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    for name in ("listings", "links", "out"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    database = _views(given.listings, given.links, given.out.parent / "spill")
    if not given.out.exists():
        _spent("laying out", lambda: lay_out(database, given.out))
    if not (given.out / FOLDER).exists():
        _spent("indexing", lambda: build_index(database, given.out))
    folder, dice = given.out, random.Random(1)
    search_text(folder, "sofa")
    pairs = [" ".join(dice.sample(_WORDS, 2)) for _ in range(40)]
    words = list(_WORDS) * 2
    _time("one word", words, lambda asked: search_text(folder, asked))
    _time("two words", pairs, lambda asked: search_text(folder, asked))
    _time("a phrase", list(_PHRASES) * 6, lambda asked: search_text(folder, asked))
    _time("a word in most", ["the", "and", "a"] * 6, lambda asked: search_text(folder, asked))
    city = {"city": "Denver"}
    _time("a word in a city", words, lambda asked: search_text(folder, asked, 0, city))
    _time("the 41st page", words, lambda asked: search_text(folder, asked, 1_000))


if __name__ == "__main__":
    main()
