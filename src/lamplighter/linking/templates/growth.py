"""Growing a consensus: a sample of the members, a seed among them, and rounds of alignment.

In each round the sample is aligned to the columns; columns that few have are dropped, tokens that
most have in one place are put in. So the seed's own edits do not stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.templates.chain import align, index_columns
from lamplighter.linking.templates.sample import choose_seed
from lamplighter.linking.templates.scratch import Scratch

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Shares of the sample: an insertion becomes a column, a column stays one.
INSERT, KEEP = 0.45, 0.2
ROUNDS = 3
#: Unmatched tokens in a row that are looked at for insertions. More are padding.
RUN = 64


@inlined
def first_judgement(
    work: Scratch, chosen: I64, weights: F64, size: int, count: int,
    offsets: I64, leaders: I64, column_of: NDArray[np.int32],
) -> float:  # fmt: skip
    """Who of `chosen[:size]` belongs: sets `inside` and `support`, returns the weight inside.

    A column that the share r of the members has costs -log2 r to confirm and -log2(1 - r) to
    deny, and saves the bits of its token where it is there. A member whose sum is above 0 is in.
    Two rounds, the first with everyone: so one of two mixed templates wins.
    """
    for i in range(size):
        work.inside[i] = True
    total = 0.0
    for turn in range(3):
        total = 0.0
        work.support[:count] = 0.0
        for i in range(size):
            if not work.inside[i]:
                continue
            total += weights[i]
            leader = leaders[chosen[i]]
            for at in range(offsets[leader], offsets[leader + 1]):
                if column_of[at] >= 0:
                    work.support[column_of[at]] += weights[i]
        if turn == 2:
            break
        base = 0.0
        for column in range(count):
            held = work.support[column]
            work.gains[column] = 0.0
            if held >= 2.0 and held > 0.15 * total:
                r = min(held / total, 0.98)
                base += np.log2(1.0 - r)
                work.gains[column] = work.worth[column] + np.log2(r) - np.log2(1.0 - r)
        for i in range(size):
            leader = leaders[chosen[i]]
            gain = base
            for at in range(offsets[leader], offsets[leader + 1]):
                if column_of[at] >= 0:
                    gain += work.gains[column_of[at]]
            work.inside[i] = gain > 0.0
    return total


@inlined
def insertions(
    work: Scratch, size: int, count: int, total: float,
    offsets: I64, tokens: NDArray[np.uint32], leaders: I64, column_of: NDArray[np.int32],
) -> int:  # fmt: skip
    """Rebuild the columns; returns the new count, or -1 if nothing is to be put in."""
    entries = 0
    for i in range(size):
        leader = leaders[work.sample[i]]
        entries += offsets[leader + 1] - offsets[leader]
    room = 64
    while room < 2 * entries:
        room *= 2
    mask = np.uint64(room - 1)
    work.words[:room] = np.uint64(0)
    found = 0
    for i in range(size):
        if not work.inside[i]:
            continue
        leader = leaders[work.sample[i]]
        gap = 0
        run = 0
        for at in range(offsets[leader], offsets[leader + 1]):
            if column_of[at] >= 0:
                gap = int(column_of[at]) + 1
                run = 0
                continue
            run += 1
            if run > RUN:
                continue
            word = (np.uint64(gap) << np.uint64(32)) | np.uint64(tokens[at])
            slot = (word * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32) & mask
            while work.words[slot] != np.uint64(0) and work.words[slot] != word:
                slot = (slot + np.uint64(1)) & mask
            if work.words[slot] == np.uint64(0):
                work.words[slot] = word
                work.held[slot] = 0.0
                work.where[slot] = 0.0
                work.last[slot] = -1
            if work.last[slot] != i:
                work.last[slot] = i
                before = work.held[slot]
                work.held[slot] += work.weights[i]
                work.where[slot] += run * work.weights[i]
                if before <= INSERT * total < work.held[slot]:
                    found += 1
    if found == 0:
        return -1
    chosen = np.empty(found, dtype=np.uint64)
    means = np.empty(found, dtype=np.float64)
    filled = 0
    for entry in range(room):
        if work.words[entry] != np.uint64(0) and work.held[entry] > INSERT * total:
            word = work.words[entry]
            mean = work.where[entry] / work.held[entry]
            gap = int(np.int64(word >> np.uint64(32)))
            at = filled
            while at > 0:
                other = np.int64(chosen[at - 1] >> np.uint64(32))
                if other < gap or (
                    other == gap
                    and (means[at - 1] < mean or (means[at - 1] == mean and chosen[at - 1] < word))
                ):
                    break
                chosen[at] = chosen[at - 1]
                means[at] = means[at - 1]
                at -= 1
            chosen[at] = word
            means[at] = mean
            filled += 1
    made = 0
    used = 0
    for column in range(count + 1):
        while used < filled and np.int64(chosen[used] >> np.uint64(32)) == column:
            if made < len(work.spare):
                work.spare[made] = np.uint32(chosen[used] & np.uint64(0xFFFFFFFF))
                made += 1
            used += 1
        if column < count and work.support[column] > KEEP * total and made < len(work.spare):
            work.spare[made] = work.columns[column]
            made += 1
    work.columns[:made] = work.spare[:made]
    return made


@inlined
def align_all(
    work: Scratch, chosen: I64, size: int, count: int,
    offsets: I64, tokens: NDArray[np.uint32], leaders: I64, column_of: NDArray[np.int32],
) -> int:  # fmt: skip
    """Align `size` members to the columns; returns the mask of the column table."""
    mask = index_columns(work.columns, count, work.keys, work.heads, work.following)
    for i in range(size):
        leader = leaders[chosen[i]]
        align(
            tokens, offsets[leader], offsets[leader + 1], work.columns, count, work.keys,
            work.heads, work.following, mask, work.places, work.targets, work.scores,
            work.backs, work.owner, work.block, column_of,
        )  # fmt: skip
    return mask


@inlined
def price(
    work: Scratch, size: int, count: int, mask: int,
    offsets: I64, tokens: NDArray[np.uint32], leaders: I64,
) -> None:  # fmt: skip
    """`work.worth`: bits of each column's token, from its frequency in the sample (bits.py)."""
    work.support[:count] = 0.0
    total = 1
    for i in range(size):
        leader = leaders[work.sample[i]]
        total += offsets[leader + 1] - offsets[leader]
        for at in range(offsets[leader], offsets[leader + 1]):
            slot = np.int64(tokens[at]) & mask
            while work.keys[slot] != 0 and work.keys[slot] != tokens[at]:
                slot = (slot + 1) & mask
            if work.keys[slot] != 0:
                work.support[work.heads[slot]] += 1.0
    for column in range(count):
        # Columns of one token are chained from the first, which has the count.
        if work.support[column] > 0.0:
            worth = np.log2(total / work.support[column])
            other = np.int64(column)
            while other >= 0:
                work.worth[other] = worth
                other = np.int64(work.following[other])


@inlined
def grow(
    work: Scratch, size: int,
    offsets: I64, tokens: NDArray[np.uint32], leaders: I64, column_of: NDArray[np.int32],
) -> int:  # fmt: skip
    """Columns from the sample; returns how many. The sample is left aligned to them."""
    seed = leaders[work.sample[choose_seed(work, size, offsets, tokens, leaders)]]
    count = int(offsets[seed + 1] - offsets[seed])
    for column in range(count):
        work.columns[column] = tokens[offsets[seed] + column]
    for turn in range(ROUNDS):
        mask = align_all(work, work.sample, size, count, offsets, tokens, leaders, column_of)
        if turn + 1 == ROUNDS or size <= 2:
            break
        price(work, size, count, mask, offsets, tokens, leaders)
        total = first_judgement(
            work, work.sample, work.weights, size, count, offsets, leaders, column_of
        )
        made = insertions(work, size, count, total, offsets, tokens, leaders, column_of)
        if made < 0:
            break
        count = made
    price(work, size, count, mask, offsets, tokens, leaders)
    return count
