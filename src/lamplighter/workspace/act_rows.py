"""Acts about a listing that came by themselves, as rows of the listing store.

A file has what was published beside what was submitted. A platform that tells of it later sends an
act of its own; its private part names the listing: `{"listing_id": …, "row": {…}}`. In the store it
is a row with neither title nor text, which `workspace.pairs` puts with the version it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.evidence.entry import Entry
from lamplighter.listings.originals import MODERATION, PUBLISHED
from lamplighter.listings.versions import row_digest

#: Kinds of acts that say what became of a listing.
KINDS = ("listing.published", "moderation")
_SHOWN = (*PUBLISHED, *MODERATION)
_HALF = np.uint64(32)
#: Digests of rows without title and text are below this, of no other but one in four thousand
#: million: what became of a listing is never taken for its current version where times are equal.
ALONE = np.uint64(1) << _HALF


def act_row(listing_id: str, row: Mapping[str, str | None]) -> dict[str, str]:
    """The row (our names of columns, texts) of an act. What has no column is kept under `extra`.

    Trap: a moderator's reason is not what the poster was told, so it is not kept as `reason`, which
    an audit reads as a message to the poster.
    """
    made = {name: value for name in _SHOWN if (value := row.get(name))}
    extra = {
        "moderation_reason" if name == "reason" else name: value
        for name, value in row.items()
        if value and name not in _SHOWN
    }
    if extra:
        made["extra"] = orjson.dumps(extra, option=orjson.OPT_SORT_KEYS).decode()
    return {"listing_id": listing_id, **made}


def row_by_itself(entry: Entry, private: bytes | None) -> dict[str, str] | None:
    """The row of an act that came by itself; None for any other entry, or where it was erased."""
    if entry.kind not in KINDS or private is None:
        return None
    held: dict[str, Any] = orjson.loads(private)
    return act_row(held["listing_id"], held["row"]) if "listing_id" in held else None


def version_of(entry: Entry) -> int:
    """The version that an act came with, as its index in the ledger; -1 if it names none."""
    received = entry.public.get("received")
    return received if isinstance(received, int) else -1


def without_words(batch: pa.RecordBatch | pa.Table) -> NDArray[np.bool_]:
    """(n,) whether a row has neither title nor text."""
    none = pc.and_(
        pc.equal(pc.utf8_trim_whitespace(batch["text"]), ""),
        pc.equal(pc.utf8_trim_whitespace(pc.fill_null(batch["title"], "")), ""),
    )
    if isinstance(none, pa.ChunkedArray):
        none = none.combine_chunks()
    bare: NDArray[np.bool_] = none.to_numpy(zero_copy_only=False).astype(bool)
    return bare


def content_of(batch: pa.RecordBatch) -> NDArray[np.uint64]:
    """(n,) what tells the versions of one listing apart: `row_digest`, below ALONE for rows without
    title and text."""
    content = row_digest(batch)
    bare = without_words(batch)
    content[bare] >>= _HALF
    return content
