"""The recent part: listings since the last segment was written, in memory.

It holds nothing that the listing store does not: after a crash it is filled from there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.hamming_bits import DISTANCE, Words
from lamplighter.linking.hamming_lookup import pdq_words
from lamplighter.screening.index.growing import Growing, KeyTable, near
from lamplighter.screening.index.kernels import gather, postings_of
from lamplighter.screening.index.segment import VALUE_NODES, Listed
from lamplighter.screening.index.tables import PARAMETERS, Tables
from lamplighter.screening.index.values import values_of
from lamplighter.screening.listing import Listing
from lamplighter.screening.spoken import Spoken
from lamplighter.text.hashing import hash_strings


class Recent:
    """Answers as a segment does. One thread adds; any may read between additions."""

    def __init__(self) -> None:
        self.last_ledger = -1
        self._ids: list[str] = []
        self._offsets, self._tokens = Growing(np.int64), Growing(np.uint32)
        self._offsets.append(0)
        self._apart, self._ledger = Growing(np.uint8), Growing(np.int64)
        self._hashes, self._accounts = Growing(np.uint64), Growing(np.uint64)
        self._table, self._keys = KeyTable(), Growing(np.uint64, PARAMETERS.keys + 1)
        self._values: dict[str, list[int]] = {}
        self._images, self._image_nodes = Growing(np.uint64, 4), Growing(np.int64)

    @property
    def rows(self) -> int:
        """Listings that it has."""
        return len(self._ids)

    def add(self, listed: Listed, tables: Tables) -> None:
        """Take listings (nodes from 0)."""
        base = self.rows
        texts = tables.weigh_places(listed.offsets, listed.tokens)
        keys = Tables.keys(texts, PARAMETERS.keys)
        self._table.put(keys, base)
        self._keys.extend(keys)
        self._offsets.extend(listed.offsets[1:] + len(self._tokens))
        self._tokens.extend(listed.tokens)
        self._apart.extend(listed.apart)
        self._hashes.extend(hash_strings(listed.ids))
        self._accounts.extend(listed.accounts)
        self._ledger.extend(listed.ledger)
        for node, value in zip(listed.value_nodes.tolist(), listed.values.to_pylist(), strict=True):
            nodes = self._values.setdefault(value, [])
            if not nodes or nodes[-1] != base + node:
                nodes.append(base + node)
        if len(listed.images):
            self._images.extend(listed.images)
            self._image_nodes.extend(listed.image_nodes + base)
        self.last_ledger = max(self.last_ledger, int(listed.ledger.max(initial=-1)))
        self._ids += listed.ids.to_pylist()

    def listed(self) -> Listed:
        """Everything, for a segment to be made of."""
        nodes = [node for held in self._values.values() for node in held]
        values = [value for value, held in self._values.items() for _ in held]
        return Listed(
            offsets=self._offsets.rows, tokens=self._tokens.rows, apart=self._apart.rows,
            ids=pa.array(self._ids, pa.large_string()), accounts=self._accounts.rows,
            ledger=self._ledger.rows, value_nodes=np.array(nodes, np.int64),
            values=pa.array(values, pa.large_string()), image_nodes=self._image_nodes.rows,
            images=self._images.rows,
            postings=postings_of(self._keys.rows, np.arange(self.rows, dtype=np.int64)),
        )  # fmt: skip

    def candidates(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `Segment.candidates`."""
        return self._table.candidates(keys, self.rows)

    def about(self, node: int) -> tuple[int, int]:
        """As `Segment.about`."""
        begin, end = self._offsets.rows[node : node + 2].tolist()
        return end - begin, int(self._hashes.rows[node])

    def lengths(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k,) tokens of each node."""
        offsets = self._offsets.rows
        return np.asarray(offsets[nodes + 1] - offsets[nodes], np.int64)

    def gather(
        self, nodes: NDArray[np.int64], starts: NDArray[np.int64], out: NDArray[np.uint32]
    ) -> None:
        """As `Segment.gather`."""
        gather(self._offsets.rows, self._tokens.rows, nodes, starts, out)

    def apart(self, nodes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(k,)"""
        return np.asarray(self._apart.rows[nodes])

    def id_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,)"""
        return np.asarray(self._hashes.rows[nodes])

    def account_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,)"""
        return np.asarray(self._accounts.rows[nodes])

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
        if not len(self._images) or not len(hashes):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        asked, found = near(self._images.rows, hashes, DISTANCE)
        return asked, np.asarray(self._image_nodes.rows[found])


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
