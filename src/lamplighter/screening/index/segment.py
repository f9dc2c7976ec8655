"""A segment: some known listings, as sorted arrays that are mapped and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.hamming_bits import Words
from lamplighter.linking.hamming_lookup import HashLookup, look_up, make_lookup
from lamplighter.screening.index.files import map_array, write_array
from lamplighter.screening.index.kernels import (
    MOST,
    NODE_BITS,
    candidates,
    find_sorted,
    gather,
    postings_of,
    scratch,
)
from lamplighter.screening.index.tables import PARAMETERS, Tables
from lamplighter.text.hashing import hash_strings

_TYPES = {
    "offsets": np.int64, "tokens": np.uint32, "apart": np.uint8, "id_offsets": np.int64,
    "id_bytes": np.uint8, "ids": np.uint64, "accounts": np.uint64, "ledger": np.int64,
    "keys": np.uint64, "value_hashes": np.uint64, "value_offsets": np.int64,
    "value_bytes": np.uint8, "value_starts": np.int64, "value_nodes": np.uint32,
    "image_nodes": np.uint32, "image_mixed": np.uint64, "image_order": np.int32,
    "image_starts": np.int32,
}  # fmt: skip
#: Nodes of one value that are looked at; how many there are is known all the same.
VALUE_NODES = 256
#: Rows keyed at a time.
_STEP = 65_536
_NOBODY = (np.zeros(0, np.int64), 0)


@dataclass(frozen=True)
class Listed:
    """n listings as a segment is made of: `values` and `images` name nodes 0..n-1."""

    offsets: NDArray[np.int64]
    tokens: NDArray[np.uint32]
    apart: NDArray[np.uint8]
    ids: pa.Array  # (n,) large_string
    accounts: NDArray[np.uint64]  # (n,) hashed account, 0 where unknown
    ledger: NDArray[np.int64]
    value_nodes: NDArray[np.int64]  # (v,)
    values: pa.Array  # (v,) `kind:value`
    image_nodes: NDArray[np.int64]  # (k,)
    images: Words  # (k, 4)
    #: (m,) `kernels.postings_of` of all keys, in any order; None: to be made.
    postings: NDArray[np.uint64] | None = None


class Segment:
    """Read-only arrays; safe to use from any thread."""

    def __init__(self, folder: Path) -> None:
        facts = orjson.loads((folder / "segment.json").read_bytes())
        self.name = folder.name
        self.rows: int = facts["rows"]
        self.last_ledger: int = facts["last_ledger"]
        self.a = {name: map_array(folder, name, kind) for name, kind in _TYPES.items()}
        if len(self.a["offsets"]) != self.rows + 1 or len(self.a["keys"]) != facts["keys"]:
            raise ValueError(f"segment {folder.name} is not whole")
        self._images = HashLookup(
            self.a["image_mixed"].reshape(-1, 4), self.a["image_order"], self.a["image_starts"]
        )

    def candidates(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """(q, MOST) nodes for the keys (q, width) of q texts, -1 where none, and their scores."""
        out = np.empty((len(keys), MOST), dtype=np.int64)
        score = np.zeros((len(keys), MOST), dtype=np.float32)
        candidates(self.a["keys"], keys, out, score, *scratch())
        return out, score

    def about(self, node: int) -> tuple[int, int]:
        """How many tokens a node has, and its hashed listing id."""
        offsets = self.a["offsets"]
        return int(offsets[node + 1]) - int(offsets[node]), int(self.a["ids"][node])

    def lengths(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k,) tokens of each node."""
        lengths: NDArray[np.int64] = self.a["offsets"][nodes + 1] - self.a["offsets"][nodes]
        return lengths

    def gather(
        self, nodes: NDArray[np.int64], starts: NDArray[np.int64], out: NDArray[np.uint32]
    ) -> None:
        """Copy the tokens of nodes to out[starts[i]:]."""
        gather(self.a["offsets"], self.a["tokens"], nodes, starts, out)

    def apart(self, nodes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(k,) how rare the topic of each node is."""
        return np.asarray(self.a["apart"][nodes])

    def id_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,)"""
        return np.asarray(self.a["ids"][nodes])

    def account_hashes(self, nodes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """(k,)"""
        return np.asarray(self.a["accounts"][nodes])

    def listing_id(self, node: int) -> str:
        """The listing's id as it came."""
        start, stop = self.a["id_offsets"][node : node + 2]
        return bytes(self.a["id_bytes"][start:stop]).decode()

    def nodes_of_values(
        self, values: Sequence[tuple[str, int]]
    ) -> list[tuple[NDArray[np.int64], int]]:
        """Of each `kind:value` with its hash: nodes, at most VALUE_NODES, and how many there are."""
        hashes = np.array([hashed for _, hashed in values], np.uint64)
        places = find_sorted(self.a["value_hashes"], hashes).tolist()
        return [
            self._nodes_of_value(value, hashed, at) if at >= 0 else _NOBODY
            for (value, hashed), at in zip(values, places, strict=True)
        ]

    def _nodes_of_value(self, value: str, hashed: int, at: int) -> tuple[NDArray[np.int64], int]:
        """The value among those with this hash, the first of which is at `at`."""
        hashes = self.a["value_hashes"]
        wanted = value.encode()
        while at < len(hashes) and hashes[at] == hashed:
            start, stop = self.a["value_offsets"][at : at + 2]
            if bytes(self.a["value_bytes"][start:stop]) == wanted:
                first, last = (int(each) for each in self.a["value_starts"][at : at + 2])
                found = self.a["value_nodes"][first : min(last, first + VALUE_NODES)]
                return found.astype(np.int64), last - first
            at += 1
        return _NOBODY

    def near_images(self, hashes: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the hashes (q, 4), and a node with a picture within 31 bits of it."""
        asked, found, _ = look_up(self._images, hashes)
        return asked, self.a["image_nodes"][found].astype(np.int64)

    def listed(self) -> Listed:
        """Everything again, for a merge with other segments."""
        a = self.a
        counts = np.diff(a["value_starts"])
        values = _strings(a["value_offsets"], a["value_bytes"])
        codes = np.repeat(np.arange(len(counts)), counts)
        return Listed(
            offsets=a["offsets"], tokens=a["tokens"], apart=a["apart"],
            ids=_strings(a["id_offsets"], a["id_bytes"]), accounts=a["accounts"],
            ledger=a["ledger"], value_nodes=a["value_nodes"].astype(np.int64),
            values=values.take(pa.array(codes)), image_nodes=a["image_nodes"].astype(np.int64),
            images=a["image_mixed"].reshape(-1, 4), postings=a["keys"],
        )  # fmt: skip


def write_segment(
    folder: Path, listed: Listed, tables: Tables, *, mixed: bool = False, tokens_there: bool = False
) -> None:
    """Write a segment into a new folder, synced but for the folder itself.

    `mixed`: the images are in the order of bits that a lookup keeps (as `Segment.listed` gives
    them). `tokens_there`: the file of tokens has been written already.
    """
    rows = len(listed.offsets) - 1
    postings = np.sort(_postings(listed, tables) if listed.postings is None else listed.postings)
    id_offsets, id_bytes = _buffers(listed.ids)
    lookup = make_lookup(listed.images, mixed=mixed)
    arrays: dict[str, NDArray[Any]] = {
        "offsets": listed.offsets, "tokens": listed.tokens, "apart": listed.apart,
        "id_offsets": id_offsets, "id_bytes": id_bytes, "ids": hash_strings(listed.ids),
        "accounts": listed.accounts, "ledger": listed.ledger, "keys": postings,
        **_value_arrays(listed),
        "image_nodes": listed.image_nodes, "image_mixed": lookup.mixed.reshape(-1),
        "image_order": lookup.order, "image_starts": lookup.starts,
    }  # fmt: skip
    for name, values in arrays.items():
        if name != "tokens" or not tokens_there:
            write_array(folder, name, values.astype(_TYPES[name], copy=False))
    facts = {
        "rows": rows,
        "keys": len(postings),
        "last_ledger": int(listed.ledger.max(initial=-1)),
    }
    write_array(folder, "segment.json", np.frombuffer(orjson.dumps(facts), np.uint8))


def _postings(listed: Listed, tables: Tables) -> NDArray[np.uint64]:
    rows = len(listed.offsets) - 1
    keys = [np.zeros(0, np.uint64)]
    for first in range(0, rows, _STEP):
        stop = min(rows, first + _STEP)
        begin, end = listed.offsets[first], listed.offsets[stop]
        texts = tables.weigh_places(
            listed.offsets[first : stop + 1] - begin, np.ascontiguousarray(listed.tokens[begin:end])
        )
        found = Tables.keys(texts, PARAMETERS.keys)
        keys.append(postings_of(found, np.arange(first, stop, dtype=np.int64)))
    return np.concatenate(keys)


def joined(parts: Sequence[Listed]) -> Listed:
    """Several as one, nodes renumbered in this order."""
    rows = np.cumsum([0, *(len(part.offsets) - 1 for part in parts)])
    tokens = np.cumsum([0, *(len(part.tokens) for part in parts)])
    shifted = list(zip(parts, rows[:-1].tolist(), tokens[:-1].tolist(), strict=True))
    return Listed(
        offsets=np.concatenate(
            [np.zeros(1, np.int64), *(part.offsets[1:] + base for part, _, base in shifted)]
        ),
        tokens=np.concatenate([part.tokens for part in parts]),
        apart=np.concatenate([part.apart for part in parts]),
        ids=pa.concat_arrays([part.ids for part in parts]),
        accounts=np.concatenate([part.accounts for part in parts]),
        ledger=np.concatenate([part.ledger for part in parts]),
        value_nodes=np.concatenate([part.value_nodes + base for part, base, _ in shifted]),
        values=pa.concat_arrays([part.values for part in parts]),
        image_nodes=np.concatenate([part.image_nodes + base for part, base, _ in shifted]),
        images=np.concatenate([part.images for part in parts]),
        postings=_renumbered([(part, base) for part, base, _ in shifted]),
    )


def _renumbered(parts: Sequence[tuple[Listed, int]]) -> NDArray[np.uint64] | None:
    """A posting's lower bits are the node, and there is room for all."""
    if any(part.postings is None for part, _ in parts):
        return None
    return np.concatenate([
        part.postings + np.uint64(base) for part, base in parts if part.postings is not None
    ])  # fmt: skip


def _value_arrays(listed: Listed) -> dict[str, NDArray[Any]]:
    """Distinct values by hash; the nodes of each, ascending and distinct."""
    encoded = listed.values.dictionary_encode()
    names = encoded.dictionary
    codes = encoded.indices.to_numpy().astype(np.int64)
    hashes = hash_strings(names)
    order = np.argsort(hashes, kind="stable")
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    pairs = np.unique((rank[codes] << NODE_BITS) | listed.value_nodes)
    starts = np.searchsorted(pairs, np.arange(len(names) + 1) << NODE_BITS)
    offsets, data = _buffers(names.take(pa.array(order)))
    return {
        "value_hashes": hashes[order], "value_offsets": offsets, "value_bytes": data,
        "value_starts": starts, "value_nodes": pairs & ((1 << NODE_BITS) - 1),
    }  # fmt: skip


def _buffers(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Offsets from 0 and bytes of a large_string array without nulls."""
    if len(texts) == 0:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return bounds - bounds[0], content[bounds[0] : bounds[-1]]


def _strings(offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> pa.Array:
    return pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(np.ascontiguousarray(offsets)),
        pa.py_buffer(np.ascontiguousarray(data)),
    )  # fmt: skip
