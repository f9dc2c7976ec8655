"""Which row is the listing now: later versions of one id, and rows sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lamplighter.foundation.errors import InputError
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.text.hashing import hash_numbers, hash_strings


class Settled(NamedTuple):
    """Listings in canonical order, which depends on their ids alone."""

    order: NDArray[np.int64]  # (n,) row of the current version of each listing
    listing_of_row: NDArray[np.int64]  # (rows,) canonical listing, -1 for an exact duplicate
    duplicates: NDArray[np.int64]  # rows that repeat an id with the same content, ascending


_TURN = np.uint64(0x9DDFEA08EB382D69)
#: In place of the hash of a value that is not there.
NO_VALUE = np.uint64(0x5851F42D4C957F2D)


def row_digest(batch: pa.RecordBatch) -> NDArray[np.uint64]:
    """(n,) hash of all columns of each row (LISTING_SCHEMA).

    Traps: a column that is null throughout a batch counts like any other. Skipping it would give a
    row another digest in another batch. And listing stores keep digests: a change here makes every
    version that they know look new.
    """
    columns = (batch.column(batch.schema.get_field_index(name)) for name in LISTING_SCHEMA.names)
    return fold_columns(map(hash_column, columns), batch.num_rows)


def fold_columns(hashed: Iterable[NDArray[np.uint64]], rows: int) -> NDArray[np.uint64]:
    """(rows,) one hash of the hashes of each row's columns, in the order of LISTING_SCHEMA."""
    out = np.zeros(rows, dtype=np.uint64)
    for column in hashed:
        out *= _TURN
        out ^= column
    return out


def hash_column(column: pa.Array) -> NDArray[np.uint64]:
    """(n,) hash of each value; NO_VALUE where there is none."""
    if column.null_count == len(column):
        return np.full(len(column), NO_VALUE)
    hashed = _hashed(column)
    if column.null_count:
        valid = column.is_valid().to_numpy(zero_copy_only=False).astype(bool)
        hashed = np.where(valid, hashed, NO_VALUE)
    return hashed


def _hashed(column: pa.Array) -> NDArray[np.uint64]:
    if pa.types.is_large_string(column.type):
        return hash_strings(column)
    if pa.types.is_large_list(column.type):
        return hash_strings(pc.binary_join(column, pa.scalar("|", pa.large_string())))
    if pa.types.is_timestamp(column.type):
        return hash_numbers(column.cast(pa.int64()).fill_null(0).to_numpy())
    return hash_numbers(column.fill_null(0.0).to_numpy())


def settle(
    ids: pa.ChunkedArray, posted_at: NDArray[np.int64], content: NDArray[np.uint64]
) -> Settled:
    """Settle versions. The current one was posted last; where times are equal, the larger content
    hash decides, so that the order of rows does not.

    Canonical order is by hashed id. Raises InputError if two different ids hash alike (about one
    chance in a million at ten million listings).
    """
    return settle_hashed(hash_strings(ids), posted_at, content, lambda rows: ids.take(rows))


def settle_hashed(
    hashed: NDArray[np.uint64],
    posted_at: NDArray[np.int64],
    content: NDArray[np.uint64],
    ids_of: Callable[[pa.Array], pa.ChunkedArray],
) -> Settled:
    """As `settle`, from hashes of the ids; `ids_of` gives the ids of some rows."""
    rows = len(hashed)
    order = np.argsort(hashed).astype(np.int64)
    fresh = np.ones(rows, dtype=bool)
    fresh[1:] = hashed[order[1:]] != hashed[order[:-1]]
    # Few ids repeat: only their rows need to be sorted by more than the id.
    tied = ~fresh
    tied[:-1] |= ~fresh[1:]
    again = np.sort(order[tied])
    within = np.lexsort((content[again], posted_at[again], hashed[again]))
    order[tied] = again[within]
    _refuse_collisions(order, np.flatnonzero(~fresh), ids_of)
    listing_of_row = np.empty(rows, dtype=np.int64)
    listing_of_row[order] = np.cumsum(fresh) - 1
    # Equal content may lie between other versions: sort by id and content to see it.
    again = again[np.lexsort((posted_at[again], content[again], hashed[again]))]
    twin = np.zeros(len(again), dtype=bool)
    twin[1:] = (hashed[again[1:]] == hashed[again[:-1]]) & (
        content[again[1:]] == content[again[:-1]]
    )
    duplicates = np.sort(again[twin]).astype(np.int64)
    listing_of_row[duplicates] = -1
    valid = order[listing_of_row[order] >= 0]
    number = listing_of_row[valid]
    last = np.ones(len(valid), dtype=bool)
    last[:-1] = number[1:] != number[:-1]
    return Settled(valid[last].astype(np.int64), listing_of_row, duplicates)


def _refuse_collisions(
    order: NDArray[np.int64],
    again: NDArray[np.int64],
    ids_of: Callable[[pa.Array], pa.ChunkedArray],
) -> None:
    if len(again) == 0:
        return
    one, two = ids_of(pa.array(order[again])), ids_of(pa.array(order[again - 1]))
    same = pc.equal(one, two).to_numpy(zero_copy_only=False).astype(bool)
    if not same.all():
        place = int(np.flatnonzero(~same)[0])
        raise InputError(
            "Two listing ids have the same hash.",
            where=f"{one[place].as_py()} and {two[place].as_py()}",
            hint="Put a prefix before all ids, so that they hash otherwise.",
        )
