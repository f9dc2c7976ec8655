"""From links to groups, strongest link first, with a look before two groups are joined.

Single linkage chains: one wrong link joins two campaigns. So a link that is not sure by itself may
join two groups of three or more only if their other members are alike as well; otherwise it is cut
and says why. Links are taken by weight, then by canonical nodes: the result depends on nothing
else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.shingles import spread
from lamplighter.linking.verify import SAME, fill, weigh

#: Joined two groups; joined none, for it was cut; lies within a group already joined.
KEPT, CUT, WITHIN = 1, 2, 3
_LOOK = 6


@inlined
def root_of(parents: NDArray[np.int32], node: int) -> int:
    """Representative of a node's group, halving the path on the way."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@inlined
def _rank(node: int) -> np.uint64:
    return np.uint64(spread(np.uint64(node)))


@kernel
def join_groups(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    apart: NDArray[np.uint8],
    order: NDArray[np.int64],
    sizes: NDArray[np.float32],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    weights: NDArray[np.float32],
    rules: NDArray[np.float64],
    cohesion: float,
    links: NDArray[np.int64],
    bounds: NDArray[np.int64],
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    members: NDArray[np.int32],
    weight_of: NDArray[np.int32],
    parents: NDArray[np.int32],
    fate: NDArray[np.uint8],
    alike_share: NDArray[np.float32],
) -> None:
    """Join along the links (already in canonical order) of some islands (`islands.Islands`).

    `members`, `weight_of` and `parents` are those of `each_alone`, `fate` is per link; other islands
    may be joined at the same time.
    Each group keeps the members that come first by `_rank`, a fixed shuffle; those are compared.
    """
    stamp[:] = 0
    hit = 0
    merged = np.empty(_LOOK, dtype=np.int32)
    for island in range(len(bounds) - 1):
        here = links[bounds[island] : bounds[island + 1]]
        hit = _join_island(
            offsets, tokens, entry, gain, apart, order, sizes, sources, targets, weights, rules,
            cohesion, here[np.argsort(-weights[here], kind="mergesort")], table, stamp, hit, merged,
            members, weight_of, parents, fate, alike_share,
        )  # fmt: skip


@inlined
def _join_island(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    apart: NDArray[np.uint8],
    order: NDArray[np.int64],
    sizes: NDArray[np.float32],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    weights: NDArray[np.float32],
    rules: NDArray[np.float64],
    cohesion: float,
    links: NDArray[np.int64],
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    hit: int,
    merged: NDArray[np.int32],
    members: NDArray[np.int32],
    weight_of: NDArray[np.int32],
    parents: NDArray[np.int32],
    fate: NDArray[np.uint8],
    alike_share: NDArray[np.float32],
) -> int:
    for i in links:
        a = root_of(parents, sources[i])
        b = root_of(parents, targets[i])
        if a == b:
            fate[i] = WITHIN
            continue
        if weights[i] < SAME and weight_of[a] + weight_of[b] > 3:
            looked = 0
            alike = 0.0
            for x in range(_LOOK):
                one = members[a, x]
                if one < 0:
                    break
                hit += 1
                turn = hit
                fill(offsets, tokens, entry, order[one], table, stamp, turn)
                for y in range(_LOOK):
                    two = members[b, y]
                    if two < 0:
                        break
                    hit += 1
                    looked += 1
                    _, sureness = weigh(
                        offsets, tokens, entry, gain, apart, order[one], order[two], sizes[one],
                        sizes[two], rules, table, stamp, turn, hit,
                    )  # fmt: skip
                    alike += min(1.0, sureness)
            alike_share[i] = alike / looked
            if alike < cohesion * looked:
                fate[i] = CUT
                continue
        fate[i] = KEPT
        keep, drop = (a, b) if a < b else (b, a)
        x = 0
        y = 0
        for place in range(_LOOK):
            left = members[keep, x] if x < _LOOK else -1
            right = members[drop, y] if y < _LOOK else -1
            if left < 0 and right < 0:
                merged[place] = -1
            elif right < 0 or (left >= 0 and _rank(left) < _rank(right)):
                merged[place] = left
                x += 1
            else:
                merged[place] = right
                y += 1
        for place in range(_LOOK):
            members[keep, place] = merged[place]
        parents[drop] = keep
        weight_of[keep] += weight_of[drop]
    return hit


def each_alone(nodes: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Members, size and parent of groups of one node each, as `join_groups` takes them."""
    members = np.full((nodes, _LOOK), -1, dtype=np.int32)
    members[:, 0] = parents = np.arange(nodes, dtype=np.int32)
    return members, np.ones(nodes, dtype=np.int32), parents


@kernel
def union(
    parents: NDArray[np.int32], sources: NDArray[np.int32], targets: NDArray[np.int32]
) -> None:
    """Join unconditionally; the smaller node stays the root, so the order does not matter."""
    for i in range(len(sources)):
        a = root_of(parents, sources[i])
        b = root_of(parents, targets[i])
        if a < b:
            parents[b] = a
        elif b < a:
            parents[a] = b


@kernel
def settle_roots(parents: NDArray[np.int32]) -> None:
    """Point every node at the smallest node of its group (parents are never larger)."""
    for node in range(len(parents)):
        parents[node] = parents[parents[node]]
