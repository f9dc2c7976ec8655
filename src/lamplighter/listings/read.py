"""Listings from files, batch by batch; what cannot be taken goes to the rejects."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa
import zstandard

from lamplighter.foundation.errors import InputError
from lamplighter.listings.coerce import coerce
from lamplighter.listings.csv_rows import read_csv
from lamplighter.listings.json_lines import read_jsonl
from lamplighter.listings.originals import as_json
from lamplighter.listings.parquet_rows import read_parquet
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.sources import STDIN, Source, find_sources


@dataclass(frozen=True)
class ReadOptions:
    """How to read: `mapping` is ours → theirs; `published_counts` is as for `coerce`."""

    mapping: dict[str, str] = field(default_factory=dict)
    max_text_bytes: int = 1_000_000
    batch_rows: int = 65_536
    published_counts: bool = False


@dataclass
class ReadCounts:
    """For run.json. `files` has the bytes and SHA-256 of each file as it lay on disk."""

    rows: int = 0
    naive_times: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)


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


def _parts(
    source: Source, stream: Any, options: ReadOptions, rejects: RejectWriter
) -> Iterator[Part]:
    bounds = options.batch_rows, options.max_text_bytes
    if source.format == "parquet":
        return read_parquet(source.name, options.mapping, options.batch_rows, rejects)
    if source.format == "jsonl":
        return read_jsonl(stream, source.name, options.mapping, bounds, rejects)
    delimiter = "\t" if source.format == "tsv" else ","
    return read_csv(stream, source.name, delimiter, options.mapping, bounds, rejects)


class Received(NamedTuple):
    """Rows of one source: as LISTING_SCHEMA, and as they came (`part`, the same rows)."""

    source: str
    batch: pa.RecordBatch
    part: Part


def read_listings(
    inputs: Sequence[str], options: ReadOptions, rejects: RejectWriter, counts: ReadCounts
) -> Iterator[pa.RecordBatch]:
    """Batches of LISTING_SCHEMA. Memory does not grow with the input.

    Every row of the input is either in a batch or in `rejects`, and what a row becomes does not
    depend on the rows around it.
    """
    for received in read_rows(inputs, options, rejects, counts):
        yield received.batch


def read_rows(
    inputs: Sequence[str], options: ReadOptions, rejects: RejectWriter, counts: ReadCounts
) -> Iterator[Received]:
    """As `read_listings`, with the rows as they came beside each batch."""
    for source in find_sources(inputs):
        try:
            with source.open() as raw:
                stream = _Digest(raw)
                for part in _parts(source, stream, options, rejects):
                    if len(part.numbers):
                        received = _taken(part, source, options, rejects, counts)
                        if received.batch.num_rows:
                            yield received
        except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
            raise InputError(
                "The file is damaged or ends early.", where=source.name,
                hint=f"Copy it again and compare its size. ({str(error)[:120]})",
            ) from error  # fmt: skip
        if source.name != STDIN:
            counts.files.append(_described(source.name))
        else:
            counts.files.append({"file": STDIN, "bytes": stream.size,
                                 "sha256": stream.sha256.hexdigest()})  # fmt: skip


def _described(name: str) -> dict[str, Any]:
    with Path(name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": name, "bytes": Path(name).stat().st_size, "sha256": digest}


def _taken(
    part: Part, source: Source, options: ReadOptions, rejects: RejectWriter, counts: ReadCounts
) -> Received:
    rows = len(part.numbers)
    batch, refused, naive = coerce(part, options.max_text_bytes, options.published_counts)
    counts.rows += rows
    counts.naive_times += naive
    if not refused.rows:
        return Received(source.name, batch, part)
    keep = np.ones(rows, dtype=bool)
    keep[list(refused.rows)] = False
    bad = sorted(refused.rows.items())
    raw = as_json(part.filter(~keep)).to_pylist() if rejects.keeps else [b""] * len(bad)
    for (row, (column, value, reason)), held in zip(bad, raw, strict=True):
        rejects.add(file=source.name, row=int(part.numbers[row]), column=column, value=value,
                    reason=reason, raw=held)  # fmt: skip
    return Received(source.name, batch.filter(pa.array(keep)), part.filter(keep))
