"""Working arrays of the kernels, allocated once per call and never shared between threads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.templates.chain import ROOM

#: Members that a consensus is grown from. A third more or less changes little: a column that half
#: of the members have is missed by 32 of them once in some hundred thousand.
SAMPLE = 32


class Scratch(NamedTuple):
    """Sized for components of up to `members` sequences of up to `longest` tokens."""

    # alignment (chain.py)
    keys: NDArray[np.uint32]
    heads: NDArray[np.int32]
    following: NDArray[np.int32]
    places: NDArray[np.int32]
    targets: NDArray[np.int32]
    scores: NDArray[np.int32]
    backs: NDArray[np.int32]
    owner: NDArray[np.int32]
    block: NDArray[np.int32]
    # members of the component
    alive: NDArray[np.int64]
    sample: NDArray[np.int64]
    weights: NDArray[np.float64]
    inside: NDArray[np.bool_]
    # columns
    columns: NDArray[np.uint32]
    spare: NDArray[np.uint32]
    support: NDArray[np.float64]
    worth: NDArray[np.float64]
    gains: NDArray[np.float64]
    number: NDArray[np.int32]
    chances: NDArray[np.float64]
    fills: NDArray[np.float64]
    fill_costs: NDArray[np.float64]
    slotted: NDArray[np.bool_]
    support_of_gap: NDArray[np.float64]
    rest_of_gap: NDArray[np.float64]
    # hash table of phrases and of insertions
    words: NDArray[np.uint64]
    held: NDArray[np.float64]
    last: NDArray[np.int64]
    where: NDArray[np.float64]


def scratch(members: int, longest: int) -> Scratch:
    """Allocate; pages that are never touched take no memory."""
    width = 2 * longest + 64  # columns: never more than twice the longest text (growth.py)
    table = 1 << max(6, (2 * width + 2).bit_length())
    tokens = longest + 1
    hashed = 1 << max(8, (2 * min(members, SAMPLE) * tokens + 2).bit_length())
    i32, f64 = np.int32, np.float64
    return Scratch(
        keys=np.zeros(table, np.uint32),
        heads=np.zeros(table, i32),
        following=np.zeros(width, i32),
        places=np.zeros(ROOM * tokens, i32),
        targets=np.zeros(ROOM * tokens, i32),
        scores=np.zeros(ROOM * tokens, i32),
        backs=np.zeros(ROOM * tokens, i32),
        owner=np.zeros(width, i32),
        block=np.zeros(tokens, i32),
        alive=np.zeros(members, np.int64),
        sample=np.zeros(SAMPLE, np.int64),
        weights=np.zeros(max(members, SAMPLE), f64),
        inside=np.zeros(max(members, SAMPLE), np.bool_),
        columns=np.zeros(width, np.uint32),
        spare=np.zeros(width, np.uint32),
        support=np.zeros(width, f64),
        worth=np.zeros(width, f64),
        gains=np.zeros(width + 1, f64),
        number=np.zeros(width, i32),
        chances=np.zeros(width + 1, f64),
        fills=np.zeros(width + 1, f64),
        fill_costs=np.zeros(width + 1, f64),
        slotted=np.zeros(width + 1, np.bool_),
        support_of_gap=np.zeros(width + 1, f64),
        rest_of_gap=np.zeros(width + 1, f64),
        words=np.zeros(hashed, np.uint64),
        held=np.zeros(hashed, f64),
        last=np.zeros(hashed, np.int64),
        where=np.zeros(hashed, f64),
    )
