"""The members of all operations in one order: by operation, then time, then id."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import (
    NO_TIME,
    Indices,
    Mask,
    codes,
    column,
    text_codes,
    text_hashes,
    times,
)
from lamplighter.operations.model import OperationInput

_STAMP = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Layout:
    """n' member listings sorted so that each operation is one run, in order of posting.

    All arrays but `bounds` have one entry per sorted member; codes are -1 where unknown.
    """

    rows: Indices  #: row of the input that stands here
    operation: Indices  #: operation 0..m-1 (renumbered: only those with members)
    bounds: Indices  #: (m+1,) operation g is [bounds[g], bounds[g+1])
    position: Indices  #: (n,) inverse of `rows`, -1 for listings that are in no operation
    time: Indices  #: UTC microseconds, NO_TIME where unknown
    account: Indices
    place: Indices
    country: Indices
    template: Indices

    @property
    def operations(self) -> int:
        """How many operations there are (m)."""
        return len(self.bounds) - 1

    @property
    def sizes(self) -> Indices:
        """(m,) listings per operation."""
        return np.diff(self.bounds)

    def count(self, mask: Mask) -> Indices:
        """(m,) members per operation for which the (n',) mask holds."""
        return np.bincount(self.operation[mask], minlength=self.operations).astype(np.int64)

    def distinct(self, key: Indices) -> Indices:
        """(m,) distinct values of the (n',) key per operation; -1 does not count."""
        return distinct(self.operation, key, self.operations)


def arrange(data: OperationInput) -> Layout:
    """Sort the members. The result is the same for any order of rows and operation numbers."""
    member = np.flatnonzero(data.member_of >= 0)
    listings = data.listings
    stamp = times(column(listings, "posted_at", _STAMP))
    identity = text_hashes(column(listings, "listing_id", pa.large_string()))
    group = data.member_of[member]
    order = np.lexsort((identity[member], stamp[member], group))
    rows = member[order]
    group = group[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    bounds = np.append(starts, len(rows)).astype(np.int64)
    operation = np.repeat(np.arange(len(starts), dtype=np.int64), np.diff(bounds))
    position = np.full(len(data.member_of), -1, np.int64)
    position[rows] = np.arange(len(rows))
    return Layout(
        rows=rows,
        operation=operation,
        bounds=bounds,
        position=position,
        time=stamp[rows],
        account=text_codes(column(listings, "account_id", pa.large_string()))[rows],
        place=_places(data)[rows],
        country=_countries(data)[rows],
        template=data.template_of[rows],
    )


def distinct(group: Indices, key: Indices, groups: int) -> Indices:
    """(groups,) how many distinct non-negative keys each group has."""
    if not len(key):
        return np.zeros(groups, np.int64)
    known = key >= 0
    width = int(key.max(initial=0)) + 1
    pairs = np.sort(group[known] * width + key[known])
    first = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
    return np.bincount(pairs[first] // width, minlength=groups).astype(np.int64)


def _places(data: OperationInput) -> Indices:
    """A gazetteer place by its id; otherwise by its name and country."""
    number = column(data.places, "place_id", pa.int64())
    name = column(data.places, "place", pa.large_string())
    if "place" not in data.places.column_names:
        name = column(data.listings, "city", pa.large_string())
    key = text_hashes(name) ^ (text_hashes(country_of(data)) >> np.uint64(1))
    known = np.asarray(number.is_valid())
    ids = number.fill_null(0).to_numpy(zero_copy_only=False).astype(np.uint64)
    key = np.where(known, ids * np.uint64(0x9E3779B97F4A7C15), key)
    return codes(key, ~known & (text_hashes(name) == 0))


def country_of(data: OperationInput) -> pa.Array:
    """(n,) country of each listing: that of its place, or as given."""
    found = column(data.places, "country", pa.large_string())
    return pc.coalesce(found, column(data.listings, "country", pa.large_string()))


def _countries(data: OperationInput) -> Indices:
    return text_codes(country_of(data))


def dated(layout: Layout) -> Mask:
    """(n',) members whose time of posting is known."""
    known: Mask = layout.time != NO_TIME
    return known
