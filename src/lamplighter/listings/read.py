"""Listings from files, batch by batch; what cannot be taken goes to the rejects."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from lamplighter.foundation.errors import InputError
from lamplighter.listings.coerce import coerce
from lamplighter.listings.mapping import map_columns
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.sources import Source, find_sources

Columns = dict[str, pa.Array]


@dataclass(frozen=True)
class ReadOptions:
    """How to read: `mapping` is ours → theirs."""

    mapping: dict[str, str] = field(default_factory=dict)
    max_text_bytes: int = 1_000_000
    batch_rows: int = 65_536


@dataclass
class ReadCounts:
    """For run.json."""

    rows: int = 0
    naive_times: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Part:
    """Rows of one batch as columns, and the row numbers (1-based) they have in the file."""

    columns: Columns
    numbers: np.ndarray[Any, np.dtype[np.int64]]


class _Digest(io.RawIOBase):
    """Passes bytes on and hashes them."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        self.sha256.update(data)
        self.size += len(data)
        return len(data)


def _text_columns(names: list[str], rows: list[list[str]]) -> Columns:
    return {
        name: pa.array([row[i] for row in rows], pa.large_string()) for i, name in enumerate(names)
    }


def _read_csv(
    source: Source, stream: IO[bytes], options: ReadOptions, rejects: RejectWriter
) -> Iterator[_Part]:
    buffered = io.BufferedReader(stream, 1 << 20)  # type: ignore[type-var]
    head = buffered.peek(4)[:4]
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    # surrogateescape keeps broken bytes in place, so that one bad row does not end the file.
    text = io.TextIOWrapper(buffered, encoding, "surrogateescape", newline="")
    csv.field_size_limit(1 << 30)
    lines = csv.reader(text, delimiter="\t" if source.format == "tsv" else ",")
    try:
        names = [name.strip() for name in next(lines)]
    except StopIteration:
        raise InputError("The file is empty.", where=source.name, hint="Export it again.") from None
    except (csv.Error, UnicodeError) as error:
        raise InputError(f"The header cannot be read: {error}.", where=source.name) from error
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError("Two columns have the same name.", where=f"{source.name}: {twice}",
                         hint="Rename one of them.")  # fmt: skip
    map_columns(names, options.mapping, source.name)
    rows: list[list[str]] = []
    numbers: list[int] = []
    number = 0
    while True:
        try:
            row = next(lines)
        except StopIteration:
            break
        except (csv.Error, UnicodeError) as error:
            number += 1
            rejects.add(
                file=source.name, row=number, column=None, value="", reason=f"broken row: {error}"
            )
            if isinstance(error, UnicodeError):
                break
            continue
        if not row:
            continue
        number += 1
        if len(row) != len(names):
            rejects.add(file=source.name, row=number, column=None, value=",".join(row)[:300],
                        reason=f"{len(row)} fields where the header has {len(names)}")  # fmt: skip
            continue
        broken = next((i for i, value in enumerate(row) if not _clean(value)), None)
        if broken is not None:
            rejects.add(file=source.name, row=number, column=names[broken], value=row[broken][:300],
                        reason="broken UTF-8")  # fmt: skip
            continue
        rows.append(row)
        numbers.append(number)
        if len(rows) >= options.batch_rows:
            yield _Part(_text_columns(names, rows), np.array(numbers, np.int64))
            rows, numbers = [], []
    yield _Part(_text_columns(names, rows), np.array(numbers, np.int64))


def _clean(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _json_column(values: list[Any]) -> pa.Array:
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        texts = [None if v is None else v if isinstance(v, str) else orjson.dumps(v).decode()
                 for v in values]  # fmt: skip
        return pa.array(texts, pa.large_string())
    return array.cast(pa.large_string()) if pa.types.is_null(array.type) else array


def _read_jsonl(
    source: Source, stream: IO[bytes], options: ReadOptions, rejects: RejectWriter
) -> Iterator[_Part]:
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    bound = 4 * options.max_text_bytes
    lines = io.BufferedReader(stream, 1 << 20)  # type: ignore[type-var]
    number = 0
    while line := lines.readline(bound):
        number += 1
        if len(line) >= bound and not line.endswith(b"\n"):
            while (rest := lines.readline(bound)) and not rest.endswith(b"\n"):
                pass
            rejects.add(file=source.name, row=number, column=None, value=line[:300].decode("utf-8", "replace"),
                        reason=f"line longer than {bound} bytes")  # fmt: skip
            continue
        if not line.strip():
            continue
        try:
            row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            rejects.add(file=source.name, row=number, column=None,
                        value=line[:300].decode("utf-8", "replace"), reason=f"broken JSON: {error.msg}")  # fmt: skip
            continue
        if not isinstance(row, dict):
            rejects.add(file=source.name, row=number, column=None, value=str(row)[:300],
                        reason="not a JSON object")  # fmt: skip
            continue
        rows.append(row)
        numbers.append(number)
        if len(rows) >= options.batch_rows:
            yield _json_part(rows, numbers)
            rows, numbers = [], []
    yield _json_part(rows, numbers)


def _json_part(rows: list[dict[str, Any]], numbers: list[int]) -> _Part:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: _json_column([row.get(name) for row in rows]) for name in names}
    return _Part(columns, np.array(numbers, np.int64))


def _read_parquet(source: Source, options: ReadOptions) -> Iterator[_Part]:
    number = 1
    try:
        file = pq.ParquetFile(source.name)
        map_columns(file.schema_arrow.names, options.mapping, source.name)
        for batch in file.iter_batches(options.batch_rows):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            yield _Part(columns, np.arange(number, number + batch.num_rows))
            number += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InputError("The Parquet file is damaged.", where=source.name,
                         hint=f"Export it again. ({str(error)[:120]})") from error  # fmt: skip


def read_listings(
    inputs: Sequence[str], options: ReadOptions, rejects: RejectWriter, counts: ReadCounts
) -> Iterator[pa.RecordBatch]:
    """Batches of LISTING_SCHEMA. Memory does not grow with the input.

    Every row of the input is either in a batch or in `rejects`.
    """
    for source in find_sources(inputs):
        if source.format == "parquet":
            yield from _taken(_read_parquet(source, options), source, options, rejects, counts)
            counts.files.append({"file": source.name})
            continue
        with source.open() as raw:
            stream: Any = _Digest(raw)
            reader = _read_jsonl if source.format == "jsonl" else _read_csv
            yield from _taken(
                reader(source, stream, options, rejects), source, options, rejects, counts
            )
            counts.files.append(
                {"file": source.name, "bytes": stream.size, "sha256": stream.sha256.hexdigest()}
            )


def _taken(
    parts: Iterator[_Part], source: Source, options: ReadOptions, rejects: RejectWriter,
    counts: ReadCounts,
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    for part in parts:
        rows = len(part.numbers)
        if rows == 0:
            continue
        columns = map_columns(list(part.columns), _present(options, part), source.name)
        batch, refused, naive = coerce(part.columns, columns, options.max_text_bytes, rows)
        counts.rows += rows
        counts.naive_times += naive
        if refused.rows:
            for row, (column, value, reason) in sorted(refused.rows.items()):
                rejects.add(file=source.name, row=int(part.numbers[row]), column=column, value=value,
                            reason=reason)  # fmt: skip
            keep = np.ones(rows, dtype=bool)
            keep[list(refused.rows)] = False
            batch = batch.filter(pa.array(keep))
        if batch.num_rows:
            yield batch


def _present(options: ReadOptions, part: _Part) -> dict[str, str]:
    """JSON rows may lack an optional column in one batch and have it in another."""
    return {ours: theirs for ours, theirs in options.mapping.items()
            if theirs in part.columns or ours in ("listing_id", "text")}  # fmt: skip
