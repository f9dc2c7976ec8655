"""Islands: listings that links connect, whatever becomes of these. No link leads to another.

Each can be joined by itself, so they are joined side by side; and what is compared there lies in
few texts, which stay in the processor's cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.components import settle_roots, union


class Islands(NamedTuple):
    """Links by island: those of island i are links[bounds[i]:bounds[i + 1]], ascending."""

    links: NDArray[np.int64]  # (l,)
    bounds: NDArray[np.int64]  # (islands + 1,)

    def ranges(self, parts: int) -> list[tuple[int, int]]:
        """Ranges of islands with about as many links each, at most `parts`."""
        marks = np.linspace(0, len(self.links), parts + 1)
        cuts = np.unique(np.searchsorted(self.bounds, marks))
        return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


@kernel
def _by_root(
    roots: NDArray[np.int32], sources: NDArray[np.int32], starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Counting sort of the links by the root of their source; `starts` (n+2,) is zero before."""
    for i in range(len(sources)):
        starts[roots[sources[i]] + 2] += 1
    for root in range(len(roots)):
        starts[root + 1] += starts[root]
    out = np.empty(len(sources), dtype=np.int64)
    for i in range(len(sources)):
        root = roots[sources[i]] + 1
        out[starts[root]] = i
        starts[root] += 1
    return out


def islands_of(nodes: int, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> Islands:
    """Islands of links between `nodes` nodes; the smallest node tells which comes first."""
    roots = np.arange(nodes, dtype=np.int32)
    union(roots, sources, targets)
    settle_roots(roots)
    starts = np.zeros(nodes + 2, dtype=np.int64)
    links = _by_root(roots, sources, starts)
    return Islands(links, np.unique(starts))
