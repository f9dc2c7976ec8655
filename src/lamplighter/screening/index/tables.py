"""What is common on this site: the tables by which texts are masked and weighed.

Learned once, when the index is built, by the functions of `linking.rarity` and from the same
sample of listings; kept beside the segments, so that a new listing is weighed against a known one
exactly as `link` would weigh the two. Where `link` learns again after each round, with every large
campaign counted as a few listings, the templates that it found serve here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.boilerplate import read_and_mask
from lamplighter.linking.keys import keys_of
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import Rarity, learn_rarity, topic_rarity
from lamplighter.linking.refusal import tag_table
from lamplighter.linking.similarities import similarities
from lamplighter.linking.verify import measure, rules_of, working_set
from lamplighter.screening.index.files import map_array, write_array

PARAMETERS = LinkParameters()
#: Phrases by which a new listing is looked up: its smallest by hash, all of them in most texts.
ASKED = 128
#: Passes for every phrase: an index has also what only one listing says yet.
_ALL_SEEN = np.full((1, 16), 0xFF, dtype=np.uint8)
#: No phrase is common: each is looked up by itself.
_NO_LEVELS = np.zeros(1, dtype=np.uint8)


@dataclass(frozen=True)
class Weighed:
    """Texts with the rarity of every place: as `linking.verify` takes them."""

    offsets: NDArray[np.int64]
    tokens: NDArray[np.uint32]
    entry: NDArray[np.uint8]
    gain: NDArray[np.uint8]


@dataclass(frozen=True)
class Tables:
    """Rarity, how rare each topic (`language|category`) is, and of how many listings."""

    rarity: Rarity
    topics: dict[str, int]
    listings: int

    def weigh_places(self, offsets: NDArray[np.int64], tokens: NDArray[np.uint32]) -> Weighed:
        """Rarity of every place of n texts, boilerplate masked."""
        entry, gain = np.zeros((2, len(tokens)), dtype=np.uint8)
        rows = 0, len(offsets) - 1
        if rows[1]:
            read_and_mask(offsets, tokens, rows, self.rarity, PARAMETERS, entry, gain)
        return Weighed(offsets, tokens, entry, gain)

    def topic(self, name: str | None) -> int:
        """How rare a topic is; 0 where unknown."""
        return self.topics.get(name, 0) if name else 0

    def apart(self, topics: pa.Array) -> NDArray[np.uint8]:
        """(n,) how rare the topic of each listing is; 0 where unknown."""
        return np.array([self.topic(each) for each in topics.to_pylist()], dtype=np.uint8)

    def likeness(
        self, texts: Weighed, apart: NDArray[np.uint8], pairs: NDArray[np.uint64], listings: int
    ) -> NDArray[np.float32]:
        """Weight of pairs (larger row << 32 | smaller row, ascending), 0: not alike enough.

        The measure of `link` (`linking.similarities`) among `listings` listings.
        """
        rows = len(texts.offsets) - 1
        out = np.zeros(len(pairs), dtype=np.float32)
        if not len(pairs):
            return out
        widest = int(np.diff(texts.offsets).max(initial=0))
        order = np.arange(rows, dtype=np.int64)
        sizes = np.zeros((rows, 2), dtype=np.float32)
        table, stamp = working_set(widest)
        rules = rules_of(PARAMETERS, listings)
        measure(texts.offsets, texts.tokens, texts.entry, order, rules, table, stamp, sizes)
        similarities(
            texts.offsets, texts.tokens, texts.entry, texts.gain, apart, order, sizes, pairs,
            rules, table, stamp, tag_table(widest), out,
        )  # fmt: skip
        return out

    @staticmethod
    def keys(texts: Weighed, width: int) -> NDArray[np.uint64]:
        """(n, width + 1) keys of texts: the smallest of their phrases, and the whole text."""
        rows = 0, len(texts.offsets) - 1
        return keys_of(
            texts.offsets, texts.tokens, texts.entry, rows, _ALL_SEEN, _NO_LEVELS, 255, width
        )


def learn_tables(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    topics: dict[str, int],
    listings: int,
) -> Tables:
    """Learn from the texts of a sample; `topics` counts the listings of each topic."""
    order = np.arange(len(offsets) - 1, dtype=np.int64)
    rarity = learn_rarity(offsets, tokens, order, PARAMETERS)
    names = sorted(topics)
    codes = np.repeat(np.arange(len(names), dtype=np.int32), [topics[name] for name in names])
    unknown = np.full(max(0, listings - len(codes)), -1, dtype=np.int32)
    codes = np.concatenate([codes, unknown])
    levels = topic_rarity(codes, np.arange(len(codes)))
    first = np.searchsorted(codes[: len(codes) - len(unknown)], np.arange(len(names)))
    return Tables(
        rarity, {name: int(levels[at]) for name, at in zip(names, first, strict=True)}, listings
    )


def write_tables(folder: Path, tables: Tables) -> None:
    """Into a new folder, synced."""
    write_array(folder, "pairs.u8", tables.rarity.pairs)
    write_array(folder, "phrases.u8", tables.rarity.phrases)
    facts = {
        "sampled": tables.rarity.sampled,
        "heavy": tables.rarity.heavy,
        "everywhere": tables.rarity.everywhere,
        "listings": tables.listings,
        "topics": tables.topics,
        "parameters": PARAMETERS.as_dict(),
    }
    write_array(folder, "tables.json", np.frombuffer(orjson.dumps(facts), np.uint8))


def open_tables(folder: Path) -> Tables:
    """Map what `write_tables` wrote. ValueError if other parameters of linking made it."""
    facts = orjson.loads((folder / "tables.json").read_bytes())
    if facts["parameters"] != PARAMETERS.as_dict():
        raise ValueError("the index was built with other parameters of linking")
    pairs, phrases = (map_array(folder, name, np.uint8) for name in ("pairs.u8", "phrases.u8"))
    rarity = Rarity(pairs, phrases, facts["sampled"], facts["heavy"], facts["everywhere"])
    return Tables(rarity, facts["topics"], facts["listings"])
