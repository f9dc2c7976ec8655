"""Whether what a group's members share is the group's own: few others say it.

Two strangers of one trade may well write the same three sentences, each of which twenty others
write too; no pair of texts tells that. A group does: of the phrases that most of its members have,
a campaign has some that hardly anyone outside says, or its members say little else. Where neither is
so, what the group shares is the trade's, the form's or the model's, not a campaign's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity
from lamplighter.linking.shingles import spread, triple

#: Members of a group that are read.
_READ = 24
#: Phrases that most members have, and most listings that have them are members: so many, or …
_OWN, _PART = 8, 1 / 3
#: … so many phrases that most members have at all, times their share of what members say: 24 that
#: are half of it, 36 that are a third.
_WHOLE = 12.0


@inlined
def _shared(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    rows: NDArray[np.int64],
    members: int,
    phrases: NDArray[np.uint8],
    scale: float,
    codes: NDArray[np.uint64],
    counts: NDArray[np.int32],
    last: NDArray[np.int64],
    first: int,
) -> tuple[int, int, float]:
    """Of the phrases that half of the rows have: how many there are; how many of them are in few
    listings outside the group, of `members`; and their share of all that the rows say.

    A slot of the table is free where its `last` is below `first`; there row i leaves `first + i`.
    """
    mask = len(codes) - 1
    said = 0
    for i in range(len(rows)):
        for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 2):
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            slot = np.int64(spread(code)) & mask
            while last[slot] >= first and codes[slot] != code:
                slot = (slot + 1) & mask
            if last[slot] < first:
                codes[slot] = code
                counts[slot] = 0
            if last[slot] != first + i:
                last[slot] = first + i
                counts[slot] += 1
                said += 1
    shared, own, hits = 0, 0, 0
    for i in range(len(rows)):
        for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 2):
            code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
            slot = np.int64(spread(code)) & mask
            while codes[slot] != code:
                slot = (slot + 1) & mask
            count = counts[slot]
            if count < 2 or 2 * count < len(rows):
                continue
            counts[slot] = 0
            shared += 1
            hits += count
            level = np.int64(phrases[code & np.uint64(len(phrases) - 1)])
            inside = count * members / len(rows)
            # Level 0 is one listing of the sample or none: as rare as can be told.
            own += level == 0 or 2 * inside > scale * 2.0 ** (level / STEPS)
    return shared, own, hits / max(said, 1)


@kernel
def _examine(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    members: NDArray[np.int64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    phrases: NDArray[np.uint8],
    scale: float,
    out: NDArray[np.bool_],
) -> None:
    room = 64
    for g in range(len(starts)):
        need = 0
        for node in members[starts[g] : starts[g] + min(sizes[g], _READ)]:
            need += 2 * (offsets[order[node] + 1] - offsets[order[node]])
        room = max(room, need)
    size = 64
    while size < room:
        size *= 2
    codes, counts = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    last = np.full(size, -1, np.int64)
    first = 0
    for g in range(len(starts)):
        rows = order[members[starts[g] : starts[g] + min(sizes[g], _READ)]]
        shared, own, share = _shared(
            offsets, tokens, rows, sizes[g], phrases, scale, codes, counts, last, first
        )
        first += len(rows)
        most = own >= _OWN or own >= _PART * shared
        out[g] = most or shared * share >= _WHOLE


def of_strangers(
    groups: NDArray[np.int32],
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    rarity: Rarity,
    parameters: LinkParameters,
    threads: int = 1,
) -> NDArray[np.bool_]:
    """(n,) whether a node is in a group that shares nothing of its own.

    `groups` (n,) is the smallest node of a node's group, `order` gives a node's row, `rarity` is that
    of all listings.
    """
    size = np.bincount(groups, minlength=len(groups))
    roots = np.flatnonzero(size >= 2)
    members = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[members], roots)
    scale = len(order) / max(1, min(len(order), parameters.learn_from))
    own = np.ones(len(groups), dtype=np.bool_)
    kept = np.zeros(len(roots), dtype=np.bool_)
    sizes = size[roots]

    def examine(part: NDArray[np.int64]) -> None:
        at = slice(part[0], part[-1] + 1)
        _examine(
            offsets, tokens, order, members, starts[at], sizes[at], rarity.phrases, scale, kept[at]
        )

    with ThreadPoolExecutor(threads) as pool:
        parts = np.array_split(np.arange(len(roots)), max(1, min(8 * threads, len(roots))))
        list(pool.map(examine, [part for part in parts if len(part)]))
    own[roots] = kept
    strangers: NDArray[np.bool_] = ~own[groups]
    return strangers
