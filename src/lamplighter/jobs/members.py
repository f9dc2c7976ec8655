"""The listings that belong to an operation, with all that is known of them, block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.jobs.blocks import PLACE, Blocks, Placed
from lamplighter.jobs.intake import Intake, Part
from lamplighter.jobs.placement import current_listings, looked_up, owners
from lamplighter.jobs.relations import Relations
from lamplighter.linking.templates import TEMPLATE_SCHEMA
from lamplighter.listings.versions import Settled
from lamplighter.operations.describe import leads_alone
from lamplighter.operations.model import OperationInput
from lamplighter.operations.policy import Policy
from lamplighter.signals.evasion import EVASION_SCHEMA
from lamplighter.signals.places import PLACE_SCHEMA

_COLUMNS = ("listing_id", "account_id", "title", "text", "category", "posted_at", "price",
            "currency", "city", "region", "country", "url")  # fmt: skip
_FACTS = ("language", *PLACE_SCHEMA.names, *EVASION_SCHEMA.names)
#: A place's country must not be taken for the country that the listing gives.
_PLACED = {name: f"place.{name}" for name in PLACE_SCHEMA.names}
_IDENTIFIERS = ("kind", "value", "field", "start", "end", "obscured")
#: Members in a block, unless one operation has more.
BLOCK = 131_072
_KINDS = ("listings", "identifiers", "indicators")


@dataclass(frozen=True)
class Members:
    """k members, sorted by operation and text group; blocks of whole operations on disk."""

    listing: NDArray[np.int64]  # (k,) canonical listing
    operation: NDArray[np.int64]  # (k,) 0..m-1
    group: NDArray[np.int64]  # (k,) text groups 0.., not decreasing
    blocks: Blocks
    relations: Relations

    def members_of(self, block: int) -> slice:
        """The members of a block."""
        return slice(int(self.blocks.bounds[block]), int(self.blocks.bounds[block + 1]))

    def input_of(self, block: int) -> OperationInput:
        """What the operations of a block are described from; templates are not known yet.

        `member_of` counts from the block's first operation.
        """
        here = self.members_of(block)
        table = self.blocks.table("listings", block)
        assert table is not None  # every block has members
        order = np.argsort(table[PLACE].to_numpy())
        table = table.drop_columns([PLACE]).take(pa.array(order)).combine_chunks()
        places = table.select(list(_PLACED.values())).rename_columns(list(_PLACED))
        member_of = self.operation[here] - self.operation[here.start]
        return OperationInput(
            member_of=member_of,
            listings=table.select([*_COLUMNS, "language", "versions"]),
            places=places,
            identifiers=self._identifiers(block, member_of),
            indicators=_rows(self.blocks.table("indicators", block), here.start) or _NO_INDICATORS,
            evasion=table.select(EVASION_SCHEMA.names),
            template_of=np.full(len(member_of), -1, dtype=np.int64),
            templates=TEMPLATE_SCHEMA.empty_table(),
        )

    def _identifiers(self, block: int, member_of: NDArray[np.int64]) -> pa.Table:
        here = self.members_of(block)
        table = _rows(self.blocks.table("identifiers", block), here.start)
        if table is None:
            return _NO_IDENTIFIERS
        code = table["code"].to_numpy()
        listings = self.relations.listings[code].astype(np.int64)
        inside = _inside(code, table["row"].to_numpy(), member_of)
        return (
            table.append_column("hub", pa.array(self.relations.hub[code]))
            .append_column("outside", pa.array(listings - inside))
        )  # fmt: skip


_NO_INDICATORS = pa.table(
    {"row": pa.array([], pa.int64()), "entry": pa.array([], pa.large_string()),
     "category": pa.array([], pa.large_string()), "field": pa.array([], pa.large_string()),
     "start": pa.array([], pa.int32()), "end": pa.array([], pa.int32()),
     "counts": pa.array([], pa.bool_()), "why": pa.array([], pa.large_string())}
)  # fmt: skip
_NO_IDENTIFIERS = pa.table(
    {"row": pa.array([], pa.int64()), "kind": pa.array([], pa.large_string()),
     "value": pa.array([], pa.large_string()), "field": pa.array([], pa.large_string()),
     "start": pa.array([], pa.int32()), "end": pa.array([], pa.int32()),
     "obscured": pa.array([], pa.bool_()), "current": pa.array([], pa.bool_()),
     "hub": pa.array([], pa.bool_()), "outside": pa.array([], pa.int64())}
)  # fmt: skip


def _rows(table: pa.Table | None, first: int) -> pa.Table | None:
    """`row` counted from the block's first member in place of the place."""
    if table is None:
        return None
    return table.drop_columns([PLACE]).append_column(
        "row", pa.array(table[PLACE].to_numpy() - first)
    )


def _inside(
    code: NDArray[np.int32], rows: NDArray[np.int64], member_of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(r,) how many listings of the same operation have the value."""
    _, value = np.unique(code, return_inverse=True)
    distinct = np.unique(value.astype(np.int64) << 32 | rows)  # each listing once
    operations = int(member_of.max(initial=0)) + 1
    held, counts = np.unique(
        (distinct >> 32) * operations + member_of[distinct & 0xFFFFFFFF], return_counts=True
    )
    at = np.searchsorted(held, value * operations + member_of[rows])
    return counts[at].astype(np.int64)


def alone(intake: Intake, settled: Settled, policy: Policy) -> NDArray[np.int64]:
    """Canonical listings that are leads by themselves."""
    found = [np.zeros(0, np.int64)]
    for part, base in zip(intake.parts, intake.bases(), strict=False):
        rows = leads_alone(part.indicators(), policy)
        listing = current_listings(settled, base, rows)
        found.append(listing[listing >= 0])
    return np.concatenate(found)


def gather_members(
    intake: Intake, settled: Settled, relations: Relations, policy: Policy, work: Path,
    threads: int,
) -> Members:  # fmt: skip
    """Members of operations of two or more, and single listings that are leads by themselves.

    Their rows are written in blocks under `work`.
    """
    operation = relations.operation
    size = np.bincount(operation, minlength=len(operation))
    chosen = size[operation] > 1
    chosen[alone(intake, settled, policy)] = True
    listing = np.flatnonzero(chosen).astype(np.int64)
    order = np.lexsort((relations.text_group[listing], operation[listing]))
    listing = listing[order]
    held, text = operation[listing], relations.text_group[listing]
    fresh = np.diff(held, prepend=-1) != 0
    number = np.cumsum(fresh) - 1
    group = np.cumsum(fresh | (np.diff(text, prepend=-1) != 0)) - 1
    blocks = Blocks(work / "members", _bounds(np.flatnonzero(fresh), len(listing)), _KINDS)
    members = Members(listing, number, group, blocks, relations)
    place = np.full(len(operation), -1, dtype=np.int64)
    place[listing] = np.arange(len(listing))
    valid = settled.listing_of_row[settled.listing_of_row >= 0]
    versions = np.bincount(valid, minlength=len(operation)).astype(np.int64)

    def pieces(part: tuple[Part, int, NDArray[np.int32]]) -> tuple[Placed, ...]:
        return _pieces(*part, settled, place, versions)

    blocks.fill(pieces, zip(intake.parts, intake.bases(), relations.codes, strict=False), threads)
    return members


def _bounds(starts: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Bounds of blocks of whole operations, which start at `starts`."""
    ends = np.append(starts[1:], count) if len(starts) else starts
    bounds = [0]
    while bounds[-1] < count:
        at = int(np.searchsorted(ends, bounds[-1] + BLOCK, "right"))
        first = int(np.searchsorted(starts, bounds[-1]))
        bounds.append(int(ends[max(at - 1, first)]))
    return np.array(bounds, dtype=np.int64)


def _pieces(
    part: Part, base: int, codes: NDArray[np.int32], settled: Settled,
    place: NDArray[np.int64], versions: NDArray[np.int64],
) -> tuple[Placed, ...]:  # fmt: skip
    """Members' rows, identifiers (of every version) and indicators of one part."""
    listing = current_listings(settled, base, np.arange(part.rows))
    kept = np.flatnonzero(looked_up(place, listing) >= 0)
    rows = pa.array(kept)
    facts = part.facts().select(list(_FACTS)).take(rows)
    facts = facts.rename_columns([_PLACED.get(name, name) for name in _FACTS])
    table = part.listings().select(list(_COLUMNS)).take(rows)
    for name, column in zip(facts.column_names, facts.columns, strict=True):
        table = table.append_column(name, column)
    table = table.append_column("versions", pa.array(versions[listing[kept]]))
    identifiers = part.identifiers()
    owner, current = owners(settled, base, identifiers["row"].to_numpy())
    said = (
        identifiers.select(list(_IDENTIFIERS))
        .append_column("code", pa.array(codes))
        .append_column("current", pa.array(current))
    )
    indicators = part.indicators()
    sign = current_listings(settled, base, indicators["row"].to_numpy())
    return (
        Placed(table, place[listing[kept]]),
        Placed(said, looked_up(place, owner)),
        Placed(indicators.drop_columns(["row"]), looked_up(place, sign)),
    )  # fmt: skip


def with_templates(
    data: OperationInput, template_of: NDArray[np.int64], templates: pa.Table
) -> OperationInput:
    """The same with the templates of its listings."""
    return replace(data, template_of=template_of, templates=templates)


def texts_of(listings: pa.Table) -> pa.Array:
    """Title and text, as templates are looked for in them."""
    title = pc.fill_null(listings["title"], "")
    text = listings["text"]
    joined = pc.binary_join_element_wise(title, text, pa.scalar("\n", pa.large_string()))
    return one(pc.if_else(pc.equal(title, ""), text, joined))


def one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return combined.chunk(0) if combined.num_chunks else pa.array([], column.type)
    return combined
