"""The distinct members of each component, so that equal texts are read and aligned once.

Everything is ordered by content, never by place: the result cannot depend on the order of rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.text.hashing import hash_strings
from lamplighter.text.tokens import Tokens, text_buffers, tokenise


class Members(NamedTuple):
    """k texts in g components, as d distinct writings of q distinct token sequences.

    Texts are numbered by component, then by the hash of the text; sequences by their first text,
    their *leader*, whose tokens stand for them. `writings` lists the texts by sequence.
    """

    data: NDArray[np.uint8]  # bytes of the d texts, distinct within their component
    rows: NDArray[np.int64]  # (d+1,) byte offsets of the texts
    tokens: Tokens  # of the d texts
    text_of: NDArray[np.int64]  # (k,) distinct text of each row
    writings: NDArray[np.int64]  # (d,) numbers of texts, by sequence
    weights: NDArray[np.int64]  # (d,) rows that have the text
    sequences: NDArray[np.int64]  # (q+1,) writings of sequence i are [i, i+1)
    components: NDArray[np.int64]  # (g+1,) sequences of component i are [i, i+1)
    leaders: NDArray[np.int64]  # (q,) text that stands for the sequence
    listings: NDArray[np.float64]  # (q,) rows that have the sequence
    keys: NDArray[np.uint64]  # (q,) hash of the sequence


@kernel
def _sequence_keys(
    offsets: NDArray[np.int64], hashes: NDArray[np.uint32], out: NDArray[np.uint64]
) -> None:
    for text in range(len(out)):
        h = np.uint64(0xCBF29CE484222325)  # FNV-1a over tokens, then splitmix64's final mix
        for at in range(offsets[text], offsets[text + 1]):
            h = np.uint64((h ^ np.uint64(hashes[at])) * np.uint64(0x100000001B3))
        h = np.uint64((h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
        h = np.uint64((h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
        out[text] = h ^ (h >> np.uint64(31))


def _starts(*columns: NDArray[np.int64] | NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where a run of equal rows starts, and the end."""
    fresh = np.ones(len(columns[0]), dtype=bool)
    fresh[1:] = False
    for column in columns:
        fresh[1:] |= column[1:] != column[:-1]
    return np.append(np.flatnonzero(fresh), len(fresh)).astype(np.int64)


def distinct_members(groups: NDArray[np.int64], texts: pa.LargeStringArray) -> Members:
    """Distinct texts and token sequences. `groups` (k,) is non-decreasing; k is at least 1.

    Two texts are taken for equal if their 64-bit hashes are.
    """
    text_keys = hash_strings(texts)
    order = np.lexsort((text_keys, groups))
    runs = _starts(groups, text_keys[order])
    first = order[runs[:-1]]
    count = len(first)
    text_of = np.empty(len(groups), dtype=np.int64)
    text_of[order] = np.repeat(np.arange(count, dtype=np.int64), np.diff(runs))
    weights = np.diff(runs).astype(np.int64)
    groups = groups[first]
    # Copied into the order of the hashes, so that all that follows goes through memory once.
    texts = texts.take(pa.array(first))
    tokens = tokenise(texts)
    keys = np.zeros(count, dtype=np.uint64)
    _sequence_keys(tokens.offsets, tokens.hashes, keys)
    order = np.lexsort((keys, groups)).astype(np.int64)
    runs = _starts(groups, keys[order])
    number = np.argsort(order[runs[:-1]])  # sequences by their first writing
    sizes = np.diff(runs)[number]
    sequences = np.append(0, np.cumsum(sizes)).astype(np.int64)
    writings = order[np.repeat(runs[:-1][number] - sequences[:-1], sizes) + np.arange(count)]
    leaders = writings[sequences[:-1]]
    data, rows = text_buffers(texts)
    return Members(
        data=data,
        rows=rows,
        tokens=tokens,
        text_of=text_of,
        writings=writings,
        weights=weights,
        sequences=sequences,
        components=_starts(groups[leaders]),
        leaders=leaders,
        listings=np.add.reduceat(weights[writings], sequences[:-1]).astype(np.float64),
        keys=keys[leaders],
    )
