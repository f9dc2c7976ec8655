"""A log to count from: its own ledger's, or a folder received from somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
from numpy.typing import NDArray

from lamplighter.evidence.checkpoint import read_checkpoint
from lamplighter.evidence.entry import Entry, decode
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.log import Log
from lamplighter.evidence.note import VerifierKey
from lamplighter.evidence.shapes import NONE, shapes
from lamplighter.evidence.tiles import TILE_WIDTH, tile_path
from lamplighter.foundation.jit import kernel

I64 = NDArray[np.int64]
#: Bundles read at a time: some 260,000 entries.
_BUNDLES = 1024
_WHOLE, _WORD, _TRUTH = pa.int64(), pa.string(), pa.bool_()
#: What is counted of an entry's public part (docs/reporting.md says who writes what).
PUBLIC = {
    "received": _WHOLE, "outcome": _WORD, "policy_outcome": _WORD, "policy": _WORD,
    "grounds": pa.list_(_WORD), "action": _WORD, "means": _WORD,
    "verdict": _WORD, "clause": _WORD, "deed": _WORD, "word": _WORD, "decision": _WHOLE,
    "statement": _WHOLE, "state": _WORD, "channel": _WORD, "service": _WORD, "event": _WORD, "hold": _WORD, "rule": _WORD,
    "topic": _WORD, "what": _WORD, "about": _WORD, "step": _WORD,
    "measure": _WORD, "ground": _WORD, "category": _WORD, "source": _WORD,
    "automated_decision": _WORD, "automated_detection": _TRUTH,
    "notices": pa.list_(_WHOLE),
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
        lows = [at * TILE_WIDTH for at in range(start // TILE_WIDTH, bundles, _BUNDLES)]
        # Reading, cutting and parsing let other threads run: the next piece is made meanwhile.
        with ThreadPoolExecutor(1) as ahead:
            made: Future[pa.Table] | None = None
            for low in [*lows, None]:  # one more turn for the last piece
                ready = made
                if low is not None:
                    end = min(stop, low + _BUNDLES * TILE_WIDTH)
                    made = ahead.submit(self._table, low, end)
                if ready is not None:
                    table = ready.result()
                    yield table.slice(max(start - table["index"][0].as_py(), 0))

    def _table(self, start: int, stop: int) -> pa.Table:
        data, widths = [], []
        for number in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
            width = min(TILE_WIDTH, self.size - number * TILE_WIDTH)
            data.append(self._bundle(number, width))
            widths.append(width)
        lines = np.frombuffer(bytearray().join(data), np.uint8)
        sizes = np.array([len(part) for part in data], np.int64)
        starts, stops = np.empty(sum(widths), np.int64), np.empty(sum(widths), np.int64)
        broken = int(_as_lines(lines, sizes, np.array(widths, np.int64), starts, stops))
        if broken >= 0:
            raise TamperError(
                f"Entries from {start + broken * TILE_WIDTH} on: their bundle is cut or too long.",
                where=str(self.folder), entries=(start + broken * TILE_WIDTH,),
            )  # fmt: skip
        keep = stop - start
        return _by_shape(start, lines, starts[:keep], stops[:keep])

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
    data: NDArray[np.uint8], sizes: I64, widths: I64, starts: I64, stops: I64
) -> np.int64:
    """Where the entries of bundles start and stop; a line end and a blank are written over each
    length. The first bundle that does not add up, or -1.
    """
    start, row = np.int64(0), np.int64(0)
    for bundle in range(len(sizes)):
        at, stop, count = start, start + sizes[bundle], np.int64(0)
        while at + 2 <= stop and count < widths[bundle]:
            length = np.int64(data[at]) * 256 + np.int64(data[at + 1])
            data[at], data[at + 1] = 10, 32
            if at + 2 + length > stop:
                return np.int64(bundle)
            starts[row], stops[row] = at + 2, at + 2 + length
            at += 2 + length
            count += 1
            row += 1
        if count < widths[bundle]:
            return np.int64(bundle)
        start = stop
    return np.int64(-1)


def _by_shape(first: int, data: NDArray[np.uint8], starts: I64, stops: I64) -> pa.Table:
    """Parse one entry of each shape; the others take its values but for times and numbers."""
    stands, time, received, decision = shapes(data, starts, stops)
    itself = stands == np.arange(len(stands))
    chosen, place = np.flatnonzero(itself), (np.cumsum(itself) - 1)[stands]
    pieces = [data[starts[row] - 2 : stops[row]] for row in chosen]
    found = _parsed(np.concatenate(pieces), chosen + first)
    if len(chosen) == len(stands):
        return found
    taken = _taken(found, pa.array(place))
    own = {"index": pa.array(np.arange(first, first + len(stands)))}
    known = time != NONE
    moments = np.where(known, time, taken["time"].cast(pa.int64()).to_numpy())
    own["time"] = pa.array(moments).cast(pa.timestamp("us", "UTC"))
    for name, numbers in (("received", received), ("decision", decision)):
        said = taken[name]
        # Only where the parsed entry has it at its place, and this one is not alone in its shape.
        mask = said.is_null().to_numpy() | (numbers == NONE)
        own[name] = pc.coalesce(pa.array(numbers, mask=mask), said.combine_chunks())
    for name, column in own.items():
        taken = taken.set_column(taken.schema.get_field_index(name), LOG_SCHEMA.field(name), column)
    return taken


def _taken(table: pa.Table, places: pa.Array) -> pa.Table:
    """Rows of the table; columns without any value cost nothing."""
    columns = [
        pa.nulls(len(places), column.type) if column.null_count == len(column)
        else column.combine_chunks().take(places)
        for column in table.columns
    ]  # fmt: skip
    return pa.table(columns, schema=table.schema)


def _parsed(lines: NDArray[np.uint8], index: I64) -> pa.Table:
    options = pj.ParseOptions(explicit_schema=_READ, unexpected_field_behavior="ignore")
    read = pj.ReadOptions(block_size=8 << 20)
    try:
        table = pj.read_json(pa.BufferReader(pa.py_buffer(lines)), read, options)
    except pa.ArrowInvalid:  # an entry has something else under a name that we count
        table = None
    if table is None or table.num_rows != len(index):
        return one_by_one(index, lines.tobytes())
    public = table["public"].combine_chunks()
    if isinstance(public, pa.ChunkedArray):
        public = public.chunk(0)
    inner = public.flatten()
    columns = [
        pa.array(index),
        table["kind"], table["actor"], table["time"].cast(pa.timestamp("us", "UTC")),
        *inner,
    ]  # fmt: skip
    return pa.table(columns, schema=LOG_SCHEMA)


def one_by_one(indices: I64, lines: bytes) -> pa.Table:
    """As the fast way, entry by entry: what is not of the kind that is counted becomes null."""
    parts = lines.split(b"\n")[1:]
    if len(parts) != len(indices):
        raise TamperError("An entry holds a line end, which no entry does.",
                          entries=(int(indices[0]),))  # fmt: skip
    rows = []
    for index, line in zip(indices.tolist(), parts, strict=True):
        entry = decode(index, line)
        public = entry.public if isinstance(entry.public, dict) else {}
        row: dict[str, object] = {
            name: value if _fits(value := public.get(name), kind) else None
            for name, kind in PUBLIC.items()
        }
        rows.append({"index": index, "kind": entry.kind, "actor": entry.actor,
                     "time": entry.time, **row})  # fmt: skip
    return pa.Table.from_pylist(rows, LOG_SCHEMA)


def _fits(value: object, kind: pa.DataType) -> bool:
    if kind == _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == _TRUTH:
        return isinstance(value, bool)
    if kind == _WORD:
        return isinstance(value, str)
    return isinstance(value, list) and all(_fits(one, kind.value_type) for one in value)
