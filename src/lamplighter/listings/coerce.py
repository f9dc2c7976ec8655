"""Columns of strings → LISTING_SCHEMA, and which rows cannot be taken and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.listings.part import Part
from lamplighter.listings.schema import LISTING_SCHEMA

#: Times outside are refused: microseconds UTC.
EARLIEST = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp() * 1e6)
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1e6)
_BOUNDS = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0), "price": (-1e15, 1e15)}
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_CONTINENTAL = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]{1,2}")
_AROUND = re.compile(r"[\s$€£¥₹]")
_NO_NUMBERS = ("nan", "inf", "-inf", "infinity", "-infinity")  # numbers out of range: refused
_EPOCH = re.compile(r"[0-9]{9,15}(?:\.[0-9]+)?")
#: Written with full stops, the day always comes first; with slashes it may be the month: not guessed.
_DOTTED = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:,? ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?"
)
_ZONED = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})$"
)


@dataclass
class Refused:
    """First reason per row: column, value, reason."""

    rows: dict[int, tuple[str, object, str]] = field(default_factory=dict)

    def add(self, wrong: pa.Array, column: str, values: pa.Array, reason: str) -> None:
        """Refuse the rows where `wrong` is true, with their values as text."""
        for row in np.flatnonzero(pc.fill_null(wrong, False).to_numpy(zero_copy_only=False)):
            if int(row) not in self.rows:
                value = _as_text(values[int(row) : int(row) + 1])[0].as_py()
                self.rows[int(row)] = (column, value, reason)


def _as_text(column: pa.Array) -> pa.Array:
    return column.cast(pa.large_string())


def _blank_to_null(column: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(_as_text(column))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)


def read_time(text: str) -> tuple[int, bool] | None:
    """Microseconds UTC of a time as written and whether it was naive; None if it is no time.

    ISO 8601, seconds or milliseconds since 1970 (nine digits or more; from 1e11 milliseconds), or
    day.month.year, with a time behind it or not.
    """
    try:
        if _EPOCH.fullmatch(text):
            number = float(text)
            return int(number * (1e6 if number < 1e11 else 1e3)), False
        if dotted := _DOTTED.fullmatch(text):
            day, month, year, clock = dotted.groups()
            text = f"{year}-{month:0>2}-{day:0>2}T{clock or '00:00'}"
        moment = datetime.fromisoformat(text)
        naive = moment.tzinfo is None
        delta = (moment.replace(tzinfo=UTC) if naive else moment) - datetime(1970, 1, 1, tzinfo=UTC)
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds, naive
    except (ValueError, OverflowError):
        return None


def read_number(text: str) -> float | None:
    """A number as people write it: `1200.5`, `1e3`, `$1,200`, `1.200,50 €`, `12,50`; or None.

    A single comma before one or two last digits is a decimal comma; before three it groups
    thousands. A single point is always decimal.
    """
    bare = _AROUND.sub("", text)
    if _PLAIN.fullmatch(bare) or bare.lower() in _NO_NUMBERS:
        return float(bare)
    if _GROUPED.fullmatch(bare):
        return float(bare.replace(",", ""))
    if _CONTINENTAL.fullmatch(bare):
        return float(bare.replace(".", "").replace(",", "."))
    return None


def within(name: str, number: float) -> bool:
    """Whether a number may stand in the column of that name."""
    low, high = _BOUNDS[name]
    return low <= number <= high


def _times(column: pa.Array, name: str, refused: Refused) -> tuple[pa.Array, int]:
    """Microseconds UTC, and how many times were naive (taken as UTC)."""
    if pa.types.is_timestamp(column.type):
        naive = len(column) - column.null_count if column.type.tz is None else 0
        micros = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
    else:
        text = _blank_to_null(column)
        micros, naive = _read_times(text)
        refused.add(pc.and_(pc.is_valid(text), pc.is_null(micros)), name, text,
                    "not an ISO 8601 time")  # fmt: skip
    wrong = pc.or_(pc.less(micros, EARLIEST), pc.greater_equal(micros, LATEST))
    refused.add(wrong, name, column, "time before 1970 or after 2099")
    micros = pc.if_else(wrong, pa.scalar(None, pa.int64()), micros)
    return micros.cast(pa.timestamp("us", "UTC")), naive


def _read_times(text: pa.Array) -> tuple[pa.Array, int]:
    # Arrow reads a whole column faster; it is used only where both readings are the same.
    if pc.all(pc.match_substring_regex(text, _ZONED), min_count=0).as_py():
        try:
            return text.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), 0
        except pa.ArrowInvalid:
            pass
    read = [None if value is None else read_time(value) for value in text.to_pylist()]
    naive = sum(1 for moment in read if moment and moment[1])
    return pa.array([moment[0] if moment else None for moment in read], pa.int64()), naive


def _has_nul(column: pa.Array) -> bool:
    """Whether to look for the rows: one pass over the bytes takes a fortieth of the time."""
    data = column.buffers()[2]
    return data is not None and not np.frombuffer(data, np.uint8).all()


def _numbers(column: pa.Array, name: str, refused: Refused) -> pa.Array:
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        numbers = column.cast(pa.float64())
    else:
        text = _blank_to_null(column)
        plain = pc.fill_null(pc.match_substring_regex(text, f"^(?:{_PLAIN.pattern})$"), True)
        if pc.all(plain, min_count=0).as_py():
            numbers = text.cast(pa.float64())
        else:
            read = [None if value is None else read_number(value) for value in text.to_pylist()]
            numbers = pa.array(read, pa.float64())
            refused.add(pc.and_(pc.is_valid(text), pc.is_null(numbers)), name, text, "not a number")
    low, high = _BOUNDS[name]
    inside = pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high))
    refused.add(pc.and_(pc.is_valid(numbers), pc.invert(pc.fill_null(inside, False))), name,
                column, f"not within {low:g} and {high:g}")  # fmt: skip
    return numbers


def _images(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return column.cast(pa.large_list(pa.large_string()))
    made = [_image_list(value) if value else None for value in _as_text(column).to_pylist()]
    return pa.array(made, pa.large_list(pa.large_string()))


def _image_list(value: str) -> list[str] | None:
    """`["a", "b"]` or `a|b`. What is no text in a JSON list is kept as JSON: hashing reports it."""
    read: list[Any] = value.split("|")
    if value.lstrip().startswith("["):
        try:
            read = orjson.loads(value)
        except orjson.JSONDecodeError:
            read = value.split("|")
    return [v if isinstance(v, str) else orjson.dumps(v).decode() for v in read if v] or None


def typed(part: Part, names: Iterable[str], refused: Refused) -> tuple[dict[str, pa.Array], int]:
    """Some columns as LISTING_SCHEMA has them, and how many times were naive."""
    made, naive = {}, 0
    for name in names:
        kind = LISTING_SCHEMA.field(name).type
        column = part.columns.get(name)
        if name == "extra":
            made[name] = part.extra
        elif column is None or pa.types.is_null(column.type):
            made[name] = pa.nulls(len(part.numbers), kind)
        elif pa.types.is_timestamp(kind):
            made[name], more = _times(column, name, refused)
            naive += more
        elif pa.types.is_floating(kind):
            made[name] = _numbers(column, name, refused)
        elif name == "images":
            made[name] = _images(column)
        else:
            text = _as_text(column)
            if name not in ("listing_id", "text"):
                text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)
            made[name] = text
        if name in ("listing_id", "text"):
            made[name] = pc.fill_null(made[name], "")
    return made, naive


def coerce(
    part: Part, max_text_bytes: int, published_counts: bool = False, *, bounded: bool = False
) -> tuple[pa.RecordBatch, Refused, int]:
    """LISTING_SCHEMA of the part's rows, the rows to refuse, and how many times were naive.

    The batch still has the refused rows; the caller reports and drops them. With
    `published_counts` a row without text and title is taken if it has a published text: its
    original is missing, which an audit must see. `bounded`: whoever made the part has seen to it
    that no text is too long or has a NUL byte.
    """
    count = len(part.numbers)
    refused = Refused()
    made, naive = typed(part, LISTING_SCHEMA.names, refused)
    ids, text = made["listing_id"], made["text"]
    refused.add(pc.equal(pc.utf8_trim_whitespace(ids), ""), "listing_id", ids, "no listing_id")
    bare = pc.and_(
        pc.equal(pc.utf8_trim_whitespace(text), ""),
        pc.equal(pc.utf8_trim_whitespace(pc.fill_null(made["title"], "")), ""),
    )
    if published_counts:
        bare = pc.and_(bare, pc.is_null(made["published_text"]))
    refused.add(bare, "text", text, "neither text nor title")
    for name in () if bounded else LISTING_SCHEMA.names:
        column = made[name]
        if pa.types.is_large_string(column.type) and column.null_count < count:
            long = pc.greater(pc.binary_length(column), max_text_bytes)
            refused.add(long, name, column, f"longer than {max_text_bytes} bytes")
            if _has_nul(column):
                refused.add(pc.match_substring(column, "\x00"), name, column, "a NUL byte")
    batch = pa.record_batch([made[name] for name in LISTING_SCHEMA.names], schema=LISTING_SCHEMA)
    return batch, refused, naive
