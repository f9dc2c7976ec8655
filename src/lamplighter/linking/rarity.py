"""How rare each word of a listing is where it stands, learned from the site's own listings.

For every place in a text two numbers, in eighths of a bit: `entry`, the rarity of the word pair
that begins there (at least 1; 0 where it is masked); and `gain`, by how much its second word was not to be expected after the two
words before. A run of words that two texts share is then worth the entry of its first pair and the
gains of the rest, a second-order Markov chain. The words of a stock sentence or of a form's label
follow from one another and gain nothing, however long the sentence is; the fillings between them,
and sentences in the same order, do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.counting import repeated
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.shingles import pair, spread, triple

#: Steps in a bit.
STEPS = 8


class Rarity(NamedTuple):
    """What the sample teaches; levels are log2(listings) in eighths."""

    pairs: NDArray[np.uint8]  # (2^k,) level of each word pair, by hash
    phrases: NDArray[np.uint8]  # (2^k,) level of each phrase of three words, by hash
    sampled: int  # level of the whole sample
    heavy: int  # level from which a phrase is boilerplate
    everywhere: int  # level from which it is in a good part of all listings


@inlined
def pair_slot(a: np.uint32, b: np.uint32, table: NDArray[np.uint8]) -> np.uint64:
    """Where a word pair's level is."""
    return np.uint64(spread(pair(a, b)) & np.uint64(len(table) - 1))


def _level(counts: NDArray[np.uint32]) -> NDArray[np.uint8]:
    steps = np.floor(STEPS * np.log2(np.maximum(counts, 1).astype(np.float32)))
    return np.minimum(steps, 255).astype(np.uint8)


def learn_rarity(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    parameters: LinkParameters,
) -> Rarity:
    """Learn from the first `learn_from` listings of `order`, rows in canonical order.

    That prefix is a function of the ids alone.
    """
    sample = np.ascontiguousarray(order[: parameters.learn_from])
    room = int((offsets[sample + 1] - offsets[sample]).sum()) * 2 + 1024
    size = 1 << max(16, min(26, room.bit_length()))
    levels = []
    for words in (2, 3):
        slots, counts = repeated(offsets, tokens, sample, words, size)
        level = np.zeros(size, dtype=np.uint8)
        level[slots] = _level(counts)
        levels.append(level)
    cut = max(parameters.heavy_floor, int(np.ceil(parameters.heavy_share * len(sample))))
    marks = _level(np.array([len(sample), cut, cut * parameters.everywhere], dtype=np.uint32))
    return Rarity(levels[0], levels[1], *(int(mark) for mark in marks))


def topic_rarity(topics: NDArray[np.int32], order: NDArray[np.int64]) -> NDArray[np.uint8]:
    """How rare the topic of each row is among the listings, in eighths of a bit; 0 where unknown.

    Phrases of a language or trade that few listings have look rarer than they are to each other.
    Capped, and the lower the smaller the site: there a campaign is a good part of its category, and
    the language of odd words is easily taken for a rare one. No more is taken than half of the
    rarity of a phrase that a thousand listings have.
    """
    known = topics[order]
    known = known[known >= 0]
    if len(known) == 0:
        return np.zeros(len(topics), dtype=np.uint8)
    most = STEPS * max(0.0, (np.log2(len(order)) - 10) / 2)
    share = np.bincount(known) / len(order)
    steps = np.minimum(np.floor(-STEPS * np.log2(np.maximum(share, 1e-9))), most)
    rarity: NDArray[np.uint8] = np.where(topics >= 0, steps[topics], 0).astype(np.uint8)
    return rarity


def one_party_each(groups: NDArray[np.int32], parameters: LinkParameters) -> NDArray[np.int64]:
    """Listings to learn from, of groups large enough to fill the site only their first few.

    `groups` (n,) is the smallest listing of a listing's group. What is common is what many parties
    say, not what one party says often.
    """
    size = np.bincount(groups, minlength=len(groups))
    cut = max(parameters.heavy_floor, int(np.ceil(parameters.heavy_share * len(groups))))
    large = np.flatnonzero(size[groups] >= cut // 2)
    by_group = large[np.argsort(groups[large], kind="stable")]
    starts = np.flatnonzero(np.diff(groups[by_group], prepend=-1))
    place = np.arange(len(by_group)) - np.repeat(starts, np.diff(np.append(starts, len(by_group))))
    stays = np.ones(len(groups), dtype=bool)
    stays[by_group[place >= parameters.of_a_party]] = False
    return np.flatnonzero(stays)


@inlined
def read_row(
    tokens: NDArray[np.uint32],
    begin: int,
    end: int,
    pairs: NDArray[np.uint8],
    phrases: NDArray[np.uint8],
    sampled: int,
    heavy: int,
    own: int,
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    levels: NDArray[np.uint8],
) -> None:
    """Write `entry` and `gain` of the text [begin, end), and the level of each of its phrases."""
    mask = np.uint64(len(phrases) - 1)
    before = 0
    for at in range(begin, end - 1):
        level = np.int64(pairs[pair_slot(tokens[at], tokens[at + 1], pairs)])
        entry[at] = np.uint8(min(255, max(1, sampled - level)))
        if at > begin:
            code = triple(tokens[at - 1], tokens[at], tokens[at + 1]) & mask
            here = np.int64(phrases[code])
            levels[at - 1 - begin] = here
            # A campaign makes its own words follow from one another; so do all stock words,
            # but these are heavy.
            least = own if here < heavy else 0
            gain[at] = np.uint8(min(255, max(least, before - here)))
        before = level
