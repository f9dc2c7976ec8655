"""Writes a market and its truth to files: written beside, renamed when complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Progress
from lamplighter.simulate.batches import SIMULATED_SCHEMA, simulate
from lamplighter.simulate.kinds import Mix
from lamplighter.simulate.sinks import sink
from lamplighter.simulate.truth import TRUTH_SCHEMA


def write_market(
    listings: int,
    seed: int,
    out: Path,
    truth: Path | None = None,
    *,
    mix: str | Mix = "market",
    vocabulary: str = "default",
    threads: int = 2,
    progress: Progress | None = None,
) -> int:
    """Write a market to `out` and, if asked, its truth to `truth`; the rows written are returned.

    The endings of the names decide the formats (`sinks.ENDINGS`). The same arguments give the same
    bytes. Raises `UsageError` for an unknown ending and `LamplighterError` where a file cannot be
    written; no half-written file stays under the final name.
    """
    rows = 0
    with (
        beside(out) as draft,
        beside(truth) as truth_draft,
        sink(out, draft, SIMULATED_SCHEMA) as listings_file,
        sink(truth, truth_draft, TRUTH_SCHEMA) as truth_file,
    ):
        blocks = simulate(listings, seed, mix=mix, vocabulary=vocabulary, threads=threads)
        for block in blocks:
            listings_file.write(block.listings)
            truth_file.write(block.truth)
            rows += block.listings.num_rows
            if progress is not None:
                progress.advance(block.truth.num_rows)
    return rows


@contextmanager
def beside(path: Path | None) -> Iterator[Path | None]:
    """A name beside the final one, renamed to it at the end and removed on failure."""
    if path is None:
        yield None
        return
    draft = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as error:
        raise LamplighterError(
            "the market could not be written",
            where=str(path),
            hint=error.strerror or "see that the folder can be written to and has room",
        ) from error
    finally:
        if draft.exists():
            draft.unlink()
