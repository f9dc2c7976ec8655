"""What stands around each hit, and what its listing shows: bits of word groups, counted words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.signals.contexts import (
    CORE,
    FIRST_EXPLAINING,
    PERSON,
    STRONG,
    WEAK,
    WORK,
    Contexts,
)
from lamplighter.signals.phrase_match import Hits
from lamplighter.signals.tables import look_up
from lamplighter.text.tokens import Tokens

Bits = NDArray[np.uint64]
Numbers = NDArray[np.int64]


class Surroundings(NamedTuple):
    """What stands around each hit: bits of groups, and the first word that explains it."""

    before: Bits  #: one or two tokens before, in the sentence
    further: Bits  #: up to three tokens before, in the sentence
    after: Bits  #: one or two tokens after, in the sentence
    beyond: Bits  #: up to two tokens after the person that the term describes
    near: Bits  #: up to five tokens on either side
    strong: Numbers  #: different words of the listing that show an offer of company
    core: Numbers  #: different words that do so with another one
    weak: Numbers  #: different words of either kind that only add to it
    work: Numbers  #: different words of the listing about work
    because: Numbers  #: the nearest explaining token, or -1


def surroundings(hits: Hits, tokens: Tokens, known: Contexts) -> Surroundings:
    """The surroundings of each hit, in order."""
    return Surroundings(
        *_surroundings(
            tokens.offsets,
            tokens.hashes,
            tokens.marks,
            *known.words,
            hits.row,
            hits.first,
            hits.last,
        )
    )


@kernel
def _surroundings(
    offsets: Numbers,
    hashes: NDArray[np.uint32],
    marks: NDArray[np.uint8],
    keys: Bits,
    values: Bits,
    rows: Numbers,
    firsts: Numbers,
    lasts: Numbers,
) -> tuple[Bits, Bits, Bits, Bits, Bits, Numbers, Numbers, Numbers, Numbers, Numbers]:
    count = len(rows)
    before, further = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    after, beyond = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    near = np.zeros(count, np.uint64)
    words = np.zeros((4, count), np.int64)
    because = np.full(count, -1, np.int64)
    seen = np.zeros((4, 8), np.uint32)
    wanted = (np.uint64(STRONG), np.uint64(CORE), np.uint64(WEAK), np.uint64(WORK))
    word = np.uint64(1) << np.uint64(32)
    for at in range(count):
        begin, end = offsets[rows[at]], offsets[rows[at] + 1]
        first, last = firsts[at], lasts[at]
        closest = np.int64(1000)
        for token in range(begin, end):
            if first <= token <= last:
                continue
            bits = look_up(keys, values, word | np.uint64(hashes[token]))
            if bits == np.uint64(0):
                continue
            far = first - token if token < first else token - last
            if far <= 5:
                near[at] |= bits
                if bits >> np.uint64(FIRST_EXPLAINING) and far < closest:
                    closest = far
                    because[at] = token
            # Different words by group: the first eight are enough.
            for group in range(4):
                if bits & wanted[group] and words[group, at] < 8:
                    fresh = True
                    for other in range(words[group, at]):
                        if seen[group, other] == hashes[token]:
                            fresh = False
                    if fresh:
                        seen[group, words[group, at]] = hashes[token]
                        words[group, at] += 1
        token = first
        while token > begin and first - token < 3 and not marks[token] & 32:
            token -= 1
            bits = look_up(keys, values, word | np.uint64(hashes[token]))
            further[at] |= bits
            if first - token <= 2:
                before[at] |= bits
        token, person = last + 1, np.int64(0)
        while token < end and token - last <= 4 and not marks[token] & 32:
            bits = look_up(keys, values, word | np.uint64(hashes[token]))
            if token - last <= 2:
                after[at] |= bits
                if bits & np.uint64(PERSON) and person == 0:
                    person = token
            if person and token > person and token - person <= 2:
                beyond[at] |= bits
            token += 1
    return before, further, after, beyond, near, words[0], words[1], words[2], words[3], because
