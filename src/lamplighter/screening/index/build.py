"""The whole index from the listing store: one pass over the listings, one over their tokens."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.column_file import ColumnFile
from lamplighter.foundation.progress import Progress, Steps
from lamplighter.linking.rarity import one_party_each
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.index.belonging import Belonging, link_digest, write_belonging
from lamplighter.screening.index.known import KnownIndex, made_folder
from lamplighter.screening.index.manifest import Manifest, read_manifest, write_manifest
from lamplighter.screening.index.recent import listed_of
from lamplighter.screening.index.segment import Listed, joined, write_segment
from lamplighter.screening.index.tables import PARAMETERS, Tables, learn_tables, write_tables
from lamplighter.screening.said import Said, read_said
from lamplighter.signals.lexicon import Lexicon
from lamplighter.text.hashing import hash_strings
from lamplighter.workspace.workspace import Workspace

#: Rows of one segment: sorting their keys takes 16 bytes a key.
SEGMENT_ROWS = 4_000_000
_COLUMNS = [*LISTING_SCHEMA.names, "ledger_index"]


@dataclass
class _Batch:
    """One batch as read, its tokens moved to the spool."""

    listed: Listed
    topics: pa.Array
    start: int  # of its tokens in the spool


def rebuild(
    workspace: Workspace, folder: Path, lexicon: Lexicon, steps: Steps, *, threads: int = 2
) -> KnownIndex:
    """Build the index of all versions in the store; the old one counts until it is done."""
    folder.mkdir(parents=True, exist_ok=True)
    old = read_manifest(folder) or Manifest()
    number = old.next
    with TemporaryDirectory(prefix=".spool-", dir=folder) as scratch:
        spool: ColumnFile[np.uint32] = ColumnFile(Path(scratch) / "tokens.u32", np.uint32)
        with steps.step("reading and signals") as progress:
            batches = list(_read(workspace, lexicon, threads, spool, progress))
        tokens = spool.read()
        digest = link_digest(workspace.links_folder)
        belonging = ""
        with steps.step("operations and templates"):
            if digest:
                belonging = made_folder(
                    folder, "belonging", number,
                    lambda beside: write_belonging(beside, workspace.links_folder),
                )  # fmt: skip
        with steps.step("rarity"):
            tables = _learn(batches, tokens, Belonging(folder / belonging if belonging else None))
            named = made_folder(
                folder, "tables", number + 1, lambda beside: write_tables(beside, tables)
            )
        names: list[str] = []
        with steps.step("segments"):
            for group in _groups(batches):
                write = partial(write_segment, listed=_whole(group, tokens, tables), tables=tables)
                names.append(made_folder(folder, "segment", number + 2 + len(names), write))
        upto = max((int(b.listed.ledger.max(initial=-1)) for b in batches), default=-1)
    made = Manifest(named, tuple(names), belonging, digest, upto, "", number + 2 + len(names))
    write_manifest(folder, made)
    for name in old.folders:
        shutil.rmtree(folder / name, ignore_errors=True)
    return KnownIndex(folder, made)


def _read(
    workspace: Workspace,
    lexicon: Lexicon,
    threads: int,
    spool: ColumnFile[np.uint32],
    progress: Progress,
) -> Iterator[_Batch]:
    config = workspace.config
    waiting: deque[tuple[pa.RecordBatch, Future[Said]]] = deque()
    start = 0

    def take() -> _Batch:
        nonlocal start
        batch, future = waiting.popleft()
        said = future.result()
        spool.append(said.tokens)
        made = _batch(batch, said, start)
        start += len(said.tokens)
        progress.advance(batch.num_rows)
        return made

    with ThreadPoolExecutor(threads) as pool:
        for batch in workspace.listings.batches(_COLUMNS, rows=32_768):
            rows = batch.select(LISTING_SCHEMA.names)
            waiting.append(
                (batch, pool.submit(read_said, rows, lexicon, config.region, config.images))
            )
            if len(waiting) > threads:
                yield take()
        while waiting:
            yield take()


def _batch(batch: pa.RecordBatch, said: Said, start: int) -> _Batch:
    names = batch.schema.get_field_index
    rows = batch.num_rows
    listed = listed_of(
        said.offsets, np.zeros(0, np.uint32), np.zeros(rows, np.uint8),
        batch.column(names("listing_id")), batch.column(names("account_id")),
        batch.column(names("ledger_index")).to_numpy(), said.identifiers, said.images,
    )  # fmt: skip
    return _Batch(listed, said.topics.dictionary_encode(), start)


def _groups(batches: list[_Batch]) -> Iterator[list[_Batch]]:
    """Batches of one segment each; without a listing there is no segment."""
    group: list[_Batch] = []
    rows = 0
    for batch in batches:
        group.append(batch)
        rows += len(batch.listed.ids)
        if rows >= SEGMENT_ROWS:
            yield group
            group, rows = [], 0
    if group:
        yield group


def _whole(group: list[_Batch], tokens: NDArray[np.uint32], tables: Tables) -> Listed:
    """One segment's listings with their tokens, which lie side by side in the spool."""
    parts = []
    for batch in group:
        size = int(batch.listed.offsets[-1])
        parts.append(
            replace(
                batch.listed,
                tokens=tokens[batch.start : batch.start + size],
                apart=tables.apart(batch.topics.dictionary_decode()),
            )
        )
    return joined(parts)


def _learn(batches: list[_Batch], tokens: NDArray[np.uint32], belonging: Belonging) -> Tables:
    """Learn from the listings with the smallest hashed ids, of a template only its first few."""
    ids = np.concatenate(
        [np.zeros(0, np.uint64), *(hash_strings(batch.listed.ids) for batch in batches)]
    )
    starts = np.concatenate(
        [np.zeros(0, np.int64), *(b.listed.offsets[:-1] + b.start for b in batches)]
    )
    lengths = np.concatenate([np.zeros(0, np.int64), *(np.diff(b.listed.offsets) for b in batches)])
    topics: Counter[str] = Counter()
    for batch in batches:
        for each in batch.topics.value_counts().to_pylist():
            if each["values"] is not None:
                topics[each["values"]] += each["counts"]
    order = np.argsort(ids, kind="stable")
    order = order[np.diff(ids[order], prepend=~ids[order][:1]) != 0]  # one version of each
    template = belonging.of(ids[order])[1].astype(np.int64)
    alone = template < 0
    template[alone] = template.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    _, first, group = np.unique(template, return_index=True, return_inverse=True)
    groups = first[group].astype(np.int32) if len(order) else np.zeros(0, np.int32)
    chosen = order[one_party_each(groups, PARAMETERS)][: PARAMETERS.learn_from]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[chosen])])
    sample = np.empty(int(offsets[-1]), np.uint32)
    for place, row in enumerate(chosen.tolist()):
        begin = starts[row]
        sample[offsets[place] : offsets[place + 1]] = tokens[begin : begin + lengths[row]]
    return learn_tables(offsets, sample, dict(topics), len(order))
