"""Links that no link connects are joined apart: by hand, and against one walk over all links."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.linking.islands import islands_of

_LINKS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)).filter(lambda p: p[0] < p[1]))


@settings(deadline=None)
@given(_LINKS, st.integers(1, 9))
def test_each_link_is_in_the_island_of_its_nodes(links: list[tuple[int, int]], parts: int) -> None:
    """Every link once, ascending within its island; no node in two islands; ranges cover all."""
    pairs = np.array(links, np.int32).reshape(-1, 2)
    islands = islands_of(20, pairs[:, 0].copy(), pairs[:, 1].copy())
    assert sorted(islands.links.tolist()) == list(range(len(links)))
    of_node: dict[int, int] = {}
    count = len(islands.bounds) - 1
    for island in range(count):
        here = islands.links[islands.bounds[island] : islands.bounds[island + 1]].tolist()
        assert here == sorted(here)
        assert here
        nodes = {int(node) for link in here for node in pairs[link]}
        assert all(of_node.setdefault(node, island) == island for node in nodes)
        joined = {int(pairs[here[0]][0])}
        for _ in here:  # whoever is in an island is reached from its first node
            joined |= {
                int(n) for link in here for n in pairs[link] if joined & {*pairs[link].tolist()}
            }
        assert joined == nodes
    ranges = islands.ranges(parts)
    assert [at for first, stop in ranges for at in range(first, stop)] == list(range(count))
    assert len(ranges) <= parts
