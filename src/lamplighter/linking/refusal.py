"""Telling that two texts share too little, before they are weighed exactly.

Nineteen of twenty candidates are strangers. The word pairs of one text are tags in a small table;
those of the other are looked up in it, and what they can be worth at most is summed up. Where even
that is not enough, the pair is refused; `verify.weigh` would have refused it as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined

#: Slots of the table per word: two tags seldom want the same place and its neighbour.
_ROOM = 24
#: Roots of rarities are whole numbers here, this many to one, rounded up.
ROOT_STEPS = 64
_ROOTS = np.ceil(np.sqrt(np.arange(256)) * ROOT_STEPS).astype(np.int32)


def tag_table(widest: int) -> NDArray[np.uint32]:
    """Room for the tags of a text of up to `widest` words."""
    return np.zeros(2 * _ROOM * max(widest, 64) + 1, dtype=np.uint32)


@inlined
def _tag(a: np.uint32, b: np.uint32) -> np.uint32:
    # Tokens are well mixed already (text.tokens.finish). 0 is an empty slot.
    return np.uint32(np.uint32(np.uint32(a * np.uint32(31)) + b) | np.uint32(1))


@inlined
def _place(tag: np.uint32, mask: np.uint32) -> np.uint32:
    return np.uint32(np.uint32(tag >> np.uint32(1)) & mask)


@inlined
def put_tags(
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    begin: int,
    end: int,
    tags: NDArray[np.uint32],
) -> int:
    """Put the unmasked word pairs of the text [begin, end) into a table of 2^k + 1 places.

    A tag is in its place or in the next one. Returns 2^k, or 0 if they do not fit.
    """
    size = 1024
    while size < _ROOM * (end - begin):
        size *= 2
    tags[: size + 1] = 0
    mask = np.uint32(size - 1)
    for at in range(begin, end - 1):
        if entry[at] == 0:
            continue
        tag = _tag(tokens[at], tokens[at + 1])
        place = _place(tag, mask)
        if tags[place] != 0 and tags[place] != tag:
            place += np.uint32(1)
            if tags[place] != 0 and tags[place] != tag:
                return 0
        tags[place] = tag
    return size


@inlined
def at_most(
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    begin: int,
    end: int,
    tags: NDArray[np.uint32],
    size: int,
    topic: int,
) -> tuple[int, float, float]:
    """How many pairs of a text are in the table; their weight and bits (`rarity.STEPS`) at most.

    Without a branch, for which pairs are shared cannot be foreseen.

    A pair that comes twice counts twice, and no run of pairs is spared the topic but one.
    """
    mask = np.uint32(size - 1)
    first = np.uint64(begin)
    least = np.int32(topic)
    count = np.int32(0)
    weight = np.int32(0)
    bits = np.int32(topic)
    before = np.int32(0)
    for i in range(np.uint64(end - begin - 1)):
        at = np.uint64(first + np.uint64(i))
        tag = _tag(tokens[at], tokens[at + np.uint64(1)])
        place = _place(tag, mask)
        rarity = np.int32(entry[at])
        found = np.int32(
            ((tags[place] == tag) | (tags[place + np.uint32(1)] == tag)) & (rarity > 0)
        )
        start = max(np.int32(rarity - least), np.int32(0))
        worth = np.int32(start + np.int32(before * np.int32(np.int32(gain[at]) - start)))
        count = np.int32(count + found)
        weight = np.int32(weight + np.int32(found * _ROOTS[np.uint32(rarity)]))
        bits = np.int32(bits + np.int32(found * worth))
        before = found
    return int(count), float(weight) / ROOT_STEPS, float(bits)
