"""A submitted listing: one JSON object from outside, checked and read as a row of listings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from lamplighter.foundation.errors import LamplighterError
from lamplighter.listings.coerce import coerce
from lamplighter.listings.mapping import OURS
from lamplighter.listings.part import Part

#: Bytes of one text, as for files (`listings.read.ReadOptions`), and of a whole submission.
MOST_TEXT = 1_000_000
MOST_BYTES = 4_000_000
#: Columns beyond ours, and how deep what they hold may be nested.
MOST_KEYS = 200
MOST_DEPTH = 20
MOST_IMAGES = 100
MOST_KEY_BYTES = 512

_NUMBERS = ("price", "latitude", "longitude")
_TIMES = ("posted_at", "published_at")
_IDS = ("listing_id", "account_id")
_OURS = frozenset(OURS)


class SubmissionError(LamplighterError):
    """A listing that cannot be taken. `column` is what is wrong with it, None: the whole of it."""

    def __init__(self, what: str, column: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where=column, hint=hint)
        self.column = column


class Submission(NamedTuple):
    """What was submitted: the values for our columns, all others as JSON, and the raw bytes."""

    listing_id: str
    columns: dict[str, str | None]
    extra: str | None
    raw: bytes  #: canonical JSON of what was submitted, for the ledger and to compare repeats


def check_submission(listing: Mapping[str, Any]) -> Submission:
    """Check types and sizes; SubmissionError names the column. Nothing is changed or cut."""
    if not isinstance(listing, Mapping):
        raise SubmissionError(
            "A listing is a JSON object.", hint='{"listing_id": "1", "text": "…"}'
        )
    if len(listing) > MOST_KEYS:
        raise SubmissionError(f"A listing has at most {MOST_KEYS} columns, not {len(listing):,}.")
    for key in listing:
        if not isinstance(key, str):
            raise SubmissionError("Names of columns are texts.", str(key)[:80])
        if key not in _OURS and len(key.encode("utf-8", "replace")) > MOST_KEY_BYTES:
            raise SubmissionError(f"A name of a column is longer than {MOST_KEY_BYTES} bytes.",
                                  key[:80])  # fmt: skip
    columns: dict[str, str | None] = {}
    extra: dict[str, Any] = {}
    for key, value in listing.items():
        if key in _OURS:
            columns[key] = _column(key, value)
        else:
            _bounded(key, value)
            extra[key] = value
    name = columns.get("listing_id")
    if not name or not name.strip():
        raise SubmissionError(
            "A listing needs an id.", "listing_id", 'for example "listing_id": "7"'
        )
    if len(name) > 500:
        raise SubmissionError("A listing id has at most 500 characters.", "listing_id")
    if not any((columns.get(key) or "").strip() for key in ("text", "title")):
        raise SubmissionError("A listing needs a text or a title.", "text")
    further = _json(extra).decode() if extra else None
    if further and len(further) > MOST_TEXT:
        raise SubmissionError(f"Further columns have at most {MOST_TEXT:,} bytes together.")
    raw = _json(dict(listing))
    if len(raw) > MOST_BYTES:
        raise SubmissionError(f"A listing has at most {MOST_BYTES:,} bytes, not {len(raw):,}.")
    return Submission(name, columns, further, raw)


def rows_of(
    submissions: Sequence[Submission],
) -> tuple[pa.RecordBatch, dict[int, SubmissionError]]:
    """LISTING_SCHEMA of n submissions, and which rows cannot be taken (they are still there)."""
    present = {name for submission in submissions for name in submission.columns}
    columns = {
        name: pa.array([s.columns.get(name) for s in submissions], pa.large_string())
        for name in OURS
        if name in present
    }
    extra = pa.array([s.extra for s in submissions], pa.large_string())
    part = Part(columns, extra, np.arange(len(submissions), dtype=np.int64))
    batch, refused, _ = coerce(part, MOST_TEXT, bounded=True)
    errors = {
        row: SubmissionError(f"The listing cannot be taken: {reason}.", column)
        for row, (column, _, reason) in refused.rows.items()
    }
    return batch, errors


def _column(name: str, value: Any) -> str | None:
    """The text that `coerce` reads."""
    if value is None:
        return None
    if name == "images":
        return _images(value)
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SubmissionError(f"{name} is a text, not {_kind(value)}.", name)
    if name in _NUMBERS or name in _TIMES or (name in _IDS and isinstance(value, int)):
        if isinstance(value, float) and not math.isfinite(value):
            raise SubmissionError(f"{name} is no finite number.", name)
        return orjson.dumps(value).decode() if abs(value) < 2**63 else str(value)
    raise SubmissionError(f"{name} is a text, not {_kind(value)}.", name, f'"{name}": "…"')


def _text(name: str, value: str) -> str:
    if len(value) > MOST_TEXT or not (value.isascii() or len(_encoded(name, value)) <= MOST_TEXT):
        raise SubmissionError(
            f"{name} is longer than {MOST_TEXT:,} bytes.", name,
            "a listing's text is a few kilobytes; send documents elsewhere",
        )  # fmt: skip
    if "\x00" in value:
        raise SubmissionError(f"{name} has a NUL byte.", name)
    return value


def _encoded(name: str, value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise SubmissionError(f"{name} has half of a surrogate pair.", name,
                              "send valid Unicode") from None  # fmt: skip


def _images(value: Any) -> str:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise SubmissionError("images is a list of texts.", "images", '["pdq:<64 hex digits>"]')
    if len(given) > MOST_IMAGES:
        raise SubmissionError(f"A listing has at most {MOST_IMAGES} images.", "images")
    for each in given:
        _text("images", each)
    return orjson.dumps(given).decode()


def _bounded(name: str, value: Any, depth: int = 0) -> None:
    """Refuse what is nested too deeply or is no JSON, before a recursive writer meets it."""
    if depth > MOST_DEPTH:
        raise SubmissionError(f"{name} is nested deeper than {MOST_DEPTH} levels.", name)
    if isinstance(value, str):
        _text(name, value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise SubmissionError(f"{name} has a name that is no text.", name)
            _text(name, key)
            _bounded(name, inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _bounded(name, inner, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise SubmissionError(f"{name} has a number that is not finite.", name)
    elif isinstance(value, int) and abs(value) >= 2**63:
        raise SubmissionError(f"{name} has a number of more than 64 bits.", name)
    elif value is not None and not isinstance(value, bool | int | float):
        raise SubmissionError(f"{name} is {_kind(value)}, which is no JSON.", name)


def _json(value: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:
        raise SubmissionError(f"The listing is no JSON: {str(error)[:120]}.") from None


def _kind(value: Any) -> str:
    names = {bool: "true or false", list: "a list", dict: "an object", int: "a number",
             float: "a number", bytes: "bytes"}  # fmt: skip
    return names.get(type(value), f"of the type {type(value).__name__[:40]}")
