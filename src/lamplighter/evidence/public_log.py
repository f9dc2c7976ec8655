"""A log to count from: its own ledger's, or a folder received from somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.json as pj
from numpy.typing import NDArray

from lamplighter.evidence.checkpoint import read_checkpoint
from lamplighter.evidence.entry import Entry, decode
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.log import Log
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.tiles import TILE_WIDTH, tile_path
from lamplighter.foundation.jit import kernel

#: Bundles read at a time: some 260,000 entries.
_BUNDLES = 1024
_WHOLE, _WORD, _TRUTH = pa.int64(), pa.string(), pa.bool_()
#: What is counted of an entry's public part (docs/reporting.md says who writes what).
PUBLIC = {
    "received": _WHOLE, "outcome": _WORD, "policy_outcome": _WORD, "policy": _WORD,
    "grounds": pa.list_(_WORD), "action": _WORD, "means": _WORD, "operation": _WORD,
    "verdict": _WORD, "clause": _WORD, "deed": _WORD, "word": _WORD, "decision": _WHOLE,
    "state": _WORD, "channel": _WORD, "event": _WORD, "hold": _WORD, "rule": _WORD,
    "topic": _WORD, "what": _WORD, "about": _WORD, "step": _WORD,
    "measure": _WORD, "ground": _WORD, "category": _WORD, "source": _WORD,
    "automated_decision": _WORD, "automated_detection": _TRUTH,
}  # fmt: skip
_READ = pa.schema(
    [
        ("kind", _WORD),
        ("actor", _WORD),
        ("time", pa.timestamp("us")),
        ("public", pa.struct(list(PUBLIC.items()))),
    ]
)
#: `index` of the entry; `time` UTC; the rest as the public part has it, null where it has not.
LOG_SCHEMA = pa.schema(
    [("index", pa.int64()), ("kind", _WORD), ("actor", _WORD),
     ("time", pa.timestamp("us", "UTC")), *PUBLIC.items()]
)  # fmt: skip


class PublicLog:
    """The log in `folder` (tlog-tiles), as large as its checkpoint says. No lock, no openings."""

    def __init__(self, folder: Path, key: VerifierKey) -> None:
        """TamperError where the checkpoint is missing or not signed with the key."""
        path = folder / "checkpoint"
        try:
            found = read_checkpoint(path.read_bytes(), key)
        except FileNotFoundError as error:
            raise TamperError("The log has no checkpoint.", where=str(path)) from error
        self.folder = folder
        self.origin, self.size, self.root = found.origin, found.size, found.root
        self._log = Log(folder, found.size)

    def entry(self, index: int) -> Entry:
        """One entry, parsed."""
        return decode(index, self._log.raw(index))

    def root_at(self, size: int) -> bytes:
        """Root of the tree of the first `size` entries."""
        return self._log.root(size)

    def tables(self, start: int = 0, stop: int | None = None) -> Iterator[pa.Table]:
        """Tables (LOG_SCHEMA) of the entries from `start` to before `stop` (the end), in order.

        TamperError where a file is missing or cut, or an entry cannot be read. Hashes are not
        compared with the root: `evidence verify` does that.
        """
        stop = self.size if stop is None else min(stop, self.size)
        bundles = -(-stop // TILE_WIDTH)
        for first in range(start // TILE_WIDTH, bundles, _BUNDLES):
            low = first * TILE_WIDTH
            table = self._table(low, min(stop, low + _BUNDLES * TILE_WIDTH))
            yield table.slice(max(start - low, 0))

    def _table(self, start: int, stop: int) -> pa.Table:
        data, widths = [], []
        for number in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
            width = min(TILE_WIDTH, self.size - number * TILE_WIDTH)
            data.append(self._bundle(number, width))
            widths.append(width)
        lines = np.frombuffer(b"".join(data), np.uint8).copy()
        sizes = np.array([len(part) for part in data], np.int64)
        broken = int(_as_lines(lines, sizes, np.array(widths, np.int64)))
        if broken >= 0:
            raise TamperError(
                f"Entries from {start + broken * TILE_WIDTH} on: their bundle is cut or too long.",
                where=str(self.folder), entries=(start + broken * TILE_WIDTH,),
            )  # fmt: skip
        return _parsed(start, lines, sum(widths)).slice(0, stop - start)

    def _bundle(self, number: int, width: int) -> bytes:
        for name in (tile_path("entries", number, width), tile_path("entries", number)):
            try:
                return (self.folder / name).read_bytes()
            except FileNotFoundError:
                continue
        first = number * TILE_WIDTH
        raise TamperError(
            f"Entries {first} to {first + width - 1}: their bundle is missing.",
            where=str(self.folder / tile_path("entries", number, width)), entries=(first,),
        )  # fmt: skip


@kernel
def _as_lines(
    data: NDArray[np.uint8], sizes: NDArray[np.int64], widths: NDArray[np.int64]
) -> np.int64:
    """Write a line end and a space over each length, so that bundles are JSON lines; what stands
    behind a bundle's width becomes blank. The first bundle that does not add up, or -1.
    """
    start = np.int64(0)
    for bundle in range(len(sizes)):
        at, stop, count = start, start + sizes[bundle], np.int64(0)
        while at + 2 <= stop and count < widths[bundle]:
            length = np.int64(data[at]) * 256 + np.int64(data[at + 1])
            data[at], data[at + 1] = 10, 32
            at += 2 + length
            count += 1
        if at > stop or count < widths[bundle]:
            return np.int64(bundle)
        data[at:stop] = 32
        start = stop
    return np.int64(-1)


def _parsed(first: int, lines: NDArray[np.uint8], count: int) -> pa.Table:
    options = pj.ParseOptions(explicit_schema=_READ, unexpected_field_behavior="ignore")
    read = pj.ReadOptions(block_size=8 << 20)
    try:
        table = pj.read_json(pa.BufferReader(pa.py_buffer(lines)), read, options)
    except pa.ArrowInvalid:  # an entry has something else under a name that we count
        table = None
    if table is None or table.num_rows != count:
        return one_by_one(first, lines.tobytes(), count)
    public = table["public"].combine_chunks()
    if isinstance(public, pa.ChunkedArray):
        public = public.chunk(0)
    inner = public.flatten()
    columns = [
        pa.array(np.arange(first, first + count)),
        table["kind"], table["actor"], table["time"].cast(pa.timestamp("us", "UTC")),
        *inner,
    ]  # fmt: skip
    return pa.table(columns, schema=LOG_SCHEMA)


def one_by_one(first: int, lines: bytes, count: int) -> pa.Table:
    """As the fast way, entry by entry: what is not of the kind that is counted becomes null."""
    rows = []
    for index, line in enumerate(lines.split(b"\n")[1:], first):
        entry = decode(index, line)
        public = entry.public if isinstance(entry.public, dict) else {}
        row: dict[str, object] = {
            name: value if _fits(value := public.get(name), kind) else None
            for name, kind in PUBLIC.items()
        }
        rows.append({"index": index, "kind": entry.kind, "actor": entry.actor,
                     "time": entry.time, **row})  # fmt: skip
    if len(rows) != count:
        raise TamperError("An entry holds a line end, which no entry does.", entries=(first,))
    return pa.Table.from_pylist(rows, LOG_SCHEMA)


def _fits(value: object, kind: pa.DataType) -> bool:
    if kind == _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == _TRUTH:
        return isinstance(value, bool)
    if kind == _WORD:
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
