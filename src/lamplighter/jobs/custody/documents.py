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

#: Versions whose openings are read together, in the order of the log: neighbours lie in one block.
_TOGETHER = 512


def documents(
    ledger: Ledger, chain: Chain, listings: Mapping[int, str], operations: Mapping[str, str]
) -> Iterator[Document]:
    """For each version: as received, as published, its media. Erased ones are left out: their
    entries are still among the proofs.
    """
    order = sorted(chain.received)
    for start in range(0, len(order), _TOGETHER):
        some = order[start : start + _TOGETHER]
        later = (entry.index for index in some for entry in chain.versions.get(index, ()))
        openings = {index: ledger.opening(index) for index in sorted({*some, *later})}
        for index in some:
            listing = listings[index]
            known = {"operation_id": operations.get(listing, "")}
            yield from _family(ledger, chain, index, listing, known, openings)


def _family(
    ledger: Ledger,
    chain: Chain,
    index: int,
    listing: str,
    about: dict[str, str],
    openings: Mapping[int, bytes | None],
) -> Iterator[Document]:
    entry, later = chain.received[index], chain.versions.get(index, ())
    row = _row(openings[index])
    if row is not None:
        about |= _fields(row)
        for act in later:
            if act.kind == "moderation":
                about |= _fields(_row(openings[act.index]) or {})
        words = _words(row.get("title"), row.get("text"))
        yield Document("original", index, index, entry.time, entry.actor, listing, words,
                       openings[index], ".json", about)  # fmt: skip
    for act in later:
        shown = _row(openings[act.index]) if act.kind == "listing.published" else None
        if shown is not None:
            words = _words(shown.get("published_title"), shown.get("published_text"))
            fields = about | _fields(shown) | {"title": _text(shown.get("published_title"))}
            yield Document("published", index, act.index, act.time, act.actor, listing, words,
                           openings[act.index], ".json", fields)  # fmt: skip
    for one in (entry, *later):
        yield from _media(ledger, one, index, listing)


def _media(ledger: Ledger, entry: Entry, family: int, listing: str) -> Iterator[Document]:
    for digest in entry.objects:
        path = ledger.object_path(digest)
        if path.is_file():
            with path.open("rb") as file:
                suffix = media_suffix(file.read(16))
            yield Document("media", family, entry.index, entry.time, entry.actor, listing, "", path,
                           suffix, {"object": digest})  # fmt: skip


def _row(opening: bytes | None) -> dict[str, Any] | None:
    """Columns of a row as it was kept; None where it was erased."""
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
