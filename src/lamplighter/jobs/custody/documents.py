"""Documents of an export, from entries and their openings, in the order of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.package.document import Document
from lamplighter.evidence.package.names import media_suffix
from lamplighter.jobs.custody.chain import Chain


def documents(
    ledger: Ledger, chain: Chain, listings: Mapping[int, str], operations: Mapping[str, str]
) -> Iterator[Document]:
    """For each version: as received, as published, its media. Erased ones are left out: their
    entries are still among the proofs.
    """
    for index, entry in sorted(chain.received.items()):
        listing = listings[index]
        row = _row(ledger, index)
        about = {"operation_id": operations.get(listing, "")}
        if row is not None:
            about |= _fields(row)
            for later in chain.versions.get(index, ()):
                if later.kind == "moderation":
                    about |= _fields(_row(ledger, later.index) or {})
            words = _words(row.get("title"), row.get("text"))
            yield Document("original", index, index, entry.time, entry.actor, listing, words,
                           ledger.opening(index), ".json", about)  # fmt: skip
        for later in chain.versions.get(index, ()):
            shown = _row(ledger, later.index) if later.kind == "listing.published" else None
            if shown is not None:
                words = _words(shown.get("published_title"), shown.get("published_text"))
                fields = about | _fields(shown) | {"title": _text(shown.get("published_title"))}
                yield Document("published", index, later.index, later.time, later.actor, listing,
                               words, ledger.opening(later.index), ".json", fields)  # fmt: skip
        for one in (entry, *chain.versions.get(index, ())):
            yield from _media(ledger, one, index, listing)


def _media(ledger: Ledger, entry: Entry, family: int, listing: str) -> Iterator[Document]:
    for digest in entry.objects:
        path = ledger.object_path(digest)
        if path.is_file():
            with path.open("rb") as file:
                suffix = media_suffix(file.read(16))
            yield Document("media", family, entry.index, entry.time, entry.actor, listing, "", path,
                           suffix, {"object": digest})  # fmt: skip


def _row(ledger: Ledger, index: int) -> dict[str, Any] | None:
    """Columns of a row as it was kept; None where it was erased."""
    opening = ledger.opening(index)
    if opening is None:
        return None
    row = orjson.loads(opening).get("row")
    return row if isinstance(row, dict) else {}


def _fields(row: Mapping[str, Any]) -> dict[str, str]:
    skip = ("listing_id", "text", "published_text", "published_title")
    return {name: _text(value) for name, value in row.items() if name not in skip}


def _words(title: object, text: object) -> str:
    return "\n\n".join(part for part in (_text(title), _text(text)) if part)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
