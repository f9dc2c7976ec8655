"""What two texts share, exactly: word pairs in common, over unmasked tokens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.shingles import pair, spread


@inlined
def _fill(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    row: int,
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    turn: int,
) -> int:
    """Put the word pairs of a row into an open-addressing set; returns how many distinct."""
    mask = np.uint64(len(table) - 1)
    distinct = 0
    for at in range(offsets[row], offsets[row + 1] - 1):
        if tokens[at] == 0 or tokens[at + 1] == 0:
            continue
        code = pair(tokens[at], tokens[at + 1])
        slot = spread(code) & mask
        while stamp[slot] >= turn and table[slot] != code:
            slot = (slot + np.uint64(1)) & mask
        if stamp[slot] < turn:
            stamp[slot] = turn
            table[slot] = code
            distinct += 1
    return distinct


@inlined
def _common(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    row: int,
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    turn: int,
    hit: int,
) -> int:
    """Distinct word pairs of `row` that are in the set of this turn."""
    mask = np.uint64(len(table) - 1)
    shared = 0
    for at in range(offsets[row], offsets[row + 1] - 1):
        if tokens[at] == 0 or tokens[at + 1] == 0:
            continue
        code = pair(tokens[at], tokens[at + 1])
        slot = spread(code) & mask
        while stamp[slot] >= turn and table[slot] != code:
            slot = (slot + np.uint64(1)) & mask
        if stamp[slot] >= turn and stamp[slot] != hit:
            stamp[slot] = hit
            shared += 1
    return shared


@kernel
def distinct_pairs(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    rows: NDArray[np.int64],
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    out: NDArray[np.int32],
) -> None:
    """Number of distinct unmasked word pairs of each row."""
    stamp[:] = 0
    for i in range(len(rows)):
        out[i] = _fill(offsets, tokens, rows[i], table, stamp, i + 1)


@inlined
def _same_words(offsets: NDArray[np.int64], tokens: NDArray[np.uint32], a: int, b: int) -> bool:
    size = offsets[a + 1] - offsets[a]
    if size != offsets[b + 1] - offsets[b]:
        return False
    for i in range(size):
        if tokens[offsets[a] + i] != tokens[offsets[b] + i]:
            return False
    return size > 0


@kernel
def count_pairs(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    sample: NDArray[np.int64],
    counts: NDArray[np.uint32],
    last: NDArray[np.int32],
) -> None:
    """In how many sampled listings each unmasked word pair is, hashed into a 2^k table."""
    mask = np.uint64(len(counts) - 1)
    for i in range(len(sample)):
        row = sample[i]
        for at in range(offsets[row], offsets[row + 1] - 1):
            if tokens[at] == 0 or tokens[at + 1] == 0:
                continue
            slot = spread(pair(tokens[at], tokens[at + 1])) & mask
            if last[slot] != i:
                last[slot] = i
                counts[slot] += np.uint32(1)


@inlined
def _surprise(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    row: int,
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    fill: int,
    counts: NDArray[np.uint32],
    sampled: float,
) -> float:
    """Bits by which what a row shares with the set exceeds chance.

    A run of shared word pairs is one event, as rare as its rarest pair: the words of a stock
    sentence come together, so summing over them would count one coincidence ten times.
    """
    mask = np.uint64(len(table) - 1)
    slots = np.uint64(len(counts) - 1)
    bits = 0.0
    run = 0.0
    for at in range(offsets[row], offsets[row + 1] - 1):
        held = False
        if tokens[at] != 0 and tokens[at + 1] != 0:
            code = pair(tokens[at], tokens[at + 1])
            slot = spread(code) & mask
            while stamp[slot] >= fill and table[slot] != code:
                slot = (slot + np.uint64(1)) & mask
            held = stamp[slot] >= fill
            if held:
                df = max(1.0, float(counts[spread(code) & slots]))
                rare = np.log2(max(1.0, sampled / df))
                run = max(run, rare)
        if not held:
            bits += run
            run = 0.0
    return bits + run


@kernel
def similarities(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    sizes: NDArray[np.int32],
    pairs: NDArray[np.uint64],
    jaccard: float,
    containment: float,
    least: int,
    sure: float,
    bits: float,
    counts: NDArray[np.uint32],
    sampled: float,
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    out: NDArray[np.float32],
) -> None:
    """Weight of each pair, 0 where the texts are not alike enough.

    `pairs` (p,) are canonical nodes, ascending; `order` gives a node's row; `sizes` (n,) the
    distinct word pairs of a node. The weight is the larger of Jaccard similarity and half the
    containment, so that a padded copy weighs less than a whole one. A weight below `sure` must rest
    on shared runs that are together at least `bits` rarer than chance, by the `counts` of
    `sampled` listings.
    """
    stamp[:] = 0
    turn = 0
    current = -1
    for i in range(len(pairs)):
        a = np.int64(pairs[i] >> np.uint64(32))
        b = np.int64(pairs[i] & np.uint64(0xFFFFFFFF))
        out[i] = 0.0
        if sizes[a] < least or sizes[b] < least:
            if _same_words(offsets, tokens, order[a], order[b]):
                out[i] = 1.0
            continue
        if a != current:
            current = a
            turn += 1
            fill = turn
            _fill(offsets, tokens, order[a], table, stamp, fill)
        turn += 1
        shared = _common(offsets, tokens, order[b], table, stamp, fill, turn)
        if shared < least:
            continue
        alike = shared / (sizes[a] + sizes[b] - shared)
        within = shared / min(sizes[a], sizes[b])
        if alike >= jaccard or within >= containment:
            weight = max(alike, within / 2)
            if weight < sure and bits > 0:
                found = _surprise(offsets, tokens, order[b], table, stamp, fill, counts, sampled)
                # A short text cannot share as much: it must share as large a part of itself.
                words = min(
                    offsets[order[a] + 1] - offsets[order[a]],
                    offsets[order[b] + 1] - offsets[order[b]],
                )
                if found < min(bits, 1.5 * words):
                    continue
            out[i] = weight


def working_set(widest: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Table and stamps for texts of up to `widest` tokens; one per thread."""
    size = 1 << max(8, (2 * widest).bit_length())
    return np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.int64)
