"""What a segment and the recent part have in common: how the known are asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.hamming_bits import Words


class Part(Protocol):
    """A segment, or the recent part: nodes are numbers of listings in it."""

    def candidates(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """(q, MOST) nodes for the keys (q, width) of q texts, -1 where none, and their scores."""

    def about(self, node: int) -> tuple[int, int]:
        """How many tokens a node has, and its hashed listing id."""

    def lengths(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k,) tokens of each node."""

    def gather(
        self, nodes: NDArray[np.int64], starts: NDArray[np.int64], out: NDArray[np.uint32]
    ) -> None:
        """Copy the tokens of nodes to out[starts[i]:]."""

    def apart(self, nodes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(k,) how rare the topic of each node is."""

    def id_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,) hashed listing ids."""

    def account_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,) hashed accounts, 0 where unknown."""

    def listing_id(self, node: int) -> str:
        """The listing's id as it came."""

    def nodes_of_values(
        self, values: Sequence[tuple[str, int]]
    ) -> list[tuple[NDArray[np.int64], int]]:
        """Of each `kind:value` with its hash: nodes, at most VALUE_NODES, and how many there are."""

    def near_images(self, hashes: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the hashes (q, 4), and a node with a picture within 31 bits; by hash."""
