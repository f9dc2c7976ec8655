"""Many acts of one kind as columns → entries and openings: the fast path of intake."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.evidence.act import Json
from lamplighter.evidence.block import SALT_BYTES, Opening
from lamplighter.evidence.entry import (
    MAX_ENTRY_BYTES,
    VERSION,
    check_head,
    check_length,
    check_public,
    time_text,
)
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.openings import MAX_PRIVATE_BYTES, check_private


def encode_columns(
    first: int,
    kind: str,
    actor: str,
    times: datetime | pa.Array,
    private: Sequence[bytes | None] | pa.Array,
    public: Mapping[str, Json],
    columns: Mapping[str, Sequence[Json]],
    objects: Sequence[Sequence[str]] | None = None,
) -> tuple[list[bytes], list[Opening]]:
    """Entries and openings from index `first` on. See `Ledger.append_bulk` for the arguments.

    `objects`: digests of each act's stored objects; None: none has any.
    """
    check_head(kind, actor, [digest for some in objects or () for digest in some])
    check_public(public)
    for name, values in columns.items():
        check_public({name: None})
        for value in values:
            check_public(value)
    secrets: Sequence[bytes | None] = (
        private.to_pylist() if isinstance(private, pa.Array | pa.ChunkedArray) else private
    )
    count = len(secrets)
    moments = _times(times, count)
    named = [()] * count if objects is None else objects
    if any(len(values) != count for values in (moments, named, *columns.values())):
        raise LedgerError("The columns of a batch differ in length.")
    if max((len(item) for item in secrets if item is not None), default=0) > MAX_PRIVATE_BYTES:
        for item in secrets:
            check_private(item or b"")
    salts = os.urandom(SALT_BYTES * count)
    openings = [
        Opening(first + at, salts[at * SALT_BYTES : (at + 1) * SALT_BYTES], item)
        for at, item in enumerate(secrets)
        if item is not None
    ]
    commitments: list[str | None] = [None] * count
    for opening in openings:
        data = opening.salt + opening.private  # type: ignore[operator]
        commitments[opening.index - first] = sha256(data).hexdigest()
    entries = _entries(kind, actor, moments, commitments, named, public, columns)
    if max((len(entry) for entry in entries), default=0) > MAX_ENTRY_BYTES:
        for entry in entries:
            check_length(entry)
    return entries, openings


def _entries(
    kind: str,
    actor: str,
    moments: Sequence[str],
    commitments: Sequence[str | None],
    objects: Sequence[Sequence[str]],
    public: Mapping[str, Json],
    columns: Mapping[str, Sequence[Json]],
) -> list[bytes]:
    dumps, option = orjson.dumps, orjson.OPT_SORT_KEYS
    shown: dict[str, Any] = dict(public)
    entry: dict[str, Any] = {
        "actor": actor, "commitment": None, "kind": kind, "objects": [], "public": shown,
        "time": "", "v": VERSION,
    }  # fmt: skip
    entries = []
    names = list(columns)
    rows = zip(*columns.values(), strict=True) if columns else iter([()] * len(moments))
    for moment, commitment, stored, row in zip(moments, commitments, objects, rows, strict=True):
        entry["time"] = moment
        entry["objects"] = list(stored)
        entry["commitment"] = commitment
        for name, value in zip(names, row, strict=True):
            shown[name] = value
        entries.append(dumps(entry, option=option))
    return entries


def _times(times: datetime | pa.Array, count: int) -> Sequence[str]:
    if isinstance(times, datetime):
        return [time_text(times)] * count
    if not pa.types.is_timestamp(times.type) or times.type.tz is None or times.null_count:
        raise LedgerError("Times of a batch are timestamps with a time zone, none missing.")
    micros = times.cast(pa.timestamp("us", "UTC"))
    texts: Sequence[str] = pc.strftime(micros, format="%Y-%m-%dT%H:%M:%SZ").to_pylist()
    return texts
