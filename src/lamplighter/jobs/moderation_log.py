"""A moderation log from a file: who did what to which listing, when, and what was said."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from lamplighter.foundation.errors import InputError
from lamplighter.listings.coerce import read_time
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.sources import find_sources

#: Our names and what logs call them.
COLUMNS = {
    "listing_id": ("listing_id", "ad_id", "post_id", "id"),
    "action": ("action", "moderation_action", "event", "type"),
    "actor": ("actor", "moderated_by", "moderator", "user", "by"),
    "at": ("at", "moderated_at", "timestamp", "time", "date", "created_at"),
    "message": ("message", "moderation_message", "reason", "note", "comment"),
    "before": ("before", "text_before", "original", "old_text"),
    "after": ("after", "text_after", "edited", "new_text"),
    "account_id": ("account_id", "account", "poster", "poster_id", "user_id"),
    "category": ("category",),
    "posted": ("posted_at", "posted", "submitted_at"),
}
_MOST_BYTES = 1_000_000
_SHOWN = 50


class Entry(NamedTuple):
    """An act: times in microseconds where known, the other columns as text."""

    at: int | None
    posted: int | None
    words: dict[str, str]


@dataclass
class ModerationLog:
    """Acts by listing, in order of time (of the file where times are missing or equal)."""

    acts: dict[str, list[Entry]] = field(default_factory=dict)
    rows: int = 0
    timed: int = 0
    backward: int = 0  # entries earlier than the one before them in the file
    backward_ids: list[str] = field(default_factory=list)  # listings of the first of them
    unknown: int = 0  # listings that the input does not have


def read_log(path: str, rejects: RejectWriter) -> ModerationLog:
    """Read a log (CSV, TSV, JSONL or Parquet; packed too). Memory grows with the log.

    Needs a listing id and an action. Rows without them go to `rejects`. Raises InputError for a file
    that has no such columns.
    """
    log = ModerationLog()
    previous = -1
    for source in find_sources([path]):
        names: dict[str, str] | None = None
        for number, row in enumerate(_rows(source), start=1):
            if names is None:
                names = _names(row, source.name)
            log.rows += 1
            words = {
                ours: str(row[theirs]).strip()[:_MOST_BYTES]
                for ours, theirs in names.items()
                if row.get(theirs) not in (None, "")
            }
            if not words.get("listing_id") or not words.get("action"):
                rejects.add(file=source.name, row=number, column="listing_id", value=row,
                            reason="a log entry without listing or action")  # fmt: skip
                continue
            at, posted = (_time(words.get(name)) for name in ("at", "posted"))
            if at is not None:
                log.timed += 1
                if at < previous:
                    log.backward += 1
                    if len(log.backward_ids) < _SHOWN:
                        log.backward_ids.append(words["listing_id"])
                previous = at
            log.acts.setdefault(words["listing_id"], []).append(Entry(at, posted, words))
    if not log.rows:
        raise InputError(
            "The moderation log has no entries.", where=path,
            hint="Check that this is the file you meant; without it, leave --log away.",
        )  # fmt: skip
    for entries in log.acts.values():
        entries.sort(key=lambda one: -1 if one.at is None else one.at)
    return log


def _time(written: str | None) -> int | None:
    moment = read_time(written) if written else None
    return moment[0] if moment else None


def _rows(source: Any) -> Iterator[dict[str, Any]]:
    try:
        yield from _unchecked_rows(source)
    except (
        pa.ArrowException,
        OSError,
        EOFError,
        csv.Error,
        zlib.error,
        zstandard.ZstdError,
    ) as error:
        raise InputError("The moderation log is damaged.", where=source.name,
                         hint=f"Export it again. ({str(error)[:120]})") from error  # fmt: skip


def _unchecked_rows(source: Any) -> Iterator[dict[str, Any]]:
    if source.format == "parquet":
        for batch in pq.ParquetFile(source.name).iter_batches():
            yield from batch.to_pylist()
        return
    with source.open() as raw:
        if source.format == "jsonl":
            for number, line in enumerate(raw, start=1):
                if line.strip():
                    yield _object(line, source.name, number)
            return
        text = io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="")
        yield from csv.DictReader(text, delimiter="\t" if source.format == "tsv" else ",")


def _object(line: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(
            "A line of the moderation log is not JSON.", where=f"{name}, line {number}",
            hint=f"{error}. Mend or drop the line.",
        ) from error  # fmt: skip
    return row if isinstance(row, dict) else {}


def _names(row: dict[str, Any], file: str) -> dict[str, str]:
    lowered = {str(name).lower(): name for name in row if name is not None}
    names = {
        ours: lowered[theirs[0]]
        for ours, known in COLUMNS.items()
        if (theirs := [name for name in known if name in lowered])
    }
    for needed in ("listing_id", "action"):
        if needed not in names:
            raise InputError(
                f"The moderation log has no column {needed}.",
                where=f"{file}, columns: {', '.join(map(str, row))}",
                hint=f"Name it one of: {', '.join(COLUMNS[needed])}.",
            )
    return names
