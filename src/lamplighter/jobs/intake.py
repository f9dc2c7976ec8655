"""Read listings once: spool them to disk, and note what each one says."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.column_file import ColumnFile
from lamplighter.foundation.progress import Progress
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.listings.versions import row_digest
from lamplighter.signals.evasion import count as count_evasion
from lamplighter.signals.identifiers import extract
from lamplighter.signals.images import folder, hash_images
from lamplighter.signals.indicators import find
from lamplighter.signals.language import detect
from lamplighter.signals.lexicon import Lexicon
from lamplighter.signals.places import resolve
from lamplighter.signals.spans import join_fields
from lamplighter.text.thin import thinned
from lamplighter.text.tokens import tokenise


@dataclass(frozen=True)
class Signals:
    """What one batch says; `row` columns count from the batch's first row."""

    sizes: NDArray[np.int64]  # tokens of each row
    tokens: NDArray[np.uint32]  # emptied when they are in their file
    identifiers: pa.Table
    indicators: pa.Table
    evasion: pa.Table
    places: pa.Table
    language: pa.Array
    images: pa.Table
    image_problems: list[tuple[int, str]]
    digest: NDArray[np.uint64]


@dataclass(frozen=True)
class Intake:
    """All rows: the spool (memory-mapped) and what they say, `row` counting from the first row."""

    spool: pa.Table
    offsets: NDArray[np.int64]
    tokens: NDArray[np.uint32]
    identifiers: pa.Table
    indicators: pa.Table
    evasion: pa.Table
    places: pa.Table
    language: pa.ChunkedArray
    images: pa.Table
    image_problems: list[tuple[int, str]]
    digest: NDArray[np.uint64]


def _read_signals(
    batch: pa.RecordBatch, lexicon: Lexicon, region: str, images: Path | None
) -> Signals:
    column = batch.column
    names = LISTING_SCHEMA.get_field_index
    title, text = column(names("title")), column(names("text"))
    joined, title_bytes = join_fields(title, text)
    tokens = tokenise(joined)
    offsets, words = thinned(tokens)
    found = hash_images(column(names("images")), folder(images) if images else None)
    given = column(names("language"))
    detected = detect(tokens, joined).cast(pa.large_string())
    return Signals(
        sizes=np.diff(offsets),
        tokens=words,
        identifiers=extract(
            title, text, *(column(names(name)) for name in ("phone", "email", "url", "country")),
            default_region=region,
        ),
        indicators=find(tokens, joined, lexicon, column(names("category")), title_bytes),
        evasion=count_evasion(tokens, joined),
        places=resolve(
            *(column(names(name))
              for name in ("city", "region", "country", "latitude", "longitude"))
        ),
        language=pc.coalesce(given, detected),
        images=found.table,
        image_problems=[(problem.row, problem.reason) for problem in found.problems],
        digest=row_digest(batch),
    )  # fmt: skip


def _kept(signals: Signals, tokens: ColumnFile[np.uint32]) -> Signals:
    tokens.append(signals.tokens)
    return replace(signals, tokens=np.zeros(0, dtype=np.uint32))


def _shifted(tables: list[pa.Table], bases: list[int]) -> pa.Table:
    out = [
        table.set_column(
            0, "row", pa.array(table["row"].to_numpy().astype(np.int64) + base, pa.int64())
        )
        for table, base in zip(tables, bases, strict=True)
    ]
    return pa.concat_tables(out, promote_options="permissive").combine_chunks()


def take_in(
    batches: Iterator[pa.RecordBatch],
    work: Path,
    lexicon: Lexicon,
    *,
    region: str,
    images: Path | None,
    threads: int,
    progress: Progress,
) -> Intake:
    """Spool all batches under `work` and read their signals, on `threads` threads.

    Memory holds what was found; the texts and their token hashes stay on disk, mapped.
    """
    spool = work / "spool.arrow"
    tokens: ColumnFile[np.uint32] = ColumnFile(work / "tokens.u32", np.uint32)
    done: list[Signals] = []
    bases: list[int] = []
    waiting: deque[Future[Signals]] = deque()
    rows = 0
    with (
        pa.OSFile(str(spool), "wb") as sink,
        pa.ipc.new_file(sink, LISTING_SCHEMA) as writer,
        ThreadPoolExecutor(threads) as pool,
    ):
        for batch in batches:
            writer.write_batch(batch)
            bases.append(rows)
            rows += batch.num_rows
            waiting.append(pool.submit(_read_signals, batch, lexicon, region, images))
            if len(waiting) > threads + 1:
                done.append(_kept(waiting.popleft().result(), tokens))
            progress.advance(batch.num_rows)
        done.extend(_kept(future.result(), tokens) for future in waiting)
    if not done:
        empty = pa.RecordBatch.from_pylist([], schema=LISTING_SCHEMA)
        done, bases = [_read_signals(empty, lexicon, region, None)], [0]
    offsets = np.concatenate(
        [np.zeros(1, np.int64), np.cumsum(np.concatenate([part.sizes for part in done]))]
    )
    return Intake(
        spool=pa.ipc.open_file(pa.memory_map(str(spool))).read_all(),
        offsets=offsets,
        tokens=tokens.read(),
        identifiers=_shifted([part.identifiers for part in done], bases),
        indicators=_shifted([part.indicators for part in done], bases),
        evasion=pa.concat_tables([part.evasion for part in done]),
        places=pa.concat_tables([part.places for part in done], promote_options="permissive"),
        language=pa.chunked_array([part.language for part in done]),
        images=_shifted([part.images for part in done], bases),
        image_problems=[
            (row + base, reason)
            for part, base in zip(done, bases, strict=True)
            for row, reason in part.image_problems
        ],
        digest=np.concatenate([part.digest for part in done]),
    )
