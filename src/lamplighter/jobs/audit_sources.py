"""Other inputs as version pairs: two exports at different times, an archive with a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.jobs.moderation_log import Entry, ModerationLog
from lamplighter.listings.actions import REFUSED, REMOVED, read_actions
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.text.hashing import hash_strings

_TEXT, _TIME = pa.large_string(), pa.timestamp("us", tz="UTC")


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
        action = pc.coalesce(action, _fewer_images(batch, known, rows))
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


def _fewer_images(batch: pa.RecordBatch, known: _ById, rows: NDArray[np.int64]) -> pa.Array:
    """(n,) "image removed" where the later export has fewer images of a listing, else null."""
    before = pc.fill_null(pc.list_value_length(_column(batch, "images")), 0)
    after = pc.fill_null(pc.list_value_length(known.take("images", rows)), 0)
    fewer = pc.and_(pc.less(after, before), pa.array(rows >= 0))
    return pc.if_else(fewer, pa.scalar("image removed", _TEXT), pa.scalar(None, _TEXT))


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


def with_log(
    batches: Iterator[pa.RecordBatch], log: ModerationLog, *, archive: bool, rows: int = 16_384
) -> Iterator[pa.RecordBatch]:
    """Listings with what a moderation log says of them.

    The last act counts. Where the log holds the text before an act, that is the submitted version.
    Acts that refuse or remove a text which the log holds become rows of their own where the input
    cannot have them: of listings that are not in it, and in an `archive`, which has only what was
    published, also earlier ones of listings that are.
    Entries are used up; how many listings of the log are in neither is `log.unknown`.
    """
    alone: list[dict[str, object]] = []
    for batch in batches:
        ids = _column(batch, "listing_id").to_pylist()
        columns: dict[str, list[object]] = {
            name: _column(batch, name).to_pylist()
            for name in ("text", "published_text", "moderated_by", "moderation_action", "extra",
                         "account_id", "category")
        }  # fmt: skip
        when = _column(batch, "published_at").cast(pa.int64()).to_pylist()
        posted = _column(batch, "posted_at").cast(pa.int64()).to_pylist()
        for row, name in enumerate(ids):
            entries = log.acts.pop(name, None)
            if not entries:
                continue
            for ours in ("account_id", "category"):
                columns[ours][row] = columns[ours][row] or _first(entries, ours)
            account = {ours: columns[ours][row] for ours in ("account_id", "category")}
            if archive:
                alone += [_own_row(name, one, account) for one in entries[:-1] if _refusal(one)]
            last = entries[-1]
            mine = [one for one in entries if one is last or not _refusal(one)]
            for ours, theirs in (("moderated_by", "actor"), ("moderation_action", "action")):
                columns[ours][row] = last.words.get(theirs) or columns[ours][row]
            columns["text"][row] = _first(mine, "before") or columns["text"][row]
            if columns["published_text"][row] is None:
                columns["published_text"][row] = _first(mine[::-1], "after")
            if when[row] is None:
                when[row] = next((one.at for one in entries[::-1] if one.at is not None), None)
            if posted[row] is None:
                posted[row] = last.posted
            message = _first(mine[::-1], "message")
            if message:
                columns["extra"][row] = _noted(columns["extra"][row], message)
        made = {name: pa.array(values, _TEXT) for name, values in columns.items()}
        times = {
            name: pa.array(values, pa.int64()).cast(_TIME)
            for name, values in (("published_at", when), ("posted_at", posted))
        }
        yield _with(batch, {**made, **times})
    for name, entries in log.acts.items():
        told = [one for one in entries if _refusal(one)]
        log.unknown += not told
        alone += [_own_row(name, one, {}) for one in told]
    for start in range(0, len(alone), rows):
        yield pa.RecordBatch.from_pylist(alone[start : start + rows], schema=LISTING_SCHEMA)


def _first(entries: Sequence[Entry], name: str) -> str | None:
    return next((one.words[name] for one in entries if one.words.get(name)), None)


def _refusal(entry: Entry) -> bool:
    """Whether an act kept a text from the public, and the log has the text."""
    words = entry.words
    if not words.get("before") or words.get("after"):
        return False
    return read_actions(pa.array([words["action"]], _TEXT))[0].as_py() in (REFUSED, REMOVED)


def _own_row(name: str, entry: Entry, known: dict[str, object]) -> dict[str, object]:
    words = entry.words
    message = words.get("message")
    return {
        "listing_id": name,
        "text": words["before"],
        "account_id": known.get("account_id") or words.get("account_id"),
        "category": known.get("category") or words.get("category"),
        "posted_at": entry.posted if entry.posted is not None else entry.at,
        "moderated_by": words.get("actor"),
        "moderation_action": words["action"],
        "extra": _noted(None, message) if message else None,
    }


def _noted(extra: object, message: str) -> str:
    held = orjson.loads(str(extra or "{}"))
    return orjson.dumps({**held, "message": message}).decode()
