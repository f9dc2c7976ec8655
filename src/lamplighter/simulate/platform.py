"""A platform with a known truth: what was submitted, what it published, and what it hid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from lamplighter.foundation.progress import Progress
from lamplighter.simulate.batches import BLOCK, SIMULATED_SCHEMA, simulate
from lamplighter.simulate.market import beside
from lamplighter.simulate.platform_habits import habits_of, platform_words
from lamplighter.simulate.platform_rows import Desk, Practice
from lamplighter.simulate.rows import DAYS, OPENING_US
from lamplighter.simulate.sinks import sink

_TEXT, _TIME = pa.large_string(), pa.timestamp("us", tz="UTC")

#: Version pairs (DESIGN 4.1); `moderation_message` is what the poster was told.
PLATFORM_SCHEMA = pa.schema(
    [
        *SIMULATED_SCHEMA,
        pa.field("published_title", _TEXT),
        pa.field("published_text", _TEXT),
        pa.field("published_at", _TIME),
        pa.field("moderated_by", _TEXT),
        pa.field("moderation_action", _TEXT),
        pa.field("moderation_message", _TEXT),
    ]
)

#: What was done to a listing; several rows where several things were. `practice` is one of
#: DESIGN 4.5, or an honest habit: contact_masked, profanity, typo, formatting, refused, resubmitted,
#: removed, image_removed. `term` is what was taken out; `chain` the refused listing that a
#: resubmission follows.
PLATFORM_TRUTH = pa.schema(
    [
        pa.field("listing_id", _TEXT, nullable=False),
        pa.field("practice", _TEXT, nullable=False),
        pa.field("term", _TEXT, nullable=False),
        pa.field("chain", _TEXT, nullable=False),
    ]
)


class PlatformBlock(NamedTuple):
    """Some listings and what was done to them."""

    listings: pa.RecordBatch
    truth: pa.RecordBatch


def simulate_platform(
    platform: str, listings: int, seed: int, *, vocabulary: str = "default", threads: int = 2
) -> Iterator[PlatformBlock]:
    """Yield about `listings` version pairs, in blocks and in the order of posting.

    The same arguments give the same rows. Raises `UsageError` for an unknown platform, vocabulary
    or a wrong size.
    """
    desk = Desk(platform, habits_of(platform), platform_words(vocabulary), listings, seed)
    serial = 0
    for block in simulate(listings, seed, vocabulary=vocabulary, threads=threads):
        fresh = min(block.listings.num_rows, listings - serial)
        if fresh <= 0:
            return
        batch = _in_order(block.listings.slice(0, fresh), serial, listings, seed)
        rows = desk.treat(batch, serial, np.random.default_rng([seed, serial // BLOCK, 77]))
        truth = pa.RecordBatch.from_pylist(
            [practice._asdict() for practice in rows.truth], schema=PLATFORM_TRUTH
        )
        yield PlatformBlock(_batch(batch, rows.columns, rows.source), truth)
        serial += fresh


def _in_order(batch: pa.RecordBatch, first: int, total: int, seed: int) -> pa.RecordBatch:
    """The batch with ids and times in the order of posting, busier by day than by night."""
    chance = np.random.default_rng([seed, first // BLOCK, 76])
    place = (first + np.sort(chance.uniform(0, batch.num_rows, batch.num_rows))) / total * DAYS
    place += 0.14 * np.sin(2 * np.pi * place)  # monotone: its slope stays above zero
    micros = OPENING_US + (np.maximum(place, 0) * 86_400e6).astype(np.int64)
    ids = [f"L{first + row:09d}" for row in range(batch.num_rows)]
    names = batch.schema.names
    batch = batch.set_column(names.index("listing_id"), SIMULATED_SCHEMA.field("listing_id"),
                             pa.array(ids, _TEXT))  # fmt: skip
    times = pa.array(micros // 1_000_000 * 1_000_000).cast(_TIME)
    return batch.set_column(names.index("posted_at"), SIMULATED_SCHEMA.field("posted_at"), times)


def _batch(
    batch: pa.RecordBatch, columns: dict[str, list[object]], source: list[int]
) -> pa.RecordBatch:
    taken = batch.take(pa.array(source, pa.int64()))
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns
        else taken.column(taken.schema.get_field_index(field.name))
        for field in PLATFORM_SCHEMA
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(arrays, schema=PLATFORM_SCHEMA)


def write_platform(
    platform: str,
    listings: int,
    seed: int,
    out: Path,
    truth: Path | None = None,
    *,
    vocabulary: str = "default",
    threads: int = 2,
    progress: Progress | None = None,
) -> int:
    """Write the version pairs of a platform and, if asked, the truth; the rows are returned.

    Formats, errors and half-written files are as for `market.write_market`.
    """
    rows = 0
    with (
        beside(out) as draft,
        beside(truth) as truth_draft,
        sink(out, draft, PLATFORM_SCHEMA) as pairs_file,
        sink(truth, truth_draft, PLATFORM_TRUTH) as truth_file,
    ):
        for block in simulate_platform(
            platform, listings, seed, vocabulary=vocabulary, threads=threads
        ):
            pairs_file.write(block.listings)
            truth_file.write(block.truth)
            rows += block.listings.num_rows
            if progress is not None:
                progress.advance(block.listings.num_rows)
    return rows


__all__ = ["PLATFORM_SCHEMA", "PLATFORM_TRUTH", "Practice", "simulate_platform", "write_platform"]
