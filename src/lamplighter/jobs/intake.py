"""Read listings once: spool them to disk with what each one says."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.column_file import ColumnFile
from lamplighter.foundation.progress import Progress
from lamplighter.foundation.table_file import TableFile
from lamplighter.jobs.signals import RowNumbers, Signals, read_signals
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.signals.lexicon import Lexicon

_TYPES = (np.int32, np.uint64, np.int64, np.uint64, np.uint64, np.uint64)


class Part(Protocol):
    """Some rows and what they say, read when asked for; `row` columns count from its first row."""

    @property
    def rows(self) -> int:
        """How many rows."""
        ...

    def listings(self) -> pa.Table:
        """LISTING_SCHEMA."""
        ...

    def facts(self) -> pa.Table:
        """As `Signals.facts`, a row for each listing."""
        ...

    def identifiers(self) -> pa.Table:
        """As `Signals.identifiers`."""
        ...

    def indicators(self) -> pa.Table:
        """INDICATOR_SCHEMA."""
        ...

    def images(self) -> pa.Table:
        """IMAGE_SCHEMA."""
        ...


@dataclass
class Intake:
    """All rows, numbered part by part. Memory holds a few numbers a row (`RowNumbers`); texts,
    tokens and all that was found are on disk."""

    parts: Sequence[Part]
    numbers: RowNumbers
    tokens: NDArray[np.uint32]  # of all rows, mapped
    image_problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return len(self.numbers.sizes)

    def bases(self) -> NDArray[np.int64]:
        """(parts+1,) the first row of each part, and the end."""
        return np.cumsum([0, *(part.rows for part in self.parts)]).astype(np.int64)

    def offsets(self) -> NDArray[np.int64]:
        """(rows+1,) tokens of row i are [i, i+1)."""
        out = np.zeros(self.rows + 1, dtype=np.int64)
        np.cumsum(self.numbers.sizes, out=out[1:])
        return out

    def forget(self, *names: str) -> None:
        """Let numbers of the rows go that nothing below will ask for."""
        gone = {name: getattr(self.numbers, name)[:0].copy() for name in names}
        self.numbers = self.numbers._replace(**gone)

    def ids_of(self, rows: pa.Array) -> pa.ChunkedArray:
        """Listing ids of some rows."""
        if len(rows) == 0:
            return pa.chunked_array([pa.array([], pa.large_string())])
        return self.column("listing_id").take(rows)

    def column(self, name: str) -> pa.ChunkedArray:
        """One column of the facts, of all rows."""
        return pa.chunked_array([part.facts()[name].combine_chunks() for part in self.parts])


class Spool(NamedTuple):
    """Files with a table for each batch."""

    listings: TableFile
    facts: TableFile
    identifiers: TableFile
    indicators: TableFile
    images: TableFile

    @classmethod
    def create(cls, folder: Path) -> Spool:
        """New files in the folder."""
        return cls(*(TableFile(folder / f"{name}.arrow") for name in cls._fields))

    def finish(self) -> None:
        """Nothing more will be appended."""
        for file in self:
            file.finish()


@dataclass(frozen=True)
class SpooledPart:
    """One batch of a spool."""

    spool: Spool
    number: int
    rows: int

    def listings(self) -> pa.Table:
        """LISTING_SCHEMA."""
        return self.spool.listings.table(self.number)

    def facts(self) -> pa.Table:
        """As `Signals.facts`."""
        return self.spool.facts.table(self.number)

    def identifiers(self) -> pa.Table:
        """As `Signals.identifiers`."""
        return self.spool.identifiers.table(self.number)

    def indicators(self) -> pa.Table:
        """INDICATOR_SCHEMA."""
        return self.spool.indicators.table(self.number)

    def images(self) -> pa.Table:
        """IMAGE_SCHEMA."""
        return self.spool.images.table(self.number)


class _Keeper:
    """Writes signals in the order of the batches."""

    def __init__(self, work: Path) -> None:
        self.spool = Spool.create(work)
        self.tokens: ColumnFile[np.uint32] = ColumnFile(work / "tokens.u32", np.uint32)
        self.numbers: list[RowNumbers] = []
        self.problems: list[tuple[int, str]] = []
        self.parts: list[SpooledPart] = []
        self.rows = 0

    def keep(self, batch: pa.RecordBatch, signals: Signals) -> None:
        self.spool.listings.append(batch)
        self.spool.facts.append(signals.facts)
        self.spool.identifiers.append(signals.identifiers)
        self.spool.indicators.append(signals.indicators)
        self.spool.images.append(signals.images)
        self.tokens.append(signals.tokens)
        self.numbers.append(signals.numbers)
        self.problems.extend((row + self.rows, reason) for row, reason in signals.image_problems)
        self.parts.append(SpooledPart(self.spool, len(self.parts), batch.num_rows))
        self.rows += batch.num_rows


Compute: TypeAlias = Callable[[pa.RecordBatch], Signals]
CachedSignals: TypeAlias = Callable[[pa.RecordBatch, Compute], Signals]


def _computed(batch: pa.RecordBatch, compute: Compute) -> Signals:
    return compute(batch)


def take_in(
    batches: Iterator[pa.RecordBatch],
    work: Path,
    lexicon: Lexicon,
    *,
    region: str,
    images: Path | None,
    threads: int,
    progress: Progress,
    cached: CachedSignals | None = None,
) -> Intake:
    """Spool all batches under `work` and read their signals, on `threads` threads.

    `cached` gets a batch and what computes its signals, and may know them already.
    """
    keeper = _Keeper(work)
    compute = partial(read_signals, lexicon=lexicon, region=region, images=images)
    waiting: deque[tuple[pa.RecordBatch, Future[Signals]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for batch in batches:
            waiting.append((batch, pool.submit(cached or _computed, batch, compute)))
            if len(waiting) > threads + 1:
                first, signals = waiting.popleft()
                keeper.keep(first, signals.result())
            progress.advance(batch.num_rows)
        while waiting:
            first, signals = waiting.popleft()
            keeper.keep(first, signals.result())
    if not keeper.parts:
        empty = pa.RecordBatch.from_pylist([], schema=LISTING_SCHEMA)
        keeper.keep(empty, read_signals(empty, lexicon, region, None))
    keeper.spool.finish()
    return Intake(keeper.parts, joined_numbers(keeper.numbers), keeper.tokens.read(),
                  keeper.problems)  # fmt: skip


def joined_numbers(parts: Sequence[RowNumbers]) -> RowNumbers:
    """The numbers of all rows."""
    return RowNumbers(
        *(np.concatenate(column).astype(kind, copy=False)
          for column, kind in zip(zip(*parts, strict=True), _TYPES, strict=True))
    )  # fmt: skip
