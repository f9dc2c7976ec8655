"""Version pairs read once: spooled to disk, aligned, and put together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.concealment.pairs import HUNK_SCHEMA, PAIR_SCHEMA, PairPart, read_pairs
from lamplighter.foundation.memory import give_back
from lamplighter.foundation.progress import Progress
from lamplighter.listings.actions import REFUSED, read_actions
from lamplighter.listings.digest_set import DigestSet
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.listings.versions import row_digest
from lamplighter.signals.lexicon import Lexicon

_SPOOLED = ("title", "text", "published_title", "published_text")
_MESSAGES = ("moderation_message", "message", "moderator_message", "reason")


@dataclass(frozen=True)
class AuditIntake:
    """All pairs. `spool` is the file with their texts; token arrays are those of the submitted."""

    pairs: pa.Table
    hunks: pa.Table
    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint32]
    states: NDArray[np.uint8]
    spool: Path
    messages: dict[int, str]  # by row, of refused listings


def take_in_pairs(
    batches: Iterator[pa.RecordBatch],
    work: Path,
    lexicon: Lexicon,
    rejects: RejectWriter,
    *,
    region: str,
    threads: int,
    progress: Progress,
) -> AuditIntake:
    """Spool all batches under `work` and align their pairs, on `threads` threads.

    Rows with the same id and content are refused. Memory holds tokens and what differs.
    """
    spool = work / "pairs.arrow"
    schema = pa.schema([LISTING_SCHEMA.field(name) for name in _SPOOLED])
    done: list[PairPart] = []
    waiting: deque[Future[PairPart]] = deque()
    messages: dict[int, str] = {}
    seen = DigestSet()
    rows = 0
    with (
        pa.OSFile(str(spool), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
        ThreadPoolExecutor(threads) as pool,
    ):
        for batch in batches:
            fresh = _without_repeats(batch, seen, rejects)
            writer.write_batch(fresh.select(list(_SPOOLED)))
            waiting.append(pool.submit(read_pairs, fresh, lexicon, region))
            _note_messages(fresh, rows, messages)
            rows += fresh.num_rows
            if len(waiting) > threads:
                done.append(waiting.popleft().result())
            progress.advance(batch.num_rows)
        done.extend(future.result() for future in waiting)
    joined = _joined(done, spool, messages)
    give_back()
    return joined


def _without_repeats(
    batch: pa.RecordBatch, seen: DigestSet, rejects: RejectWriter
) -> pa.RecordBatch:
    keep = seen.add(row_digest(batch))
    for row in np.flatnonzero(~keep).tolist():
        rejects.add(file="(input)", row=row + 1, column="listing_id",
                    value=batch.column(0)[row].as_py(),
                    reason="duplicate with the same version")  # fmt: skip
    return batch if keep.all() else batch.filter(pa.array(keep))


def _note_messages(batch: pa.RecordBatch, first: int, messages: dict[int, str]) -> None:
    """What posters of refused listings were told, from further columns of the input."""
    extra = batch.column(LISTING_SCHEMA.get_field_index("extra"))
    action = batch.column(LISTING_SCHEMA.get_field_index("moderation_action"))
    refused = pc.and_(pc.equal(read_actions(action), REFUSED), pc.is_valid(extra))
    for row in np.flatnonzero(refused.to_numpy(zero_copy_only=False)):
        held = orjson.loads(extra[int(row)].as_py())
        for name in _MESSAGES:
            if isinstance(held.get(name), str) and held[name].strip():
                messages[first + int(row)] = held[name][:2000]
                break


def _joined(parts: list[PairPart], spool: Path, messages: dict[int, str]) -> AuditIntake:
    """All parts as one; `parts` is empty afterwards."""
    hunks, rows, tokens = [], 0, 0
    for part in parts:
        table = part.hunks
        for name, base in (("pair", rows), ("low", tokens), ("high", tokens)):
            at = HUNK_SCHEMA.get_field_index(name)
            table = table.set_column(at, HUNK_SCHEMA.field(name), pc.add(table[name], base))
        hunks.append(table)
        rows += part.pairs.num_rows
        tokens += len(part.hashes)
    counts = [np.diff(part.offsets) for part in parts]
    sizes = np.concatenate(counts) if counts else np.zeros(0, np.int64)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]).astype(np.int64)
    pairs = pa.Table.from_batches([part.pairs for part in parts], schema=PAIR_SCHEMA)
    hashes, states = np.empty(tokens, np.uint32), np.empty(tokens, np.uint8)
    stop = tokens
    while parts:  # each part is let go once copied: both at once would take twice the memory
        part = parts.pop()
        hashes[stop - len(part.hashes) : stop] = part.hashes
        states[stop - len(part.hashes) : stop] = part.states
        stop -= len(part.hashes)
        del part
    table = pa.concat_tables(hunks) if hunks else HUNK_SCHEMA.empty_table()
    return AuditIntake(pairs, table, offsets, hashes, states, spool, messages)


def texts_at(spool: Path, rows: NDArray[np.int64]) -> pa.Table:
    """The spooled texts of some rows, in the order asked for.

    Read batch by batch: a mapped file would stay in memory page by page.
    """
    order = np.argsort(rows, kind="stable")
    parts, start, taken_so_far = [], 0, 0
    with pa.OSFile(str(spool), "rb") as file:
        reader = pa.ipc.open_file(file)
        schema = reader.schema
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            stop = int(np.searchsorted(rows[order], start + batch.num_rows))
            if stop > taken_so_far:
                parts.append(batch.take(pa.array(rows[order[taken_so_far:stop]] - start)))
            start, taken_so_far = start + batch.num_rows, stop
    place = np.empty(len(rows), np.int64)
    place[order] = np.arange(len(rows))
    return pa.Table.from_batches(parts, schema=schema).combine_chunks().take(pa.array(place))
