"""Passages that strangers repeat word for word: a quote, a disclaimer, a maker's paragraph.

On a small site few listings have one, as few as a campaign has, and whoever repeats it is linked to whoever
else does. But it shows in the group that this makes: some members share one passage, in one piece and
without a slot, and say nothing else that any other member says, though they say a good deal. A campaign's
listings share more than that, or in several pieces: what is edited, filled in or shuffled is not in one. Such
a passage counts as the site's own words do, and the group must be alike in the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.labels import at_level
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity
from lamplighter.linking.shingles import pair, spread, triple

#: Members of a group that are read.
_READ = 24
#: Phrases of a passage at least, and its share of all phrases that a member shares.
_LONG, _ALONE = 12, 0.8
#: Share of a member that the passage is at most, and phrases beside it at least.
_MOST, _BESIDE = 0.65, 30
#: One in so many members has it so: in a padded campaign now and then one has a single sentence without a slot.
_OF = 8


@kernel
def _find(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    members: NDArray[np.int64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> NDArray[np.uint64]:
    room = 64
    for g in range(len(starts)):
        need = 0
        for node in members[starts[g] : starts[g] + min(sizes[g], _READ)]:
            need += 2 * (offsets[order[node] + 1] - offsets[order[node]])
        room = max(room, need)
    size = 64
    while size < room:
        size *= 2
    mask = size - 1
    codes = np.zeros(size, np.uint64)
    counts, borne = np.zeros((2, size), np.int32)
    # A slot is free where its `last` is below that of the group's first row.
    last = np.full(size, -1, np.int64)
    first = 0
    begins, ends = np.zeros((2, _READ), np.int64)
    out = np.empty(1024, np.uint64)
    filled = 0
    for g in range(len(starts)):
        rows = order[members[starts[g] : starts[g] + min(sizes[g], _READ)]]
        for i in range(len(rows)):
            for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 2):
                code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
                slot = np.int64(spread(code)) & mask
                while last[slot] >= first and codes[slot] != code:
                    slot = (slot + 1) & mask
                if last[slot] < first:
                    codes[slot] = code
                    counts[slot] = 0
                    borne[slot] = 0
                if last[slot] != first + i:
                    last[slot] = first + i
                    counts[slot] += 1
        bearers = 0
        for i in range(len(rows)):
            begins[i], ends[i] = 0, 0
            shared, run = 0, 0
            for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 2):
                code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
                slot = np.int64(spread(code)) & mask
                while codes[slot] != code:
                    slot = (slot + 1) & mask
                if counts[slot] < 2:
                    run = 0
                    continue
                shared += 1
                run += 1
                if run > ends[i] - begins[i]:
                    begins[i], ends[i] = at + 1 - run, at + 1
            long = ends[i] - begins[i]
            said = offsets[rows[i] + 1] - offsets[rows[i]] - 2
            if long < max(_LONG, _ALONE * shared) or long > min(_MOST * said, said - _BESIDE):
                ends[i] = begins[i]
                continue
            bearers += 1
            for at in range(begins[i], ends[i]):
                code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
                slot = np.int64(spread(code)) & mask
                while codes[slot] != code:
                    slot = (slot + 1) & mask
                borne[slot] += 1
        first += len(rows)
        if bearers < max(2, len(rows) // _OF):
            continue
        for i in range(len(rows)):
            for at in range(begins[i], ends[i]):
                code = triple(tokens[at], tokens[at + 1], tokens[at + 2])
                slot = np.int64(spread(code)) & mask
                while codes[slot] != code:
                    slot = (slot + 1) & mask
                if borne[slot] < 2:
                    continue
                borne[slot] = 0  # each once
                if filled + 2 > len(out):
                    out = np.concatenate((out, np.empty_like(out)))
                out[filled] = pair(tokens[at], tokens[at + 1])
                out[filled + 1] = pair(tokens[at + 1], tokens[at + 2])
                filled += 2
    return out[:filled]


def quotes_of(
    groups: NDArray[np.int32],
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    rarity: Rarity,
    parameters: LinkParameters,
) -> NDArray[np.uint64]:
    """Word pairs, ascending, of passages that members of some group repeat and share nothing else.

    `groups` (n,) is the smallest node of a node's group, `order` gives a node's row, `rarity` is that
    of all listings. A passage in fewer than `heavy_share` of the listings is rare enough to tell; where
    that many listings make a phrase common anyway there is nothing to look for.
    """
    least = parameters.heavy_share * len(order)
    if least >= parameters.heavy_floor:
        return np.zeros(0, dtype=np.uint64)
    size = np.bincount(groups, minlength=len(groups))
    roots = np.flatnonzero(size >= 2)
    members = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[members], roots)
    found = np.unique(_find(offsets, tokens, order, members, starts, size[roots]))
    return at_level(found, rarity.pairs, int(STEPS * np.log2(max(least, 1.0))))
