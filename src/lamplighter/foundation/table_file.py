"""Tables written to a file one after another, and read back by number."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa


class TableFile:
    """Append tables, then read any of them, from several threads as well.

    Each is an Arrow stream of its own, so that its dictionaries may differ from the others'.
    Trap: reading copies out of the file instead of mapping it. What is mapped and touched counts
    as memory of the process until it is unmapped, and the files may be larger than the memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sink: pa.OSFile | None = pa.OSFile(str(path), "wb")
        self._bounds = [0]
        self._file: int | None = None

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def append(self, table: pa.Table | pa.RecordBatch) -> None:
        """Write one table; it may be empty."""
        if self._sink is None:
            raise ValueError(f"{self.path} is finished")
        with pa.ipc.new_stream(self._sink, table.schema) as writer:
            writer.write(table)
        self._bounds.append(self._sink.tell())

    def finish(self) -> None:
        """Nothing more will be appended."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None
            self._file = os.open(self.path, os.O_RDONLY)

    def table(self, number: int) -> pa.Table:
        """The table that was appended as this number, from 0."""
        self.finish()
        first, stop = self._bounds[number], self._bounds[number + 1]
        return pa.ipc.open_stream(self._bytes(first, stop)).read_all()

    def tables(self) -> list[pa.Table]:
        """All tables, in order."""
        return [self.table(number) for number in range(len(self))]

    def remove(self) -> None:
        """Close and delete the file."""
        self.finish()
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self.path.unlink(missing_ok=True)

    def _bytes(self, first: int, stop: int) -> pa.Buffer:
        assert self._file is not None
        buffer = pa.allocate_buffer(stop - first)
        view = memoryview(buffer)
        at = 0
        while at < len(view):  # one call reads 2 GB at most
            got = os.preadv(self._file, [view[at:]], first + at)
            if not got:
                raise OSError(5, "A file of this run was cut short", str(self.path))
            at += got
        return buffer

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            os.close(self._file)  # type: ignore[arg-type]
            self._file = None
