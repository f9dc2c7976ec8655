"""What two texts share, exactly: word pairs in common, and how far that exceeds chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS
from lamplighter.linking.shingles import pair

LEAST, ALIKE, SURE, BITS, SURE_SHARE, FULL_WORDS, TOPIC, OWN_SHARE, OWN_PAIRS, OWN = range(10)
#: Below this weight all the bits are needed; from here to `SURE` ever fewer.
LIKELY = 0.4
#: From this weight two texts are copies of each other, and need not be rare.
SAME = 0.9


#: Roots of the rarities that `entry` can have.
_ROOTS = np.sqrt(np.arange(256, dtype=np.float32))


@inlined
def _slot(a: np.uint32, b: np.uint32, mask: int) -> int:
    # Tokens are well mixed already (text.tokens.finish), so little more is needed here.
    return (np.int64(a) * 31 + np.int64(b)) & mask


@inlined
def fill(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    row: int,
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    turn: int,
) -> int:
    """Put the word pairs of a row into an open-addressing set; returns how many distinct."""
    mask = len(table) - 1
    distinct = 0
    for at in range(offsets[row], offsets[row + 1] - 1):
        if entry[at] == 0:
            continue
        code = pair(tokens[at], tokens[at + 1])
        slot = _slot(tokens[at], tokens[at + 1], mask)
        while stamp[slot] >= turn and table[slot] != code:
            slot = (slot + 1) & mask
        if stamp[slot] < turn:
            stamp[slot] = turn
            table[slot] = code
            distinct += 1
    return distinct


@inlined
def _same_words(offsets: NDArray[np.int64], tokens: NDArray[np.uint32], a: int, b: int) -> bool:
    size = offsets[a + 1] - offsets[a]
    if size != offsets[b + 1] - offsets[b]:
        return False
    for i in range(size):
        if tokens[offsets[a] + i] != tokens[offsets[b] + i]:
            return False
    return size > 0


@kernel
def measure(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    rows: NDArray[np.int64],
    rules: NDArray[np.float64],
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    out: NDArray[np.float32],
) -> None:
    """Weights (n, 2) of the distinct unmasked word pairs of each row, of all and of its own alone.

    A weight is a sum of roots of rarity; a row with little of its own has 0 there.

    The root, not the bits themselves: a label of every form must count for less than a filling, but
    the words of a large campaign must not count for nothing.
    """
    stamp[:] = 0
    mask = len(table) - 1
    for i in range(len(rows)):
        total = 0.0
        own = 0.0
        for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 1):
            if entry[at] == 0:
                continue
            code = pair(tokens[at], tokens[at + 1])
            slot = _slot(tokens[at], tokens[at + 1], mask)
            while stamp[slot] > i and table[slot] != code:
                slot = (slot + 1) & mask
            if stamp[slot] <= i:
                stamp[slot] = i + 1
                table[slot] = code
                total += _ROOTS[entry[at]]
                own += rules[OWN + entry[at]]
        out[i, 0] = total
        out[i, 1] = own if own >= rules[OWN_SHARE] * total else 0.0


@inlined
def likeness(common: float, size_a: float, size_b: float) -> float:
    """The larger of Jaccard similarity and half the containment.

    So that a padded copy weighs less than a whole one.
    """
    return max(common / (size_a + size_b - common), common / min(size_a, size_b) / 2)


@inlined
def needed(weight: float, words: int, rules: NDArray[np.float64]) -> float:
    """Bits that two texts of this weight, the shorter of so many words, must share."""
    # A short text cannot share as much: it must share as large a part of itself.
    most = rules[BITS] * min(1.0, words / rules[FULL_WORDS])
    ease = min(1.0, max(0.0, (weight - LIKELY) / (rules[SURE] - LIKELY)))
    return float(most * (1.0 - (1.0 - rules[SURE_SHARE]) * ease))


@inlined
def weigh(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
    apart: NDArray[np.uint8],
    row_a: int,
    row_b: int,
    size_a: NDArray[np.float32],
    size_b: NDArray[np.float32],
    rules: NDArray[np.float64],
    table: NDArray[np.uint64],
    stamp: NDArray[np.int64],
    turn: int,
    hit: int,
) -> tuple[float, float]:
    """How alike `row_b` is to `row_a`, whose pairs are the set of turn `turn`; and how surely.

    The weight is `likeness`. The second number is the share of the bits needed by which what
    is shared exceeds chance: the more alike two texts are, the fewer it takes to tell a copy from
    a filled-in form.
    """
    mask = len(table) - 1
    begin, end = offsets[row_b], offsets[row_b + 1]
    # Whoever shares one phrase is likely to share others of the trade, and all of the language.
    topic = rules[TOPIC] + min(apart[row_a], apart[row_b])
    shared = 0
    common = 0.0
    own = 0.0
    own_pairs = 0
    bits = 0.0
    runs = 0
    inside = False
    for at in range(begin, end - 1):
        held = False
        if entry[at] != 0:
            code = pair(tokens[at], tokens[at + 1])
            slot = _slot(tokens[at], tokens[at + 1], mask)
            while stamp[slot] >= turn and table[slot] != code:
                slot = (slot + 1) & mask
            held = stamp[slot] >= turn
            if held:
                if inside:
                    bits += gain[at]
                else:
                    bits += max(0.0, entry[at] - (topic if runs > 0 else 0.0))
                    runs += 1
                if stamp[slot] != hit:
                    stamp[slot] = hit
                    shared += 1
                    common += _ROOTS[entry[at]]
                    own += rules[OWN + entry[at]]
                    own_pairs += rules[OWN + entry[at]] > 0
        inside = held
    if shared < rules[LEAST]:
        same = 1.0 if _same_words(offsets, tokens, row_a, row_b) else 0.0
        return same, same
    weight = likeness(common, size_a[0], size_b[0])
    if size_a[1] > 0 and size_b[1] > 0:
        weight = min(weight, likeness(own, size_a[1], size_b[1]))
        if own_pairs < rules[OWN_PAIRS] and weight < SAME:
            return weight, 0.0
    if weight >= SAME:
        return weight, 1.0
    if weight < rules[ALIKE] / 2:
        return weight, 0.0
    words = min(offsets[row_a + 1] - offsets[row_a], end - begin)
    return weight, bits / needed(weight, words, rules)


def rules_of(parameters: LinkParameters, listings: int, *, own: bool = True) -> NDArray[np.float64]:
    """The numbers that `weigh` goes by, in the order of the constants above; bits in `STEPS`.

    From `OWN` on, what a word pair of each rarity weighs among those of the listing's own. Without
    `own` no listing is held to have any.
    """
    chances = np.log2(max(2.0, listings * (listings - 1) / 2))
    numbers = [
        parameters.shared, parameters.alike, parameters.sure, STEPS * parameters.odds * chances,
        parameters.sure_share, parameters.full_words, STEPS * parameters.topic,
        parameters.own_share if own else 2.0, parameters.own_pairs,
    ]  # fmt: skip
    return np.append(np.array(numbers, dtype=np.float64), _own_roots(parameters, listings))


def most_common(parameters: LinkParameters, listings: int) -> int:
    """The rarity up to which a word pair is the site's, in `STEPS`."""
    sampled = max(1, min(listings, parameters.learn_from))
    heavy = max(parameters.heavy_floor, parameters.heavy_share * sampled)
    return int(STEPS * np.log2(max(1.0, sampled / heavy)))


def _own_roots(parameters: LinkParameters, listings: int) -> NDArray[np.float64]:
    rare = np.arange(256) > most_common(parameters, listings)
    return np.where(rare, np.sqrt(np.arange(256)), 0.0)


def working_set(widest: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Table and stamps for texts of up to `widest` tokens; one per thread."""
    size = 1 << max(8, (2 * widest).bit_length())
    return np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.int64)
