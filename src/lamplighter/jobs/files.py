"""The tables of an output folder, written piece by piece (DESIGN 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lamplighter.foundation.in_order import in_order
from lamplighter.foundation.progress import Progress
from lamplighter.jobs.intake import Intake
from lamplighter.jobs.link_table import LINK_SCHEMA, LinkTable
from lamplighter.jobs.listing_rows import LISTING_ROWS, listing_rows
from lamplighter.jobs.members import Members
from lamplighter.jobs.portraits import Operations, Templates
from lamplighter.jobs.relations import Relations
from lamplighter.linking.templates import TEMPLATE_SCHEMA
from lamplighter.listings.versions import Settled
from lamplighter.operations.model import OPERATION_SCHEMA

#: Rows in a row group.
_LINKS, _OPERATIONS = 1_000_000, 65_536


class Found(NamedTuple):
    """All that a run found."""

    intake: Intake
    settled: Settled
    relations: Relations
    members: Members
    templates: Templates
    operations: Operations


def write_files(folder: Path, work: Path, found: Found, threads: int, progress: Progress) -> None:
    """Write listings, links, templates and operations; memory holds a few row groups."""
    operations = found.operations
    _write(folder / "templates.parquet", TEMPLATE_SCHEMA, _templates(found.templates))
    _write(
        folder / "operations.parquet",
        OPERATION_SCHEMA,
        (operations.ranked(first, _OPERATIONS) for first in range(0, len(operations), _OPERATIONS)),
    )
    ids = found.intake.column("listing_id").take(pa.array(found.settled.order))
    _write(folder / "links.parquet", LINK_SCHEMA, _links(found.relations.links, ids, threads))
    del ids
    progress.total(len(found.settled.order))

    def counted() -> Iterator[pa.Table]:
        for table in listing_rows(*found, work, threads):
            progress.advance(table.num_rows)
            yield table

    _write(folder / "listings.parquet", LISTING_ROWS, counted())


def _write(path: Path, schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(1, table.num_rows))


def _templates(templates: Templates) -> Iterator[pa.Table]:
    """By id, in one piece: there are far fewer templates than listings."""
    table = pa.concat_tables([TEMPLATE_SCHEMA.empty_table(), *templates.file.tables()])
    yield table.sort_by("template_id")


def _links(links: LinkTable, ids: pa.ChunkedArray, threads: int) -> Iterator[pa.Table]:
    def rows(part: tuple[int, int]) -> pa.Table:
        table = links.rows(np.arange(*part))
        named = [ids.take(table["source"]), ids.take(table["target"])]
        return pa.table([*named, *table.columns[2:]], schema=LINK_SCHEMA)

    return in_order(rows, links.batches(_LINKS), threads)
