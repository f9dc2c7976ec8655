"""Operations described: features, judgement, reasons, movement, in one table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import NO_TIME, Indices, Texts, column, flags
from lamplighter.operations.contacts import contacts, reachability
from lamplighter.operations.features import Features, Numbers
from lamplighter.operations.judge import Verdict, judge
from lamplighter.operations.language import evasion, language
from lamplighter.operations.layout import Layout, arrange
from lamplighter.operations.legs import leg_lists
from lamplighter.operations.model import LEG, OPERATION_SCHEMA, REASON, OperationInput
from lamplighter.operations.movement import Legs, movement, positions
from lamplighter.operations.naming import smallest_members, stable_id
from lamplighter.operations.pay import pay
from lamplighter.operations.policy import BANDS, Policy
from lamplighter.operations.reasons import headlines, reasons
from lamplighter.operations.runs import offsets_of
from lamplighter.operations.schedule import schedule
from lamplighter.operations.survey import Survey, survey
from lamplighter.operations.trade import trades
from lamplighter.operations.voices import voices

_TEXT = pa.large_string()
_STAMP = pa.timestamp("us", tz="UTC")


class Described(NamedTuple):
    """OPERATION_SCHEMA, sorted by band, score, size and id; and (m,) the number of each row's operation,
    counted in the order of `member_of`."""

    table: pa.Table
    number: Indices


def describe(data: OperationInput, policy: Policy, known: Survey | None = None) -> pa.Table:
    """One row per operation (OPERATION_SCHEMA), sorted by band, score, size and id.

    Depends on the listings as a set and on the policy only: neither on the order of rows nor on
    the numbering of operations. Every operation has at least one reason.
    """
    return describe_numbered(data, policy, known).table


def describe_numbered(
    data: OperationInput, policy: Policy, known: Survey | None = None
) -> Described:
    """As `describe`. `known` is the survey of all operations, if `data` has only some of them."""
    layout = arrange(data)
    if not layout.operations:
        return Described(OPERATION_SCHEMA.empty_table(), np.zeros(0, np.int64))
    features, trade, legs = read_features(data, layout, policy, known)
    verdict = judge(policy, features, trade)
    ids = _operation_ids(data, layout)
    size = np.bincount(layout.operation, minlength=layout.operations)
    order = np.lexsort((ids, -size, -verdict.score, verdict.band)).astype(np.int64)
    return Described(
        _assemble(data, policy, layout, features, verdict, legs, ids, order), order
    )  # fmt: skip


def read_features(
    data: OperationInput, layout: Layout, policy: Policy, known: Survey | None = None
) -> tuple[Features, Indices, Legs]:
    """All features, the trade and the legs of every operation."""
    features = Features()
    trade = trades(data, layout, policy.words, policy.categories_of, features)
    known = known or survey(data, layout, trade)
    legs = movement(layout, positions(data, layout), features)
    said = contacts(data, layout)
    reachability(data, layout, said, features)
    voices(data, layout, said, trade, policy.words, known.names, features)
    language(data, layout, policy.categories, features)
    evasion(data, layout, features)
    schedule(layout, features)
    pay(data, layout, trade, known, features)
    features.put(
        {
            "listings": layout.sizes,
            "countries": layout.distinct(layout.country),
            "templates": layout.distinct(layout.template),
        }
    )
    return features, trade, legs


def leads_alone(indicators: pa.Table, policy: Policy) -> Indices:
    """Rows of listings that are leads by themselves, without any operation: a counted indicator
    of a category for which the policy calls for band A. Sorted, distinct."""
    category = column(indicators, "category", _TEXT)
    wanted = pc.is_in(category, pa.array(policy.alarming, _TEXT))
    alone = flags(wanted) & flags(column(indicators, "counts", pa.bool_()))
    rows = column(indicators, "row", pa.int64()).to_numpy(zero_copy_only=False)
    return np.unique(rows[alone]).astype(np.int64)


def _operation_ids(data: OperationInput, layout: Layout) -> Texts:
    names = column(data.listings, "listing_id", _TEXT)
    smallest = smallest_members(names, layout.rows, layout.bounds)
    firsts = names.take(pa.array(smallest)).to_pylist()
    return np.array([stable_id("op", first) for first in firsts], object)


def _assemble(
    data: OperationInput,
    policy: Policy,
    layout: Layout,
    features: Features,
    verdict: Verdict,
    legs: Legs,
    ids: Texts,
    order: Indices,
) -> pa.Table:
    values = features.values
    first, last = _seen(layout)
    versions = pc.fill_null(column(data.listings, "versions", pa.int64()), 1)
    per_listing = versions.to_numpy(zero_copy_only=False)[layout.rows]
    heads = np.array(headlines(policy, verdict, features), object)
    trade = np.array(features.words["trade"], object)
    members = column(data.listings, "listing_id", _TEXT).take(pa.array(layout.rows))

    def whole(numbers: Numbers) -> pa.Array:
        return pa.array(numbers[order].astype(np.int64))

    columns = {
        "operation_id": pa.array(ids[order], _TEXT),
        "listings": whole(layout.sizes),
        "versions": whole(np.add.reduceat(per_listing, layout.bounds[:-1])),
        "accounts": whole(values["accounts"]),
        "phones": whole(values["phones"]),
        "cities": whole(layout.distinct(layout.place)),
        "countries": whole(values["countries"]),
        "first_seen": _stamps(first[order]),
        "last_seen": _stamps(last[order]),
        "band": pa.array([BANDS[at] for at in verdict.band[order].tolist()], _TEXT),
        "score": pa.array(verdict.score[order]),
        "trade": pa.array(trade[order], _TEXT),
        "headline": pa.array(heads[order], _TEXT),
        "languages": _lists(
            layout, column(data.listings, "language", _TEXT).take(pa.array(layout.rows)), order
        ),
        "template_ids": _lists(layout, _template_ids(data, layout), order),
        "policy": pa.repeat(pa.scalar(policy.label, _TEXT), layout.operations),
        "reasons": reasons(policy, verdict, layout, features, members, order),
        "movement": leg_lists(data, layout, legs, features, order),
    }
    return pa.table([columns[name] for name in OPERATION_SCHEMA.names], schema=OPERATION_SCHEMA)


def _seen(layout: Layout) -> tuple[Indices, Indices]:
    known = layout.time != NO_TIME
    counts = layout.count(known)
    first = layout.time[layout.bounds[:-1]]
    # Unknown times sort last, so the last known one follows from their number.
    last = layout.time[layout.bounds[:-1] + np.maximum(counts - 1, 0)]
    return first, last


def _stamps(values: Indices) -> pa.Array:
    return pa.array(values, mask=values == NO_TIME).cast(_STAMP)


def _template_ids(data: OperationInput, layout: Layout) -> pa.Array:
    known = layout.template >= 0
    return column(data.templates, "template_id", _TEXT).take(pa.array(layout.template, mask=~known))


def _lists(layout: Layout, texts: pa.Array, order: Indices) -> pa.Array:
    """The distinct texts of each operation, sorted, in the given order of operations."""
    coded = texts.dictionary_encode()
    names = coded.dictionary
    sort = pc.sort_indices(names).to_numpy()
    rank = np.empty(len(names), np.int64)
    rank[sort] = np.arange(len(names))
    known = np.asarray(texts.is_valid())
    code = rank[coded.indices.fill_null(0).to_numpy(zero_copy_only=False)[known]]
    width = len(names) + 1
    place = np.empty(layout.operations, np.int64)
    place[order] = np.arange(layout.operations)
    pairs = np.unique(place[layout.operation[known]] * width + code)
    counts = np.bincount(pairs // width, minlength=layout.operations)
    values = names.take(pa.array(sort)).take(pa.array(pairs % width))
    return pa.LargeListArray.from_arrays(pa.array(offsets_of(counts)), values)


__all__ = [
    "LEG",
    "OPERATION_SCHEMA",
    "REASON",
    "describe",
    "describe_numbered",
    "leads_alone",
    "read_features",
]
