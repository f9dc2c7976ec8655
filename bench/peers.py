"""The peers, as a knowledgeable user would set them up: MinHash of five-character shingles.

Both take 128 permutations; candidates from the banded index are verified by the estimated Jaccard
similarity of the two sketches (as their manuals advise) and joined with union-find. datasketch
chooses its own bands for a threshold; rensa gets 32 bands at 0.5 and 0.4, 16 at 0.7.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Linker = Callable[[list[str], list[str]], Labels]

_PERMUTATIONS = 128
_SHINGLE = 5
_BLOCK = 5000


class Components:
    """Union-find with path halving; the smaller index is the root, so labels have no history."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, at: int) -> int:
        """The smallest index joined with `at` so far."""
        parent = self.parent
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    def join(self, left: int, right: int) -> None:
        """Make one component of two."""
        left, right = self.root(left), self.root(right)
        if left != right:
            self.parent[max(left, right)] = min(left, right)

    def labels(self) -> Labels:
        """(size,) the component of each index, -1 for those alone."""
        roots = np.array([self.root(at) for at in range(len(self.parent))], np.int64)
        alone = np.bincount(roots, minlength=len(roots))[roots] < 2
        return np.where(alone, -1, roots)


def shingles(text: str) -> set[str]:
    """The five-character substrings of the text in lower case."""
    text = text.lower()
    return {text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))}


def datasketch_linker(threshold: float) -> Linker:
    """datasketch's MinHash and MinHashLSH at `threshold`."""

    def link(ids: list[str], texts: list[str]) -> Labels:
        from datasketch import MinHash, MinHashLSH

        components = Components(len(ids))
        index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
        sketches = np.empty((len(ids), _PERMUTATIONS), np.uint64)
        for start in range(0, len(texts), _BLOCK):
            block = [[s.encode() for s in shingles(t)] for t in texts[start : start + _BLOCK]]
            for offset, sketch in enumerate(MinHash.generator(block, num_perm=_PERMUTATIONS)):
                row = start + offset
                sketches[row] = sketch.hashvalues
                _join_verified(components, sketches, row, index.query(sketch), threshold)
                index.insert(row, sketch, check_duplication=False)
        return components.labels()

    return link


def rensa_linker(threshold: float, bands: int) -> Linker:
    """rensa's RMinHash and RMinHashLSH at `threshold` with `bands` bands."""

    def link(ids: list[str], texts: list[str]) -> Labels:
        from rensa import RMinHash, RMinHashLSH

        components = Components(len(ids))
        index = RMinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS, num_bands=bands)
        sketches = np.empty((len(ids), _PERMUTATIONS), np.uint32)
        for row, text in enumerate(texts):
            sketch = RMinHash(num_perm=_PERMUTATIONS, seed=42)
            sketch.update(list(shingles(text)))
            sketches[row] = sketch.digest()
            _join_verified(components, sketches, row, index.query(sketch), threshold)
            index.insert(row, sketch)
        return components.labels()

    return link


def _join_verified(
    components: Components,
    sketches: NDArray[np.uint64] | NDArray[np.uint32],
    row: int,
    candidates: list[int],
    threshold: float,
) -> None:
    if not candidates:
        return
    found = np.array(candidates, np.int64)
    alike = (sketches[found] == sketches[row]).mean(axis=1)
    for other in found[alike >= threshold].tolist():
        components.join(row, other)


PEERS: dict[str, Linker] = {
    "datasketch c5 0.4": datasketch_linker(0.4),
    "datasketch c5 0.5": datasketch_linker(0.5),
    "rensa c5 0.5": rensa_linker(0.5, 32),
}
