"""Files that take batches: CSV, JSONL (plain, gzip, zstd) and Parquet."""

from __future__ import annotations

import gzip
import io
from abc import abstractmethod
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
import zstandard

from lamplighter.foundation.closing import Closing
from lamplighter.foundation.errors import UsageError

#: What file names may end with.
ENDINGS = (".csv", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")


class Sink(Closing):
    """Takes batches and writes them to one file; closes what it holds, in order."""

    def __init__(self, *held: Any) -> None:
        self._held = held

    @abstractmethod
    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""

    def close(self) -> None:
        """End every file."""
        for one in self._held:
            one.close()


def sink(path: Path | None, draft: Path | None, schema: pa.Schema) -> Sink:
    """Writes to `draft` in the format that the name of `path` says; nowhere without a path."""
    if path is None or draft is None:
        return _Nowhere()
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _Parquet(draft, schema)
    if name.endswith(".csv"):
        return _Csv(draft)
    if name.endswith(ENDINGS):
        return _Lines(draft, name)
    raise UsageError(
        f"the name {path.name!r} does not say which format to write",
        where=str(path),
        hint="let it end with one of " + ", ".join(ENDINGS),
    )


class _Nowhere(Sink):
    def write(self, batch: pa.RecordBatch) -> None:
        """Forget the batch."""


class _Parquet(Sink):
    """Parquet with zstd; text without a dictionary, which it would only slow down."""

    _REPEATED = ("category", "city", "region", "country", "currency", "kind", "planted")

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pa.parquet.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in self._REPEATED if name in schema.names],
            write_statistics=False,
        )
        super().__init__(self._writer)

    def write(self, batch: pa.RecordBatch) -> None:
        """One row group per batch."""
        self._writer.write_batch(batch)


class _Csv(Sink):
    """CSV with a header; lists of images as JSON, times in ISO 8601."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._first = True
        super().__init__(self._file)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows."""
        options = pa.csv.WriteOptions(include_header=self._first)
        pa.csv.write_csv(_flat(batch), self._file, options)
        self._first = False


def _flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Columns that a CSV can hold."""
    columns = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if pa.types.is_large_list(field.type):
            lists = column.to_pylist()
            texts = [None if row is None else orjson.dumps(row).decode() for row in lists]
            columns.append(pa.array(texts, pa.large_string()))
        elif pa.types.is_timestamp(field.type):
            columns.append(
                pa.compute.strftime(column.cast(pa.timestamp("s", tz="UTC")), "%Y-%m-%dT%H:%M:%SZ")
            )
        else:
            columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


class _Lines(Sink):
    """One JSON object per line, without the keys that have no value."""

    def __init__(self, path: Path, name: str) -> None:
        raw = path.open("wb")
        self._out: IO[bytes] | Any = raw
        if name.endswith(".gz"):  # no name and no time inside, so that the bytes repeat
            self._out = gzip.GzipFile("", "wb", 5, io.BufferedWriter(raw), 0)
        elif name.endswith(".zst"):
            self._out = zstandard.ZstdCompressor(3).stream_writer(raw, closefd=False)
        super().__init__(self._out, raw)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows."""
        lines = (
            orjson.dumps(
                {name: value for name, value in row.items() if value is not None},
                option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
            )
            for row in batch.to_pylist()
        )
        self._out.write(b"".join(lines))
