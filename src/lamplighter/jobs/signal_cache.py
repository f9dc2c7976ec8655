"""What batches of listings say, kept on disk: a batch that was read before is not read again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pyarrow as pa

from lamplighter import __version__
from lamplighter.foundation.durable import write_durably
from lamplighter.jobs.signals import Signals
from lamplighter.listings.versions import row_digest

#: Raise it when signals change their meaning and the version of Lamplighter does not.
_FORMAT = 1
_UNUSED_SECONDS = 3600.0


class SignalCache:
    """Files named by the content of a batch and by all else its signals depend on.

    `settings` says that other part: lexicon, region and the like. Thread-safe.
    """

    def __init__(self, folder: Path, settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._settings = f"{_FORMAT} {__version__} {settings}".encode()
        self._used: set[str] = set()
        self.read_again = 0

    def of(self, batch: pa.RecordBatch, compute: Callable[[pa.RecordBatch], Signals]) -> Signals:
        """Signals of a batch of LISTING_SCHEMA: from the cache, else computed and kept."""
        name = sha256(self._settings + row_digest(batch).tobytes()).hexdigest()[:40] + ".arrow"
        self._used.add(name)
        path = self._folder / name
        if path.exists():
            os.utime(path)
            return _read(path)
        signals = compute(batch)
        self.read_again += batch.num_rows
        # An image that was not found may be there next time.
        if not signals.image_problems:
            write_durably(path, lambda file: _write(signals, file))
        return signals

    def forget_others(self) -> None:
        """Remove what this run did not use, and no other run uses."""
        old = time.time() - _UNUSED_SECONDS
        for path in self._folder.iterdir():
            if path.name not in self._used and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)


def _tables(signals: Signals) -> dict[str, pa.Table]:
    out: dict[str, pa.Table] = {}
    for field in fields(signals):
        value: Any = getattr(signals, field.name)
        if isinstance(value, pa.Table):
            out[field.name] = value.unify_dictionaries().combine_chunks()
        elif isinstance(value, np.ndarray):
            out[field.name] = pa.table({"values": pa.array(value)})
        elif isinstance(value, pa.Array | pa.ChunkedArray):
            out[field.name] = pa.table({"values": value})
        elif hasattr(value, "_fields"):
            out[field.name] = pa.table(value._asdict())
    return out


def _write(signals: Signals, file: Any) -> None:
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    for table in _tables(signals).values():
        with pa.ipc.new_stream(file, table.schema, options=options) as writer:
            writer.write_table(table)


def _read(path: Path) -> Signals:
    hints = get_type_hints(Signals)
    found: dict[str, Any] = {"image_problems": []}
    with pa.OSFile(str(path)) as file:
        for field in fields(Signals):
            if field.name in found:
                continue
            with pa.ipc.open_stream(file) as stream:
                table = stream.read_all().combine_chunks()
            kind = hints[field.name]
            if kind is pa.Table:
                found[field.name] = table
            elif kind is pa.Array:
                column = table["values"]
                found[field.name] = pa.concat_arrays(column.chunks) if column.num_chunks else (
                    pa.array([], column.type)
                )  # fmt: skip
            elif hasattr(kind, "_fields"):
                found[field.name] = kind(*(column.to_numpy() for column in table.columns))
            else:
                found[field.name] = table["values"].to_numpy()
    return Signals(**found)
