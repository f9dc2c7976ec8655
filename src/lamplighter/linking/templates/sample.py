"""The members a consensus is grown from, and the one it starts with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined
from lamplighter.linking.templates.scratch import SAMPLE, Scratch

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@inlined
def draw_sample(work: Scratch, alive: int, listings: F64, keys: NDArray[np.uint64]) -> int:
    """Choose up to SAMPLE members; returns how many. Sets their weights.

    Priority sampling (Duffield, Lund and Thorup, JACM 2007): the largest weight / u with u the
    hash of the content as a fraction; a member drawn counts for its own listings or for the
    threshold, whichever is more. So a text that a thousand listings share is surely in.
    """
    if alive <= SAMPLE:
        for i in range(alive):
            work.sample[i] = work.alive[i]
            work.weights[i] = listings[work.alive[i]]
        return alive
    size = 0
    threshold = 0.0
    for i in range(alive):
        member = work.alive[i]
        # Not the bits that order the members, so that the sample is spread over them.
        u = (float((keys[member] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(11)) + 1.0) / 2.0**53
        priority = listings[member] / u
        if size == SAMPLE and priority <= work.weights[SAMPLE - 1]:
            threshold = max(threshold, priority)
            continue
        if size == SAMPLE:
            threshold = max(threshold, work.weights[SAMPLE - 1])
        else:
            size += 1
        at = size - 1
        while at > 0 and work.weights[at - 1] < priority:
            work.weights[at] = work.weights[at - 1]
            work.sample[at] = work.sample[at - 1]
            at -= 1
        work.weights[at] = priority
        work.sample[at] = member
    for i in range(size):
        work.weights[i] = max(listings[work.sample[i]], threshold)
    return size


@inlined
def choose_seed(
    work: Scratch, size: int, offsets: I64, tokens: NDArray[np.uint32], leaders: I64
) -> int:
    """The member of the sample whose phrases of two tokens are shared most; its place there."""
    if size <= 2:  # the heavier one
        return 1 if size == 2 and work.weights[1] > work.weights[0] else 0
    total = 0
    for i in range(size):
        leader = leaders[work.sample[i]]
        total += offsets[leader + 1] - offsets[leader]
    room = 64
    while room < 2 * total:
        room *= 2
    mask = np.uint64(room - 1)
    work.words[:room] = np.uint64(0)
    best = 0
    most = -1.0
    for turn in range(2):
        for i in range(size):
            leader = leaders[work.sample[i]]
            score = 0.0
            for at in range(offsets[leader], offsets[leader + 1] - 1):
                word = (np.uint64(tokens[at]) << np.uint64(32)) | np.uint64(tokens[at + 1])
                slot = (word * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32) & mask
                while work.words[slot] != np.uint64(0) and work.words[slot] != word:
                    slot = (slot + np.uint64(1)) & mask
                if turn == 0:
                    if work.words[slot] == np.uint64(0):
                        work.words[slot] = word
                        work.held[slot] = 0.0
                        work.last[slot] = -1
                    if work.last[slot] != i:
                        work.last[slot] = i
                        work.held[slot] += work.weights[i]
                elif work.last[slot] != size + i:
                    work.last[slot] = size + i
                    if work.held[slot] > work.weights[i] or work.weights[i] >= 2:
                        score += work.held[slot]
            if turn == 1 and score > most:
                most = score
                best = i
    return best
