"""Which versions are known: a sorted array beside every Parquet part, mapped from disk."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel


class Known(NamedTuple):
    """Versions as columns: hash of listing_id, `row_digest`, microseconds posted (the least number
    where unknown), index in the ledger."""

    id: NDArray[np.uint64]
    content: NDArray[np.uint64]
    posted: NDArray[np.int64]
    at: NDArray[np.int64]


def sorted_versions(versions: Known) -> Known:
    """In the order in which they are kept."""
    order = np.lexsort((versions.content, versions.id))
    return Known(versions.id[order], versions.content[order], versions.posted[order],
                 versions.at[order])  # fmt: skip


def read_known(path: Path) -> Known:
    """The columns of a file of `known_bytes`, mapped."""
    block = np.load(path, mmap_mode="r")
    return Known(
        block[0], block[1], block[2].view(np.int64), block[3].view(np.int64)
    )  # each row of the block is one column: searches touch only the ids


def known_block(versions: Known) -> NDArray[np.uint64]:
    """(4, n) what lies on disk."""
    return np.stack([np.ascontiguousarray(column).view(np.uint64) for column in versions])


@kernel
def _seen(
    known_id: NDArray[np.uint64],
    known_content: NDArray[np.uint64],
    ids: NDArray[np.uint64],
    contents: NDArray[np.uint64],
    out: NDArray[np.bool_],
) -> None:
    for row in range(len(ids)):
        low, high = 0, len(known_id)
        while low < high:
            middle = (low + high) >> 1
            if known_id[middle] < ids[row] or (
                known_id[middle] == ids[row] and known_content[middle] < contents[row]
            ):
                low = middle + 1
            else:
                high = middle
        if (
            low < len(known_id)
            and known_id[low] == ids[row]
            and known_content[low] == contents[row]
        ):
            out[row] = True


def mark_seen(
    known: Known, ids: NDArray[np.uint64], contents: NDArray[np.uint64], out: NDArray[np.bool_]
) -> None:
    """Set `out` (n,) true where a version with this id and content is known."""
    _seen(known.id, known.content, ids, contents, out)


def of_ids(known: Known, ids: NDArray[np.uint64]) -> Known:
    """All versions of these ids (distinct, ascending)."""
    low = np.searchsorted(known.id, ids, "left")
    counts = np.searchsorted(known.id, ids, "right") - low
    rows = np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    return Known(*(np.asarray(column[rows]) for column in known))


def superseded(versions: Known) -> NDArray[np.int64]:
    """Ledger indices of versions that are not current, by the rule of `listings.versions`."""
    order = np.lexsort((versions.content, versions.posted, versions.id))
    last = np.ones(len(order), bool)
    last[:-1] = versions.id[order][1:] != versions.id[order][:-1]
    return np.sort(versions.at[order][~last])


def join(parts: list[Known]) -> Known:
    """Versions of several parts in one."""
    if not parts:
        return Known(np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.int64),
                     np.zeros(0, np.int64))  # fmt: skip
    return Known(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
