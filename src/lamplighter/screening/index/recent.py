"""The recent part: listings since the last segment was written, in memory.

It holds nothing that the listing store does not: after a crash it is filled from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.hamming_bits import DISTANCE, Words
from lamplighter.linking.hamming_lookup import pdq_words
from lamplighter.screening.index.kernels import MEMBERS, MOST
from lamplighter.screening.index.segment import VALUE_NODES, Listed
from lamplighter.screening.index.tables import PARAMETERS, Tables
from lamplighter.screening.index.values import values_of
from lamplighter.screening.listing import Listing
from lamplighter.screening.spoken import Spoken
from lamplighter.text.hashing import hash_strings

#: What a key of so many listings counts, as in `kernels.candidates`.
_WORTH = [0.0] + [2.0 - float(np.log2(members)) / 12.0 for members in range(1, MEMBERS + 1)]


class Recent:
    """Answers as a segment does. One thread adds; any may read between additions."""

    def __init__(self) -> None:
        self.rows = 0
        self.last_ledger = -1
        self._tokens: list[NDArray[np.uint32]] = []
        self._apart: list[int] = []
        self._ids: list[str] = []
        self._hashes: list[int] = []
        self._accounts: list[int] = []
        self._ledger: list[int] = []
        # Most keys have one listing: ten thousand listings would be lists by the hundred thousand,
        # through which the collector of garbage looks time and again.
        self._keys: dict[int, int | list[int]] = {}
        self._values: dict[str, list[int]] = {}
        self._images = np.zeros((0, 4), np.uint64)
        self._image_nodes: list[int] = []

    def add(self, listed: Listed, tables: Tables) -> None:
        """Take listings (nodes from 0)."""
        base = self.rows
        texts = tables.weigh_places(listed.offsets, listed.tokens)
        keys = Tables.keys(texts, PARAMETERS.keys)
        for row, found in enumerate(keys.tolist()):
            for key in found:
                if not key:
                    continue
                members = self._keys.setdefault(key, base + row)
                if isinstance(members, list):
                    if len(members) < MEMBERS:
                        members.append(base + row)
                elif members != base + row:
                    self._keys[key] = [members, base + row]
        bounds = listed.offsets.tolist()
        self._tokens += [listed.tokens[begin:end] for begin, end in pairwise(bounds)]
        self._apart += listed.apart.tolist()
        self._ids += listed.ids.to_pylist()
        self._hashes += hash_strings(listed.ids).tolist()
        self._accounts += listed.accounts.tolist()
        self._ledger += listed.ledger.tolist()
        for node, value in zip(listed.value_nodes.tolist(), listed.values.to_pylist(), strict=True):
            nodes = self._values.setdefault(value, [])
            if not nodes or nodes[-1] != base + node:
                nodes.append(base + node)
        if len(listed.images):
            self._images = np.concatenate([self._images, listed.images])
            self._image_nodes += (listed.image_nodes + base).tolist()
        self.last_ledger = max(self.last_ledger, int(listed.ledger.max(initial=-1)))
        self.rows += len(listed.offsets) - 1

    def listed(self) -> Listed:
        """Everything, for a segment to be made of."""
        nodes = [node for held in self._values.values() for node in held]
        values = [value for value, held in self._values.items() for _ in held]
        offsets = np.zeros(self.rows + 1, np.int64)
        np.cumsum([len(each) for each in self._tokens], out=offsets[1:])
        return Listed(
            offsets=offsets, tokens=np.concatenate([np.zeros(0, np.uint32), *self._tokens]),
            apart=np.array(self._apart, np.uint8), ids=pa.array(self._ids, pa.large_string()),
            accounts=np.array(self._accounts, np.uint64), ledger=np.array(self._ledger, np.int64),
            value_nodes=np.array(nodes, np.int64), values=pa.array(values, pa.large_string()),
            image_nodes=np.array(self._image_nodes, np.int64), images=self._images,
        )  # fmt: skip

    def candidates(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `Segment.candidates`."""
        out = np.full((len(keys), MOST), -1, dtype=np.int64)
        score = np.zeros((len(keys), MOST), dtype=np.float32)
        if not self._keys:
            return out, score
        for row, asked in enumerate(keys.tolist()):
            found: defaultdict[int, float] = defaultdict(float)
            # Most keys lead to nobody. Key 0, which is none, is never taken in.
            for members in [each for each in map(self._keys.get, asked) if each is not None]:
                if isinstance(members, int):
                    found[members] += _WORTH[1]
                else:
                    worth = _WORTH[len(members)]
                    for node in members:
                        found[node] += worth
            best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST]
            for place, (node, value) in enumerate(best):
                out[row, place], score[row, place] = node, value
        return out, score

    def about(self, node: int) -> tuple[int, int]:
        """As `Segment.about`."""
        return len(self._tokens[node]), self._hashes[node]

    def lengths(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k,) tokens of each node."""
        return np.array([len(self._tokens[node]) for node in nodes.tolist()], np.int64)

    def gather(
        self, nodes: NDArray[np.int64], starts: NDArray[np.int64], out: NDArray[np.uint32]
    ) -> None:
        """As `Segment.gather`."""
        for node, start in zip(nodes.tolist(), starts.tolist(), strict=True):
            out[start : start + len(self._tokens[node])] = self._tokens[node]

    def apart(self, nodes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(k,)"""
        return np.array([self._apart[node] for node in nodes.tolist()], np.uint8)

    def id_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,)"""
        return np.array([self._hashes[node] for node in nodes.tolist()], np.uint64)

    def account_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,)"""
        return np.array([self._accounts[node] for node in nodes.tolist()], np.uint64)

    def listing_id(self, node: int) -> str:
        """The listing's id as it came."""
        return self._ids[node]

    def nodes_of_values(
        self, values: Sequence[tuple[str, int]]
    ) -> list[tuple[NDArray[np.int64], int]]:
        """As `Segment.nodes_of_values`."""
        held = [self._values.get(value, ()) for value, _ in values]
        return [(np.array(nodes[:VALUE_NODES], np.int64), len(nodes)) for nodes in held]

    def near_images(self, hashes: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """As `Segment.near_images`."""
        asked, found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        nodes = np.array(self._image_nodes, np.int64)
        for row in range(len(hashes) if len(self._images) else 0):
            far = np.bitwise_count(self._images ^ hashes[row]).sum(axis=1)
            near = np.flatnonzero(far <= DISTANCE)
            asked.append(np.full(len(near), row, np.int64))
            found.append(nodes[near])
        return np.concatenate(asked), np.concatenate(found)


def listed_of(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    apart: NDArray[np.uint8],
    ids: pa.Array,
    account_ids: pa.Array,
    ledger: NDArray[np.int64],
    identifiers: pa.Table,
    images: pa.Table,
) -> Listed:
    """Listings as the index takes them: contacts and accounts become `kind:value`."""
    nodes, values, accounts = values_of(identifiers, account_ids)
    raw = images["pdq"].combine_chunks()
    raw = raw if isinstance(raw, pa.Array) else pa.concat_arrays(raw.chunks)
    hashes = pdq_words(b"".join(raw.to_pylist()))
    image_nodes = images["row"].to_numpy().astype(np.int64)
    return Listed(offsets, tokens, apart, ids, accounts, ledger, nodes, values, image_nodes, hashes)


def listed_alone(listing: Listing, spoken: Spoken, apart: int, ledger: int) -> Listed:
    """As `listed_of`, of one listing."""
    names = [f"{each.kind}:{each.value}" for each in spoken.identifiers]
    hashed = 0
    if listing.account_id is not None:
        names.append(f"account:{listing.account_id}")
        hashed = int(hash_strings(pa.array([listing.account_id], pa.large_string()))[0])
    return Listed(
        offsets=np.array([0, len(spoken.tokens)], np.int64), tokens=spoken.tokens,
        apart=np.array([apart], np.uint8), ids=pa.array([listing.listing_id], pa.large_string()),
        accounts=np.array([hashed], np.uint64), ledger=np.array([ledger], np.int64),
        value_nodes=np.zeros(len(names), np.int64), values=pa.array(names, pa.large_string()),
        image_nodes=np.zeros(len(spoken.images), np.int64),
        images=pdq_words(b"".join(spoken.images)),
    )  # fmt: skip
