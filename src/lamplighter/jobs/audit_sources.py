"""Other inputs as version pairs: two exports at different times, an archive with a log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.text.hashing import hash_strings

_TEXT = pa.large_string()


def _column(batch: pa.RecordBatch | pa.Table, name: str) -> pa.Array:
    column = batch.column(LISTING_SCHEMA.get_field_index(name))
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _with(batch: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    for name, column in columns.items():
        at = LISTING_SCHEMA.get_field_index(name)
        batch = batch.set_column(at, LISTING_SCHEMA.field(name), column)
    return batch


class _ById:
    """Rows of a table by listing_id; of equal ids the one posted last."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table.combine_chunks()
        ids = _column(self.table, "listing_id")
        posted = _column(self.table, "posted_at").cast(pa.int64()).fill_null(-1).to_numpy()
        hashed = hash_strings(ids)
        order = np.lexsort((posted, hashed))
        last = np.ones(len(order), bool)
        last[:-1] = hashed[order][1:] != hashed[order][:-1]
        self.rows = order[last]
        self.keys = hashed[self.rows]

    def find(self, ids: pa.Array) -> NDArray[np.int64]:
        """(n,) row of each id, -1 where there is none."""
        wanted = hash_strings(ids)
        place = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
        if not len(self.keys):
            return np.full(len(wanted), -1, np.int64)
        return np.where(self.keys[place] == wanted, self.rows[place], -1).astype(np.int64)

    def take(self, name: str, rows: NDArray[np.int64]) -> pa.Array:
        """The column at these rows; null where -1."""
        return _column(self.table, name).take(pa.array(rows, mask=rows < 0))


@dataclass
class Overwritten:
    """Ids whose submitted text differs between exports, though they were posted at one time."""

    ids: set[str]


def against_later(
    batches: Iterator[pa.RecordBatch], later: pa.Table, overwritten: Overwritten
) -> Iterator[pa.RecordBatch]:
    """Pairs of an export and a later one (LISTING_SCHEMA): what a listing says now is what was
    published; one that is gone was taken down. When and by whom is as the later export says."""
    known = _ById(later)
    for batch in batches:
        rows = known.find(_column(batch, "listing_id"))
        found = rows >= 0
        text = pc.coalesce(known.take("published_text", rows), known.take("text", rows))
        title = pc.coalesce(known.take("published_title", rows), known.take("title", rows))
        action = known.take("moderation_action", rows)
        gone = pa.array(~found)
        # Submitted texts that changed under the same posting were overwritten.
        twice = pc.and_(
            pc.and_(pc.is_valid(_column(batch, "published_text")), pa.array(found)),
            pc.equal(_column(batch, "posted_at"), known.take("posted_at", rows)),
        )
        changed = pc.and_(twice, pc.not_equal(_column(batch, "text"), known.take("text", rows)))
        overwritten.ids.update(
            _column(batch, "listing_id").filter(pc.fill_null(changed, False)).to_pylist()
        )
        yield _with(batch, {
            "published_text": text,
            "published_title": title,
            "published_at": known.take("published_at", rows),
            "moderated_by": known.take("moderated_by", rows),
            "moderation_action": pc.if_else(gone, pa.scalar("removed", _TEXT), action),
        })  # fmt: skip


def as_archive(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Listings of an archive of what was published: no submitted version is in it."""
    for batch in batches:
        count = batch.num_rows
        yield _with(batch, {
            "published_text": pc.coalesce(_column(batch, "published_text"), _column(batch, "text")),
            "published_title": pc.coalesce(_column(batch, "published_title"),
                                           _column(batch, "title")),
            "text": pa.array([""] * count, _TEXT),
            "title": pa.nulls(count, _TEXT),
        })  # fmt: skip


def with_log(batches: Iterator[pa.RecordBatch], log: dict[str, list[dict[str, str]]],
             times: dict[str, list[int]]) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """Listings with what a moderation log says of them (`moderation_log.read_log`).

    The last act counts. Where the log holds the text before an act, that is the submitted version;
    entries are used up, and what is left in `log` has no listing.
    """
    for batch in batches:
        ids = _column(batch, "listing_id").to_pylist()
        acts = [log.pop(name, None) for name in ids]
        columns: dict[str, list[object]] = {
            name: _column(batch, name).to_pylist()
            for name in ("text", "published_text", "moderated_by", "moderation_action", "extra")
        }
        when = _column(batch, "published_at").cast(pa.int64()).to_pylist()
        for row, entries in enumerate(acts):
            if not entries:
                continue
            last = entries[-1]
            for ours, theirs in (("moderated_by", "actor"), ("moderation_action", "action")):
                columns[ours][row] = last.get(theirs) or columns[ours][row]
            before = next((one["before"] for one in entries if one.get("before")), None)
            if before:
                columns["text"][row] = before
            after = next((one["after"] for one in reversed(entries) if one.get("after")), None)
            if after and columns["published_text"][row] is None:
                columns["published_text"][row] = after
            if when[row] is None and times[ids[row]]:
                when[row] = times[ids[row]][-1]
            message = next(
                (one["message"] for one in reversed(entries) if one.get("message")), None
            )
            if message:
                held = orjson.loads(str(columns["extra"][row] or "{}"))
                columns["extra"][row] = orjson.dumps({**held, "message": message}).decode()
        made = {name: pa.array(values, _TEXT) for name, values in columns.items()}
        stamp = pa.array(when, pa.int64()).cast(pa.timestamp("us", "UTC"))
        yield _with(batch, {**made, "published_at": stamp})
