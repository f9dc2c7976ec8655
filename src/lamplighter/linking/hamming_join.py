"""The loop of `hamming`: compares the hashes of one key with those of the keys near it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.hamming_bits import (
    DISTANCE,
    Numbers,
    Places,
    Words,
    few_in_lanes,
    near_before,
    ones,
)

#: Hashes of one key that are compared before hubs are looked for again.
_ROWS = 256
#: Hashes that are compared in one loop before those near are looked at by themselves: a bit each.
_STRIDE = 64

Counts = NDArray[np.int32]
Found = tuple[Places, Places, NDArray[np.uint8], int]


@kernel
def join(
    words: Words,
    sizes: Counts,
    seen: Counts,
    buckets: Counts,
    masks: Numbers,
    first: int,
    stop: int,
    hub: int,
    turn: int,
    widths: Numbers,
    radii: Numbers,
    part: int,
    lanes: Words,
) -> Found:
    """Pairs of keys [first, stop) with themselves and with keys above that differ by a mask.

    `words` (n, 4; word i of a hash is at i - `turn` modulo 4), `sizes` and `seen` are in the order
    of the buckets, as are the pairs. Adds to `seen` the listings near each hash, until it is a hub
    by itself. Left out are pairs of hubs, and those that an earlier part has brought together.
    `lanes` are those of `lanes_before`. Gives buffers, and how many pairs they hold.
    """
    found = np.empty(1024, np.int32), np.empty(1024, np.int32), np.empty(1024, np.uint8), 0
    # What is near the key: hubs apart, so that a hub is not compared with hubs.
    quiet, loud = np.empty((3, 1024), np.uint64), np.empty((3, 1024), np.uint64)
    gap = np.empty((1, 4), np.uint64)
    for key in range(first, stop):
        low, high = int(buckets[key]), int(buckets[key + 1])
        if low == high:
            continue
        most = high - low
        for mask in masks:
            if key ^ mask > key:
                most += buckets[(key ^ mask) + 1] - buckets[key ^ mask]
        if most > quiet.shape[1]:
            quiet, loud = np.empty((3, 2 * most), np.uint64), np.empty((3, 2 * most), np.uint64)
        for block in range(low, high, _ROWS):
            # Its own hashes come first, in order: each is compared with those after it.
            held = _gather(words, sizes, seen, block, high, hub, quiet, loud, (0, 0))
            for mask in masks:
                other = key ^ mask
                if other > key:
                    begin, end = int(buckets[other]), int(buckets[other + 1])
                    held = _gather(words, sizes, seen, begin, end, hub, quiet, loud, held)
            after, after_loud = 0, 0
            for place in range(block, min(block + _ROWS, high)):
                if after < held[0] and quiet[2, after] == place:
                    after += 1
                else:
                    after_loud += 1
                rules = hub, turn, gap, widths, radii, part, lanes
                known = words, sizes, seen
                is_quiet = seen[place] + sizes[place] <= hub
                found = _scan(place, quiet, after, held[0], known, rules, found)
                if is_quiet:
                    found = _scan(place, loud, after_loud, held[1], known, rules, found)
    return found


@inlined
def _gather(
    words: Words,
    sizes: Counts,
    seen: Counts,
    begin: int,
    end: int,
    hub: int,
    quiet: Words,
    loud: Words,
    held: tuple[int, int],
) -> tuple[int, int]:
    """Copies the hashes [begin, end): two words of each, and its place."""
    more, more_loud = held
    for entry in range(begin, end):
        if seen[entry] + sizes[entry] <= hub:
            quiet[0, more], quiet[1, more] = words[entry, 0], words[entry, 1]
            quiet[2, more] = entry
            more += 1
        else:
            loud[0, more_loud], loud[1, more_loud] = words[entry, 0], words[entry, 1]
            loud[2, more_loud] = entry
            more_loud += 1
    return more, more_loud


@inlined
def _scan(
    place: int,
    others: Words,
    begin: int,
    end: int,
    known: tuple[Words, Counts, Counts],
    rules: tuple[int, int, Words, Numbers, Numbers, int, Words],
    found: Found,
) -> Found:
    """Compares the hash at `place` with the gathered [begin, end)."""
    words, sizes, seen = known
    hub, turn, gap, widths, radii, part, lanes = rules
    left, right, far, filled = found
    one, two = words[place, 0], words[place, 1]
    for first in range(begin, end, _STRIDE):
        last = min(first + _STRIDE, end)
        marked = _marked(one, two, others[0], others[1], first, last)
        while marked != 0:
            lowest = np.uint64(marked & np.uint64(~marked + np.uint64(1)))
            marked = np.uint64(marked ^ lowest)
            at = first + ones(np.uint64(lowest - np.uint64(1)))
            distance = ones(one ^ others[0, at]) + ones(two ^ others[1, at])
            entry = np.int64(others[2, at])
            three, four = words[place, 2] ^ words[entry, 2], words[place, 3] ^ words[entry, 3]
            distance += ones(three) + ones(four)
            if distance > DISTANCE:
                continue
            # Near pairs meet in most parts: nearly all that come here were found before.
            if len(lanes):
                near = few_in_lanes(one ^ others[0, at]) & lanes[0]
                near |= few_in_lanes(two ^ others[1, at]) & lanes[1]
                near |= few_in_lanes(three) & lanes[2] | few_in_lanes(four) & lanes[3]
                if near != 0:
                    continue
            else:
                for word in range(4):
                    gap[0, (word + turn) & 3] = words[place, word] ^ words[entry, word]
                if near_before(gap, widths, radii, part):
                    continue
            is_hub = seen[place] + sizes[place] > hub
            other_is_hub = seen[entry] + sizes[entry] > hub
            if is_hub and other_is_hub:
                continue
            if not is_hub:
                seen[place] += sizes[entry]
            if not other_is_hub:
                seen[entry] += sizes[place]
            if is_hub or other_is_hub:
                continue
            if filled == len(left):
                filled = _without_hubs(left, right, far, sizes, seen, hub)
                if 2 * filled > len(left):
                    left = np.concatenate((left, np.empty_like(left)))
                    right = np.concatenate((right, np.empty_like(right)))
                    far = np.concatenate((far, np.empty_like(far)))
            left[filled], right[filled], far[filled] = place, entry, distance
            filled += 1
    return left, right, far, filled


@inlined
def _marked(
    own_one: np.uint64, own_two: np.uint64, one: Words, two: Words, begin: int, end: int
) -> np.uint64:
    """A bit for each of up to 64 that is near in two of four words. Far hashes differ in some 64
    bits of these 128, so few are; without a way out the loop runs on eight pairs at once.

    Trap: it must count from 0. Of an index that might be negative numba asks whether it is, which
    makes eight reads of eight hashes that lie side by side.
    """
    one, two = one[begin:end], two[begin:end]
    marked = np.uint64(0)
    for at in range(len(one)):
        near = ones(own_one ^ one[at]) + ones(own_two ^ two[at]) <= DISTANCE
        marked |= np.uint64(np.uint64(near) << np.uint64(at))
    return marked


@inlined
def _without_hubs(
    left: Places, right: Places, far: NDArray[np.uint8], sizes: Counts, seen: Counts, hub: int
) -> int:
    """Keeps the pairs of which neither is a hub; how many these are."""
    kept = 0
    for at in range(len(left)):
        a, b = left[at], right[at]
        if seen[a] + sizes[a] <= hub and seen[b] + sizes[b] <= hub:
            left[kept], right[kept], far[kept] = a, b, far[at]
            kept += 1
    return kept
