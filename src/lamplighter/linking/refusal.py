"""Telling that two texts share too little, before they are weighed exactly.

Nineteen of twenty candidates are strangers. The word pairs of one text are tags in a small table;
those of the other are looked up in it, and what they can be worth at most is summed up. Where even
that is not enough, the pair is refused; `verify.weigh` would have refused it as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.hamming_bits import ones

#: Slots of the table per word: two tags seldom want the same place and its neighbour.
_ROOM = 24
#: Words of 32 bits with a bit for each tag: few and near, they tell most strangers at one look.
_MARKS = 1024
#: Roots of rarities are whole numbers here, this many to one, rounded up.
ROOT_STEPS = 64
_ROOTS = np.ceil(np.sqrt(np.arange(256)) * ROOT_STEPS).astype(np.int32)


def tag_table(widest: int) -> NDArray[np.uint32]:
    """Room for the tags of a text of up to `widest` words, and for their marks behind these."""
    return np.zeros(2 * _ROOM * max(widest, 64) + 1 + _MARKS, dtype=np.uint32)


@inlined
def _tag(a: np.uint32, b: np.uint32) -> np.uint32:
    # Tokens are well mixed already (text.tokens.finish). 0 is an empty slot.
    return np.uint32(np.uint32(np.uint32(a * np.uint32(31)) + b) | np.uint32(1))


@inlined
def _place(tag: np.uint32, mask: np.uint32) -> np.uint32:
    return np.uint32(np.uint32(tag >> np.uint32(1)) & mask)


@inlined
def _mark(tag: np.uint32) -> tuple[np.uint32, np.uint32]:
    """The word of a tag's mark, and its place in that."""
    word = np.uint32(np.uint32(tag >> np.uint32(6)) & np.uint32(_MARKS - 1))
    return word, np.uint32(np.uint32(tag >> np.uint32(1)) & np.uint32(31))


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
    marks = tags[len(tags) - _MARKS :]
    marks[:] = 0
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
        word, bit = _mark(tag)
        marks[word] |= np.uint32(np.uint32(1) << bit)
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

    A pair that comes twice counts twice, and no run of pairs is spared the topic but one.
    """
    mask = np.uint32(size - 1)
    marks = tags[len(tags) - _MARKS :]
    count, weight, bits, before = 0, 0, topic, begin - 2
    for block in range(begin, end - 1, 64):
        # Without a branch, for which pairs are shared cannot be foreseen.
        # Slices, so that it counts from 0 (see the trap in `hamming_join`).
        stop = min(block + 64, end - 1)
        lefts, rights = tokens[block:stop], tokens[block + 1 : stop + 1]
        marked = np.uint64(0)
        for at in range(len(lefts)):
            word, bit = _mark(_tag(lefts[at], rights[at]))
            there = np.uint32(np.uint32(marks[word] >> bit) & np.uint32(1))
            marked |= np.uint64(np.uint64(there) << np.uint64(at))
        # Of a few words, most of them shared.
        while marked != 0:
            lowest = np.uint64(marked & np.uint64(~marked + np.uint64(1)))
            marked = np.uint64(marked ^ lowest)
            at = block + ones(np.uint64(lowest - np.uint64(1)))
            rarity = int(np.int64(entry[at]))
            tag = _tag(tokens[at], tokens[at + 1])
            place = _place(tag, mask)
            if rarity == 0 or (tags[place] != tag and tags[place + np.uint32(1)] != tag):
                continue
            count += 1
            weight += int(_ROOTS[rarity])
            bits += int(np.int64(gain[at])) if before == at - 1 else max(rarity - topic, 0)
            before = at
    return count, weight / ROOT_STEPS, float(bits)
