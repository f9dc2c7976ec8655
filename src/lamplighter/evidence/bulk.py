"""Many acts of one kind as columns → entries and openings: the fast path of intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.evidence.act import Json
from lamplighter.evidence.entry import (
    MAX_ENTRY_BYTES,
    VERSION,
    check_head,
    check_length,
    check_public,
    time_text,
)
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.opening_run import OpeningRun, opening_run


def encode_columns(
    first: int,
    kind: str,
    actor: str,
    times: datetime | pa.Array,
    private: Sequence[bytes | None] | pa.Array,
    public: Mapping[str, Json],
    columns: Mapping[str, Sequence[Json]],
    objects: Sequence[Sequence[str]] | None = None,
) -> tuple[list[bytes], OpeningRun]:
    """Entries and openings from index `first` on. See `Ledger.append_bulk` for the arguments.

    `objects`: digests of each act's stored objects; None: none has any.
    """
    check_head(kind, actor, [digest for some in objects or () for digest in some])
    check_public(public)
    for name, values in columns.items():
        check_public({name: None})
        for value in values:
            check_public(value)
    run, count = opening_run(first, private), len(private)
    moments = _times(times, count)
    if any(len(values) != count for values in (moments, objects or moments, *columns.values())):
        raise LedgerError("The columns of a batch differ in length.")
    commitments = _commitments(run, first, count)
    entries = _entries(kind, actor, moments, commitments, objects, public, columns)
    if max((len(entry) for entry in entries), default=0) > MAX_ENTRY_BYTES:
        for entry in entries:
            check_length(entry)
    return entries, run


def _commitments(run: OpeningRun, first: int, count: int) -> list[bytes]:
    """As JSON: a quoted digest, or null where nothing is private."""
    digits = run.commitments()
    found = [b'"%b"' % digits[at : at + 64] for at in range(0, len(digits), 64)]
    if len(found) == count:
        return found
    some = [b"null"] * count
    for index, commitment in zip(run.index.tolist(), found, strict=True):
        some[index - first] = commitment
    return some


def _entries(
    kind: str,
    actor: str,
    moments: Sequence[str],
    commitments: Sequence[bytes],
    objects: Sequence[Sequence[str]] | None,
    public: Mapping[str, Json],
    columns: Mapping[str, Sequence[Json]],
) -> list[bytes]:
    """As `entry.encode` writes them (tested), put together from pieces in the order of the keys."""
    count = len(moments)
    head = b'{"actor":%b,"commitment":' % _json(actor)
    middle = b',"kind":%b,"objects":' % _json(kind)
    stored = [b"[]"] * count if objects is None else [_json(list(some)) for some in objects]
    shown = [_json(public)] * count
    if columns:
        names = list(columns)
        rows = zip(*columns.values(), strict=True)
        shown = [_json({**public, **dict(zip(names, row, strict=True))}) for row in rows]
    ends = {moment: b',"time":"%b","v":%d}' % (moment.encode(), VERSION) for moment in set(moments)}
    return [
        b"".join((head, commitment, middle, some, b',"public":', public_part, ends[moment]))
        for commitment, some, public_part, moment in zip(
            commitments, stored, shown, moments, strict=True
        )
    ]


def _json(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:  # a lone surrogate, a mapping that is no dict
        raise LedgerError("An act cannot be written as JSON.", where=str(error)) from error


def _times(times: datetime | pa.Array, count: int) -> Sequence[str]:
    if isinstance(times, datetime):
        return [time_text(times)] * count
    if not pa.types.is_timestamp(times.type) or times.type.tz is None or times.null_count:
        raise LedgerError("Times of a batch are timestamps with a time zone, none missing.")
    micros = times.cast(pa.timestamp("us", "UTC"))
    texts: Sequence[str] = pc.strftime(micros, format="%Y-%m-%dT%H:%M:%SZ").to_pylist()
    return texts
