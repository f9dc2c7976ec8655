"""The listings that belong to an operation, with all that is known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.jobs.intake import Intake
from lamplighter.jobs.relations import Relations
from lamplighter.linking.templates import find_templates
from lamplighter.listings.versions import Settled
from lamplighter.operations.describe import leads_alone
from lamplighter.operations.model import OperationInput
from lamplighter.operations.policy import Policy
from lamplighter.signals.gazetteer import gazetteer

_COLUMNS = ("listing_id", "account_id", "title", "text", "category", "posted_at", "price",
            "currency", "city", "region", "country", "url")  # fmt: skip


@dataclass(frozen=True)
class Members:
    """`data` is what operations are described from; `listing` the canonical number of its rows."""

    data: OperationInput
    listing: NDArray[np.int64]
    templates: pa.Table


def _rows_of(table: pa.Table, place: NDArray[np.int64]) -> pa.Table:
    """Keep rows whose listing is a member, renumbered to the member's place."""
    where = place[table["row"].to_numpy()]
    kept = table.set_column(table.schema.get_field_index("row"), "row", pa.array(where))
    return kept.filter(pa.array(where >= 0))


def _indicators(intake: Intake, settled: Settled) -> pa.Table:
    """Indicators by canonical listing, of current versions."""
    rows = intake.indicators["row"].to_numpy()
    listing = settled.listing_of_row[rows]
    current = (listing >= 0) & (settled.order[np.maximum(listing, 0)] == rows)
    table = intake.indicators.set_column(0, "row", pa.array(listing))
    return table.filter(pa.array(current))


def gather_members(
    intake: Intake, settled: Settled, relations: Relations, policy: Policy
) -> Members:
    """Members of operations of two or more, and single listings that are leads by themselves."""
    operation = relations.operation
    size = np.bincount(operation, minlength=len(operation))
    indicators = _indicators(intake, settled)
    chosen = size[operation] > 1
    chosen[leads_alone(indicators, policy)] = True
    listing = np.flatnonzero(chosen).astype(np.int64)
    # Members of one text group lie together, in canonical order inside the group.
    listing = listing[np.argsort(relations.text_group[listing], kind="stable")]
    place = np.full(len(operation), -1, dtype=np.int64)
    place[listing] = np.arange(len(listing))
    rows = pa.array(settled.order[listing])
    versions = np.bincount(
        settled.listing_of_row[settled.listing_of_row >= 0], minlength=len(operation)
    )
    columns = {name: intake.spool[name].take(rows) for name in _COLUMNS}
    table = pa.table(
        {
            **columns,
            "language": intake.language.take(rows),
            "versions": pa.array(versions[listing].astype(np.int64)),
        }
    ).combine_chunks()
    template_of, templates = _templates(table, relations.text_group[listing])
    member_of = np.unique(operation[listing], return_inverse=True)[1].astype(np.int64)
    data = OperationInput(
        member_of=member_of,
        listings=table,
        places=intake.places.take(rows),
        identifiers=_exclusive(_rows_of(relations.identifiers, place), member_of),
        indicators=_rows_of(indicators, place),
        evasion=intake.evasion.take(rows),
        template_of=template_of,
        templates=templates,
    )
    return Members(data, listing, templates)


def _exclusive(identifiers: pa.Table, member_of: NDArray[np.int64]) -> pa.Table:
    """Add `outside`: how many listings outside the operation have the same value."""
    rows = identifiers["row"].to_numpy()
    code = identifiers["code"].to_numpy().astype(np.int64)
    if len(rows) == 0:
        return identifiers.append_column("outside", pa.array([], pa.int64()))
    operations = int(member_of.max()) + 1
    key = code * operations + member_of[rows]
    order = np.lexsort((rows, key))
    fresh = np.ones(len(key), dtype=bool)
    fresh[1:] = (key[order][1:] != key[order][:-1]) | (rows[order][1:] != rows[order][:-1])
    _, inverse = np.unique(key, return_inverse=True)
    inside = np.bincount(inverse[order][fresh])[inverse]
    outside = identifiers["listings"].to_numpy() - inside
    return identifiers.append_column("outside", pa.array(outside.astype(np.int64)))


def _templates(table: pa.Table, groups: NDArray[np.int32]) -> tuple[NDArray[np.int64], pa.Table]:
    """Templates of the text groups with two or more members; rows of `table` lie by group."""
    size = np.bincount(groups, minlength=1) if len(groups) else np.zeros(1, np.int64)
    many = np.flatnonzero(size[groups] > 1) if len(groups) else np.zeros(0, np.int64)
    wanted = table.take(pa.array(many))
    title = pc.fill_null(wanted["title"], "")
    text = pc.binary_join_element_wise(title, wanted["text"], pa.scalar("\n", pa.large_string()))
    text = pc.if_else(pc.equal(title, ""), wanted["text"], text)
    found = find_templates(
        groups[many].astype(np.int64),
        _one(wanted["listing_id"]),
        _one(text),
        cities=gazetteer_names(),
    )
    template_of = np.full(len(groups), -1, dtype=np.int64)
    template_of[many] = found.template_of
    return template_of, found.table


def gazetteer_names() -> frozenset[str]:
    """Names of the cities that the gazetteer knows, as written."""
    return frozenset(gazetteer().names)


def _one(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return combined.chunk(0) if combined.num_chunks else pa.array([], column.type)
    return combined
