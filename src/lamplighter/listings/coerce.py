"""Columns of strings → LISTING_SCHEMA, and which rows cannot be taken and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.listings.schema import LISTING_SCHEMA

_EARLIEST = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp() * 1e6)
_LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1e6)
_BOUNDS = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0), "price": (-1e15, 1e15)}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WRITTEN = re.compile(r"[\s$€£¥₹,]")


@dataclass
class Refused:
    """First reason per row: column, value, reason."""

    rows: dict[int, tuple[str, object, str]] = field(default_factory=dict)

    def add(self, wrong: pa.Array, column: str, values: pa.Array, reason: str) -> None:
        """Refuse the rows where `wrong` is true."""
        for row in np.flatnonzero(pc.fill_null(wrong, False).to_numpy(zero_copy_only=False)):
            if int(row) not in self.rows:
                self.rows[int(row)] = (column, values[int(row)].as_py(), reason)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        return pa.array(
            [
                None if v is None else orjson.dumps(v, default=str).decode()
                for v in column.to_pylist()
            ],
            pa.large_string(),
        )
    return column.cast(pa.large_string())


def _moment(text: str) -> tuple[int, bool] | None:
    """Microseconds UTC of a time as written and whether it was naive; None if it is no time."""
    text = text.strip()
    try:
        if text.replace(".", "", 1).isdigit() and len(text) >= 9:
            number = float(text)
            return int(number * (1e6 if number < 1e11 else 1e3)), False
        moment = datetime.fromisoformat(text)
        naive = moment.tzinfo is None
        moment = moment.replace(tzinfo=UTC) if naive else moment
        delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds, naive
    except (ValueError, OverflowError):
        return None


def _times(column: pa.Array, name: str, refused: Refused) -> tuple[pa.Array, int]:
    """Microseconds UTC, and how many times were naive (taken as UTC)."""
    naive = 0
    if pa.types.is_timestamp(column.type):
        naive = len(column) - column.null_count if column.type.tz is None else 0
        micros = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
    else:
        text = pc.utf8_trim_whitespace(_as_text(column))
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)
        try:  # every time with a zone, every time without: decided by the whole batch
            zoned = text.cast(pa.timestamp("us", "UTC"))
            micros = zoned.cast(pa.int64())
        except pa.ArrowInvalid:
            read = [None if v is None else _moment(v) for v in text.to_pylist()]
            naive = sum(1 for r in read if r and r[1])
            micros = pa.array([r[0] if r else None for r in read], pa.int64())
            refused.add(pc.and_(pc.is_valid(text), pc.is_null(micros)), name, text,
                        "not an ISO 8601 time")  # fmt: skip
    wrong = pc.or_(pc.less(micros, _EARLIEST), pc.greater_equal(micros, _LATEST))
    refused.add(wrong, name, _as_text(column), "time before 1970 or after 2099")
    micros = pc.if_else(wrong, pa.scalar(None, pa.int64()), micros)
    return micros.cast(pa.timestamp("us", "UTC")), naive


def _numbers(column: pa.Array, name: str, refused: Refused) -> pa.Array:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        text = pc.utf8_trim_whitespace(_as_text(column))
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)
        try:
            numbers = text.cast(pa.float64())
        except pa.ArrowInvalid:
            bare = [None if v is None else _WRITTEN.sub("", v) for v in text.to_pylist()]
            numbers = pa.array([_float(v) for v in bare], pa.float64())
            refused.add(pc.and_(pc.is_valid(text), pc.is_null(numbers)), name, text, "not a number")
    else:
        numbers = column.cast(pa.float64())
    low, high = _BOUNDS[name]
    inside = pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high))
    refused.add(pc.and_(pc.is_valid(numbers), pc.invert(pc.fill_null(inside, False))), name,
                _as_text(column), f"not within {low:g} and {high:g}")  # fmt: skip
    return numbers


def _float(text: str | None) -> float | None:
    if text is None:
        return None
    if text.lower() in ("nan", "inf", "-inf", "infinity", "-infinity"):
        return float(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def _images(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return column.cast(pa.large_list(pa.large_string()))
    out: list[list[str] | None] = []
    for value in _as_text(column).to_pylist():
        if not value:
            out.append(None)
            continue
        try:
            read = orjson.loads(value) if value.lstrip().startswith("[") else value.split("|")
        except orjson.JSONDecodeError:
            read = value.split("|")
        out.append([str(item) for item in read if item] or None)
    return pa.array(out, pa.large_list(pa.large_string()))


def _extra(table: Mapping[str, pa.Array], used: set[str], count: int) -> pa.Array:
    names = [name for name in table if name not in used]
    if not names:
        return pa.nulls(count, pa.large_string())
    columns = [table[name].to_pylist() for name in names]
    out: list[str | None] = []
    for values in zip(*columns, strict=True):
        held = {n: v for n, v in zip(names, values, strict=True) if v is not None and v != ""}
        out.append(orjson.dumps(held, default=str).decode() if held else None)
    return pa.array(out, pa.large_string())


def coerce(
    table: Mapping[str, pa.Array], columns: Mapping[str, str], max_text_bytes: int, count: int
) -> tuple[pa.RecordBatch, Refused, int]:
    """LISTING_SCHEMA of `count` rows, the rows to refuse, and how many times were naive.

    The batch still has the refused rows; the caller reports and drops them.
    """
    refused = Refused()
    naive = 0
    made: dict[str, Any] = {}
    for item in LISTING_SCHEMA:
        if item.name == "extra":
            made["extra"] = _extra(table, set(columns.values()), count)
        elif item.name not in columns:
            made[item.name] = pa.nulls(count, item.type)
        elif pa.types.is_timestamp(item.type):
            made[item.name], more = _times(table[columns[item.name]], item.name, refused)
            naive += more
        elif pa.types.is_floating(item.type):
            made[item.name] = _numbers(table[columns[item.name]], item.name, refused)
        elif item.name == "images":
            made["images"] = _images(table[columns["images"]])
        else:
            text = _as_text(table[columns[item.name]])
            if item.name not in ("listing_id", "text"):
                text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)
            made[item.name] = text
    ids = made["listing_id"] = pc.fill_null(made["listing_id"], "")
    text = made["text"] = pc.fill_null(made["text"], "")
    refused.add(pc.equal(pc.utf8_trim_whitespace(ids), ""), "listing_id", ids, "no listing_id")
    bare = pc.and_(
        pc.equal(pc.utf8_trim_whitespace(text), ""),
        pc.equal(pc.utf8_trim_whitespace(pc.fill_null(made["title"], "")), ""),
    )
    refused.add(bare, "text", text, "neither text nor title")
    for name in LISTING_SCHEMA.names:
        column = made[name]
        if pa.types.is_large_string(column.type) and column.null_count < count:
            long = pc.greater(pc.binary_length(column), max_text_bytes)
            refused.add(long, name, column, f"longer than {max_text_bytes} bytes")
            refused.add(pc.match_substring(column, "\x00"), name, column, "a NUL byte")
    batch = pa.record_batch([made[name] for name in LISTING_SCHEMA.names], schema=LISTING_SCHEMA)
    return batch, refused, naive
