"""The weights of many candidate pairs: refuse what can be refused, weigh the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.refusal import at_most, put_tags
from lamplighter.linking.verify import (
    ALIKE,
    LEAST,
    SAME,
    TOPIC,
    fill,
    likeness,
    needed,
    weigh,
)

#: Texts less alike than `ALIKE`, but half as much, need this many times the bits.
UNLIKE = 1.5
#: Pairs whose texts are read ahead.
BATCH = 32


@inlined
def _touch(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    order: NDArray[np.int64],
    pairs: NDArray[np.uint64],
) -> float:
    """Read a little of the texts of some pairs: their lines come from memory all at a time.

    Read one after the other, as they are compared, each waits for the one before. The sum is only
    there so that the compiler keeps the reading.
    """
    total = np.uint32(0)
    for pair_ in pairs:
        row = order[np.int64(pair_ & np.uint64(0xFFFFFFFF))]
        begin, end = offsets[row], offsets[row + 1]
        for at in range(begin, end, 16):
            total += tokens[at]
        for at in range(begin, end, 64):
            total += np.uint32(entry[at]) + np.uint32(gain[at])
    return float(total)


@inlined
def _refused(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    apart: NDArray[np.uint8],
    row_a: int,
    row_b: int,
    size_a: float,
    size_b: float,
    rules: NDArray[np.float64],
    tags: NDArray[np.uint32],
    size: int,
) -> bool:
    """Whether `weigh` would surely refuse the pair, `tags` being those of `row_a`."""
    begin, end = offsets[row_b], offsets[row_b + 1]
    words_a, words_b = offsets[row_a + 1] - offsets[row_a], end - begin
    if size == 0 or min(words_a, words_b) < 2 or size_a == 0 or size_b == 0:
        return False
    topic = np.int64(rules[TOPIC]) + min(apart[row_a], apart[row_b])
    count, common, bits = at_most(tokens, entry, gain, begin, end, tags, size, topic)
    if count < rules[LEAST]:
        return bool(words_a != words_b)  # the same words, all but a few masked, are never refused
    # The sums are rounded where they are weighed exactly, hence a little more.
    weight = 1.001 * likeness(min(common, size_a, size_b), size_a, size_b)
    if weight >= SAME:
        return False
    enough = 1.0 if weight >= rules[ALIKE] else UNLIKE
    too_few = bits + 1 < enough * needed(weight, min(words_a, words_b), rules)
    return weight < rules[ALIKE] / 2 or too_few


@kernel
def similarities(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    apart: NDArray[np.uint8],
    order: NDArray[np.int64],
    sizes: NDArray[np.float32],
    pairs: NDArray[np.uint64],
    rules: NDArray[np.float64],
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    room: NDArray[np.uint32],
    out: NDArray[np.float32],
) -> None:
    """Weight of each pair, 0 where the texts are not alike enough (`weigh`).

    `pairs` (p,) are canonical nodes, larger << 32 | smaller, ascending; `order` gives a node's
    row; `sizes` (n, 2) a node's weights (`measure`); `rules` as `rules_of` lays them out; `room` as
    `tag_table` makes it.
    """
    stamp[:] = 0
    turn = 0
    hit = 0
    current = -1
    filled = False
    size = 0
    for i in range(len(pairs)):
        if i % BATCH == 0:
            out[i] = _touch(offsets, tokens, entry, gain, order, pairs[i : i + BATCH])
        a = np.int64(pairs[i] >> np.uint64(32))  # the larger; the smaller comes back and is cached
        b = np.int64(pairs[i] & np.uint64(0xFFFFFFFF))
        row = order[a]
        if a != current:
            current = int(a)
            filled = False
            size = put_tags(tokens, entry, offsets[row], offsets[row + 1], room)
        if _refused(
            offsets,
            tokens,
            entry,
            gain,
            apart,
            row,
            order[b],
            sizes[a, 0],
            sizes[b, 0],
            rules,
            room,
            size,
        ):
            out[i] = 0.0
            continue
        hit += 1
        if not filled:
            filled = True
            turn = hit
            fill(offsets, tokens, entry, row, table, stamp, turn)
            hit += 1
        weight, sureness = weigh(
            offsets, tokens, entry, gain, apart, row, order[b], sizes[a], sizes[b], rules, table,
            stamp, turn, hit,
        )  # fmt: skip
        enough = 1.0 if weight >= rules[ALIKE] else UNLIKE
        out[i] = weight if sureness >= enough else 0.0
