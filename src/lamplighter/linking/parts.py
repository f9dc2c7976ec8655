"""Groups that are parts of one campaign: half of what each says is the same, and hardly anyone else's.

A campaign of short texts, or a large one, falls into parts: no two of its listings share enough to
exceed chance, or too few do for the parts to be alike on average. But the parts are. What most members of
a group say is its core; where two listings of two groups are alike, and the cores are half the same, in
word pairs that hardly anyone has outside of such groups, the two are one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.labels import built_as_form
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity
from lamplighter.linking.shingles import pair, spread

#: Members of a group that are read.
_READ = 24
#: Word pairs that two groups must share, and which share of the larger core this must be.
_SHARED, _PART = 4, 0.5
#: Share of the listings with a word pair that must be members of groups that have it in their core.
_INSIDE = 0.5


@kernel
def _cores(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    members: NDArray[np.int64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.float64]]:
    """Word pairs (mixed) that half of a group's members have, its number, and how many members do."""
    room, total = 64, 0
    for g in range(len(starts)):
        need = 0
        for node in members[starts[g] : starts[g] + min(sizes[g], _READ)]:
            need += 2 * (offsets[order[node] + 1] - offsets[order[node]])
        room = max(room, need)
        total += need // 2
    size = 64
    while size < room:
        size *= 2
    mask = size - 1
    codes, counts = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    last = np.full(size, -1, np.int64)
    phrases, whose = np.zeros(total, np.uint64), np.zeros(total, np.int32)
    inside = np.zeros(total, np.float64)
    first, out = 0, 0
    for g in range(len(starts)):
        rows = order[members[starts[g] : starts[g] + min(sizes[g], _READ)]]
        for again in range(2):
            for i in range(len(rows)):
                for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 1):
                    code = pair(tokens[at], tokens[at + 1])
                    slot = np.int64(spread(code)) & mask
                    while last[slot] >= first and codes[slot] != code:
                        slot = (slot + 1) & mask
                    if again == 1:
                        if counts[slot] >= 2 and 2 * counts[slot] >= len(rows):
                            phrases[out], whose[out] = spread(code), g
                            inside[out] = counts[slot] * sizes[g] / len(rows)
                            out += 1
                            counts[slot] = 0
                        continue
                    if last[slot] < first:
                        codes[slot] = code
                        counts[slot] = 0
                    if last[slot] != first + i:
                        last[slot] = first + i
                        counts[slot] += 1
        first += len(rows)
    return phrases[:out], whose[:out], inside[:out]


def parts_of_one(
    groups: NDArray[np.int32],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    rarity: Rarity,
    parameters: LinkParameters,
) -> NDArray[np.bool_]:
    """(l,) which of the links from `sources` to `targets`, each between two groups, make them one.

    `groups` (n,) is the smallest node of a node's group, `order` gives a node's row, `rarity` is that
    of all listings. Only groups of texts of fewer than `full_words` are looked at.
    """
    size = np.bincount(groups, minlength=len(groups))
    words = np.bincount(groups, weights=np.diff(offsets)[order], minlength=len(groups))
    fit = (size >= 2) & (words < parameters.full_words * size)
    roots = np.flatnonzero(fit)
    members = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[members], roots)
    codes, whose, inside = _cores(offsets, tokens, order, members, starts, size[roots])
    core = np.bincount(whose, minlength=len(roots))
    _, number = np.unique(codes, return_inverse=True)
    level = rarity.pairs[(codes & np.uint64(len(rarity.pairs) - 1)).astype(np.int64)]
    scale = len(order) / max(1, min(len(order), parameters.learn_from))
    said = scale * 2.0 ** (level.astype(np.float64) / STEPS)
    within = np.bincount(number, weights=inside)
    own = (level == 0) | (within[number] >= _INSIDE * said)
    held = np.searchsorted(whose, np.arange(len(roots) + 1))

    def one(a: int, b: int) -> bool:
        first, second = (number[held[g] : held[g + 1]][own[held[g] : held[g + 1]]] for g in (a, b))
        same = len(np.intersect1d(first, second, assume_unique=True))
        if same < max(_SHARED, _PART * max(core[a], core[b])):
            return False
        both = [members[starts[g] : starts[g] + min(size[roots[g]], _READ // 2)] for g in (a, b)]
        return not built_as_form(offsets, tokens, order[np.concatenate(both)])

    at = np.flatnonzero(fit[groups[sources]] & fit[groups[targets]])
    ends = np.searchsorted(roots, np.sort(groups[np.stack([sources[at], targets[at]])], axis=0))
    asked, which = np.unique(ends[0].astype(np.int64) << 32 | ends[1], return_inverse=True)
    answers = np.array([one(int(x >> 32), int(x & 0xFFFFFFFF)) for x in asked], dtype=np.bool_)
    out = np.zeros(len(sources), dtype=np.bool_)
    out[at] = answers[which]
    return out
