"""Operations that respect what people said of pairs of listings: same hand, or different hands."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.components import settle_roots, union

I32 = NDArray[np.int32]


def respect_judged(
    operation: I32, sources: I32, targets: I32, weights: NDArray[np.float32], same: I32, apart: I32
) -> tuple[I32, NDArray[np.bool_]]:
    """Operations (n,) in which no pair of `apart` (a, 2) is together, and (s + l,) which ties were
    cut for it: those of `same` (s, 2) first, then the links (l,), which hold `operation` together.

    Pairs of `same` are joined. An operation that then holds a pair judged different is built anew:
    what people joined first, then the links from the heaviest on, each left out that would bring
    such a pair together. Ties in weight go by listing, so the order of links changes nothing.
    """
    made = operation.copy()
    union(made, np.ascontiguousarray(same[:, 0]), np.ascontiguousarray(same[:, 1]))
    settle_roots(made)
    cut = np.zeros(len(same) + len(sources), dtype=bool)
    wrong = np.unique(made[apart[:, 0]][made[apart[:, 0]] == made[apart[:, 1]]])
    if not len(wrong):
        return made, cut
    ends = np.concatenate([same, np.stack([sources, targets], axis=1)])
    weight = np.concatenate([np.full(len(same), np.inf, np.float32), weights])
    concerned = np.flatnonzero(np.isin(made[ends[:, 0]], wrong))
    some = ends[concerned]
    order = np.lexsort((some[:, 1], some[:, 0], -weight[concerned]))
    inside = np.isin(made[apart[:, 0]], wrong) & np.isin(made[apart[:, 1]], wrong)
    members = np.flatnonzero(np.isin(made, wrong))
    groups = _Groups(members, apart[inside])
    for at in order.tolist():
        cut[concerned[at]] = not groups.join(*some[at].tolist())
    made[members] = [groups.root(node) for node in members.tolist()]
    return made, cut


class _Groups:
    """Groups of nodes, each with the nodes that must stay out of it."""

    def __init__(self, nodes: NDArray[np.integer[Any]], apart: I32) -> None:
        self._parent = {node: node for node in nodes.tolist()}
        self._foes: dict[int, set[int]] = {}
        for one, other in apart.tolist():
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)

    def root(self, node: int) -> int:
        """The smallest node of the group."""
        parent = self._parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, one: int, other: int) -> bool:
        """Join two groups; False where a node of one must stay out of the other."""
        one, other = sorted((self.root(one), self.root(other)))
        if one == other:
            return True
        mine, theirs = self._foes.get(one, set()), self._foes.get(other, set())
        fewer, there = (mine, other) if len(mine) <= len(theirs) else (theirs, one)
        if any(self.root(foe) == there for foe in fewer):
            return False
        self._parent[other] = one
        if theirs:
            # The larger set takes the smaller one in.
            large, small = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
            large |= small
            self._foes[one] = large
        return True
