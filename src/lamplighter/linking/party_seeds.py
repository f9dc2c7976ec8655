"""Where a campaign that fills the site may be found although none of its listings are linked.

Of a campaign of a tenth of all listings nothing is rare, and often no link of it exceeds chance. But
its listings are alike as wholes in what is common on the site. A few hundred listings that consist
of common words are compared with a few thousand others like them; who finds some that are alike
with him may stand for a party. What becomes of it is for `parties` to judge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.rarity import pair_slot
from lamplighter.linking.shingles import pair, spread

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
U8 = NDArray[np.uint8]

#: Listings that may stand for a party, and how many are looked at for listings like them.
LEADERS, LOOKED_AT = 512, 2048
#: Share of the common pairs of either that two listings of a party have in common.
_ALIKE = 0.5


@kernel
def crowded_rows(offsets: I64, tokens: U32, rows: I64, pairs: U8, level: int, most: int) -> I64:
    """The first `most` places in `rows` of listings half of whose word pairs are common.

    That is, in the sample at `level` or above.
    """
    out = np.empty(most, np.int64)
    count = 0
    for i in range(len(rows)):
        if count == most:
            break
        begin, end = offsets[rows[i]], offsets[rows[i] + 1]
        high = 0
        for at in range(begin, end - 1):
            high += pairs[pair_slot(tokens[at], tokens[at + 1], pairs)] >= level
        if end - begin > 8 and 2 * high >= end - begin - 1:
            out[count] = i
            count += 1
    return out[:count]


@kernel
def _common_pairs(offsets: I64, tokens: U32, rows: I64, pairs: U8, level: int) -> tuple[I64, U64]:
    """The distinct common word pairs of each row, row after row."""
    starts = np.zeros(len(rows) + 1, np.int64)
    room = 0
    for row in rows:
        room += offsets[row + 1] - offsets[row]
    out = np.empty(room, np.uint64)
    count = 0
    for i in range(len(rows)):
        first = count
        for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 1):
            if pairs[pair_slot(tokens[at], tokens[at + 1], pairs)] >= level:
                out[count] = pair(tokens[at], tokens[at + 1])
                count += 1
        one = np.unique(out[first:count])
        out[first : first + len(one)] = one
        count = first + len(one)
        starts[i + 1] = count
    return starts, out[:count]


@kernel
def _alike(starts: I64, codes: U64, leaders: int) -> NDArray[np.bool_]:
    """(leaders, rows) whether a row is alike with one of the first `leaders` rows."""
    rows = len(starts) - 1
    size = 64
    while size < 3 * starts[leaders]:
        size *= 2
    mask = np.uint64(size - 1)
    # A table of chains: the places of each code among those of the leaders.
    head = np.full(size, -1, np.int64)
    after = np.full(starts[leaders], -1, np.int64)
    whose = np.empty(starts[leaders], np.int64)
    for leader in range(leaders):
        for at in range(starts[leader], starts[leader + 1]):
            whose[at] = leader
            slot = spread(codes[at]) & mask
            while head[slot] >= 0 and codes[head[slot]] != codes[at]:
                slot = (slot + np.uint64(1)) & mask
            after[at] = head[slot]
            head[slot] = at
    out = np.zeros((leaders, rows), np.bool_)
    hits = np.zeros(leaders, np.int64)
    for row in range(rows):
        hits[:] = 0
        for at in range(starts[row], starts[row + 1]):
            slot = spread(codes[at]) & mask
            while head[slot] >= 0 and codes[head[slot]] != codes[at]:
                slot = (slot + np.uint64(1)) & mask
            place = head[slot]
            while place >= 0:
                hits[whose[place]] += 1
                place = after[place]
        own = starts[row + 1] - starts[row]
        for leader in range(leaders):
            longest = max(own, starts[leader + 1] - starts[leader])
            out[leader, row] = hits[leader] >= _ALIKE * longest
    return out


def likely_parties(
    offsets: I64, tokens: U32, order: I64, pairs: U8, level: int, least: int
) -> list[I64]:
    """Nodes of listings that are alike with one of them, most first; sets overlap.

    Only sets of `least` and more.
    """
    nodes = crowded_rows(offsets, tokens, order, pairs, level, LOOKED_AT)
    starts, codes = _common_pairs(offsets, tokens, order[nodes], pairs, level)
    alike = _alike(starts, codes, min(LEADERS, len(nodes)))
    counts = alike.sum(axis=1)
    leaders = np.argsort(-counts, kind="stable")
    return [nodes[alike[leader]] for leader in leaders if counts[leader] >= least]
