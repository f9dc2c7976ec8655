"""listings.parquet: every listing with where it belongs and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.in_order import in_order
from lamplighter.jobs.blocks import PLACE, Blocks, Placed
from lamplighter.jobs.intake import Intake, Part
from lamplighter.jobs.members import Members, one
from lamplighter.jobs.placement import current_listings, owners
from lamplighter.jobs.portraits import Operations, Templates
from lamplighter.jobs.relations import Relations
from lamplighter.listings.versions import Settled
from lamplighter.signals.identifiers.schema import FIELDS, KINDS
from lamplighter.text.hashing import hash_strings

#: Listings in a block, and so in a row group.
RANGE = 262_144
_SAID = ("kind", "value", "raw", "field", "start", "end", "obscured", "hub", "current")
_FOUND = ("entry", "category", "field", "start", "end", "counts", "why")
_TEXT = pa.large_string()


def _struct(names: tuple[str, ...], types: dict[str, pa.DataType]) -> pa.DataType:
    return pa.large_list(pa.struct([pa.field(name, types.get(name, _TEXT)) for name in names]))


LISTING_ROWS = pa.schema(
    [
        pa.field("listing_id", _TEXT),
        # null where none
        pa.field("template_id", _TEXT),
        pa.field("operation_id", _TEXT),
        # of all versions: `current` tells those of the newest; `hub`: shared by strangers
        pa.field("identifiers", _struct(_SAID, {
            "start": pa.int32(), "end": pa.int32(), "obscured": pa.bool_(), "hub": pa.bool_(),
            "current": pa.bool_()})),
        pa.field("indicators", _struct(_FOUND, {
            "start": pa.int32(), "end": pa.int32(), "counts": pa.bool_()})),
        # other listings of the same text group
        pa.field("near_duplicates", pa.int64()),
        pa.field("language", _TEXT),
    ]
)  # fmt: skip


def _pieces(
    part: Part, base: int, codes: NDArray[np.int32], settled: Settled, relations: Relations
) -> tuple[Placed, ...]:
    listing = current_listings(settled, base, np.arange(part.rows))
    identifiers = part.identifiers()
    owner, current = owners(settled, base, identifiers["row"].to_numpy())
    said = (
        identifiers.drop_columns(["row"])
        .append_column("hub", pa.array(relations.hub[codes]))
        .append_column("current", pa.array(current))
    )
    indicators = part.indicators()
    sign = current_listings(settled, base, indicators["row"].to_numpy())
    return (
        Placed(part.facts().select(["listing_id", "language"]), listing),
        Placed(said, owner),
        Placed(indicators.drop_columns(["row"]), sign),
    )


def listing_rows(
    intake: Intake, settled: Settled, relations: Relations, members: Members,
    templates: Templates, operations: Operations, work: Path, threads: int,
) -> Iterator[pa.Table]:  # fmt: skip
    """LISTING_ROWS in canonical order, some hundred thousand at a time."""
    count = len(settled.order)
    bounds = np.append(np.arange(0, count, RANGE), count).astype(np.int64)
    blocks = Blocks(work / "rows", bounds, ("names", "identifiers", "indicators"))

    def pieces(part: tuple[Part, int, NDArray[np.int32]]) -> tuple[Placed, ...]:
        return _pieces(*part, settled, relations)

    blocks.fill(pieces, zip(intake.parts, intake.bases(), relations.codes, strict=False), threads)
    template = np.full(count, -1, dtype=np.int64)
    template[members.listing] = templates.template_of
    operation = np.full(count, -1, dtype=np.int64)
    operation[members.listing] = members.operation
    names = operations.ids_by_number()
    group = relations.text_group
    alike = np.bincount(group, minlength=count)

    def rows(block: int) -> pa.Table:
        first, stop = int(bounds[block]), int(bounds[block + 1])
        table = blocks.table("names", block)
        assert table is not None  # every listing has a current version
        table = table.take(pa.array(np.argsort(table[PLACE].to_numpy())))
        held = group[first:stop]
        columns = [
            table["listing_id"],
            _named(templates.ids, template[first:stop]),
            _named(names, operation[first:stop]),
            _nested(blocks.table("identifiers", block), first, stop - first, _SAID, _said_order),
            _nested(blocks.table("indicators", block), first, stop - first, _FOUND, _found_order),
            pa.array((alike[held] - 1).astype(np.int64)),
            table["language"],
        ]
        return pa.table(columns, schema=LISTING_ROWS)

    yield from in_order(rows, range(len(blocks)), threads)
    blocks.remove()


def _named(ids: pa.Array, numbers: NDArray[np.int64]) -> pa.Array:
    return ids.take(pa.array(numbers, mask=numbers < 0))


def _codes(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    coded = one(column)
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(
        np.int64
    ), coded.dictionary.to_pylist()


def _ranks(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """The alphabetical rank of each value of a column with few different values."""
    codes, words = _codes(column)
    rank = np.empty(len(words), dtype=np.int64)
    rank[np.argsort(np.array(words, object))] = np.arange(len(words))
    return rank[codes]


def _said_order(table: pa.Table, listing: NDArray[np.int64]) -> NDArray[np.int64]:
    """By listing, version, place and kind; what is told apart by none of these by its words."""
    one_key = listing << 1 | table["current"].to_numpy().astype(np.int64)
    one_key = (one_key * len(FIELDS) + _ranks(table["field"])) << 32 | table["start"].to_numpy()
    two = table["end"].to_numpy().astype(np.int64) * len(KINDS) + _ranks(table["kind"])
    words = table["key"].to_numpy() ^ hash_strings(table["raw"])
    return np.lexsort((table["obscured"].to_numpy(), words, two, one_key))


def _found_order(table: pa.Table, listing: NDArray[np.int64]) -> NDArray[np.int64]:
    """By listing, place and entry."""
    key = (listing * 2 + _ranks(table["field"])) << 32 | table["start"].to_numpy()
    return np.lexsort((_ranks(table["entry"]), table["end"].to_numpy(), key))


def _nested(
    table: pa.Table | None, first: int, count: int, names: tuple[str, ...], order_of: object
) -> pa.Array:
    """Rows of a block as one list of structs per listing."""
    field = "identifiers" if names is _SAID else "indicators"
    kind = LISTING_ROWS.field(field).type
    if table is None:
        empty = pa.array([], kind.value_type)
        return pa.LargeListArray.from_arrays(pa.array(np.zeros(count + 1, np.int64)), empty)
    listing = table[PLACE].to_numpy() - first
    assert callable(order_of)
    table = table.take(pa.array(order_of(table, listing)))
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(listing, minlength=count), out=offsets[1:])
    flat = [one(table[name]) for name in names]
    flat = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in flat
    ]
    flat = [column.cast(item.type) for column, item in zip(flat, kind.value_type, strict=True)]
    items = pa.StructArray.from_arrays(flat, fields=list(kind.value_type))
    return pa.LargeListArray.from_arrays(pa.array(offsets), items)
