"""listings.parquet: every listing with where it belongs and what it says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.jobs.intake import Intake
from lamplighter.jobs.members import Members
from lamplighter.jobs.relations import Relations
from lamplighter.linking.templates import TEMPLATE_SCHEMA
from lamplighter.listings.versions import Settled
from lamplighter.operations.naming import stable_id


def _nested(table: pa.Table, rows: NDArray[np.int64], count: int, names: list[str]) -> pa.Array:
    """Rows of `table` as one list of structs per listing; `rows` (k,) ascending."""
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=offsets[1:])
    columns = [table[name].combine_chunks() for name in names]
    flat = [column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
            for column in columns]  # fmt: skip
    flat = [column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
            for column in flat]  # fmt: skip
    return pa.LargeListArray.from_arrays(
        pa.array(offsets), pa.StructArray.from_arrays(flat, names=names)
    )


def _by_listing(table: pa.Table, keys: list[str]) -> tuple[pa.Table, NDArray[np.int64]]:
    """Sorted by listing and by everything that tells two rows apart, and the listing of each."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            text = table.column(place).cast(pa.large_string())
            table = table.set_column(place, field.name, text)
    table = table.sort_by([(name, "ascending") for name in ("row", *keys)])
    return table, table["row"].to_numpy()


def _names(
    members: Members, relations: Relations, ids: pa.ChunkedArray, count: int
) -> tuple[pa.Array, pa.Array]:
    """template_id and operation_id of every listing; null where none."""
    template = np.full(count, -1, dtype=np.int64)
    template[members.listing] = members.data.template_of
    templates = members.templates.select([TEMPLATE_SCHEMA.names[0]]).column(0).combine_chunks()
    chosen = pa.array(template, mask=template < 0)
    template_ids = pa.array(templates.to_pylist(), pa.large_string()).take(chosen)
    operation = np.full(count, -1, dtype=np.int64)
    operation[members.listing] = members.data.member_of
    names = members.data.listings["listing_id"].to_pylist()
    smallest: list[str | None] = [None] * (int(members.data.member_of.max(initial=-1)) + 1)
    for name, number in zip(names, members.data.member_of.tolist(), strict=True):
        held = smallest[number]
        if held is None or name.encode() < held.encode():
            smallest[number] = name
    labels = pa.array([stable_id("op", name) for name in smallest if name], pa.large_string())
    return template_ids, labels.take(pa.array(operation, mask=operation < 0))


def listing_rows(
    ids: pa.ChunkedArray,
    intake: Intake,
    settled: Settled,
    relations: Relations,
    members: Members,
) -> pa.Table:
    """One row per listing, in canonical order."""
    count = len(settled.order)
    template_ids, operation_ids = _names(members, relations, ids, count)
    identifiers, rows = _by_listing(
        relations.identifiers, ["current", "field", "start", "end", "kind", "value"]
    )
    said = _nested(identifiers, rows, count,
                   ["kind", "value", "raw", "field", "start", "end", "obscured", "hub", "current"])  # fmt: skip
    source = intake.indicators["row"].to_numpy()
    listing = settled.listing_of_row[source]
    current = (listing >= 0) & (settled.order[np.maximum(listing, 0)] == source)
    signs = intake.indicators.set_column(0, "row", pa.array(listing)).filter(pa.array(current))
    signs, sign_rows = _by_listing(signs, ["field", "start", "end", "entry"])
    found = _nested(signs, sign_rows, count,
                    ["entry", "category", "field", "start", "end", "counts", "why"])  # fmt: skip
    group = relations.text_group
    alike = np.bincount(group, minlength=count)[group] - 1
    return pa.table(
        {
            "listing_id": ids,
            "template_id": template_ids,
            "operation_id": operation_ids,
            "identifiers": said,
            "indicators": found,
            "near_duplicates": pa.array(alike.astype(np.int64)),
            "language": intake.language.take(pa.array(settled.order)),
        }
    )
