"""Aligning one member to the columns of a consensus, with blocks that may have moved.

A column is one token of the consensus. Every pair (token of the member, column with that token) is
a candidate; the best chain of candidates is found as in the seed chaining of long-read aligners
(minimap2: Li, Bioinformatics 2018): going on along the diagonal is free, a gap costs a little, and
a jump to any other place, forward or back, costs a token and a half. So sentences that stand in
another order still match, and text put in between is skipped. Only the last few candidates and the
best so far are looked at, so that the time grows with the length of the member alone: texts of
50,000 tokens and tokens that repeat a thousand times take no more per token than others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined

I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]

#: Scores: one matched token; leaving the diagonal; each token skipped (up to a bound); a jump.
MATCH, GAP, SKIPPED, MOST_SKIPPED, JUMP = 16, 4, 1, 11, 24
#: Candidates looked back at; columns of one token that are tried.
BACK, OFTEN = 10, 6
#: Room for the candidates of one token: its first columns and the ones that go on from before.
ROOM = OFTEN + BACK


@inlined
def index_columns(columns: U32, count: int, keys: U32, heads: I32, following: I32) -> int:
    """Fill the hash table of `count` columns; returns its mask.

    `keys` and `heads` are scratch of a power of two above 2 × count; `following[i]` is the next
    column with the token of column i, -1 if there is none.
    """
    size = 16
    while size < 2 * count + 2:
        size *= 2
    mask = size - 1
    keys[:size] = np.uint32(0)  # no token hashes to 0
    for column in range(count - 1, -1, -1):
        token = columns[column]
        slot = np.int64(token) & mask
        while keys[slot] != 0 and keys[slot] != token:
            slot = (slot + 1) & mask
        following[column] = heads[slot] if keys[slot] == token else np.int32(-1)
        keys[slot] = token
        heads[slot] = column
    return mask


@inlined
def align(
    tokens: U32, low: int, high: int,
    columns: U32, count: int, keys: U32, heads: I32, following: I32, mask: int,
    places: I32, targets: I32, scores: I32, backs: I32, owner: I32, block: I32,
    column_of: I32,
) -> None:  # fmt: skip
    """Write the column of each token of [low, high) into `column_of`, -1 where it has none.

    `places`, `targets`, `scores`, `backs` are scratch for ROOM candidates a token, `block` for one
    entry a token, `owner` for one a column. No column is given twice: the longer block gets it.
    """
    made = 0
    best = -1  # best candidate of earlier tokens
    for at in range(low, high):
        column_of[at] = -1
        token = tokens[at]
        slot = np.int64(token) & mask
        while keys[slot] != 0 and keys[slot] != token:
            slot = (slot + 1) & mask
        if keys[slot] == 0:
            continue
        start = made
        oldest = max(0, start - BACK)
        column = heads[slot]
        while column >= 0 and made < start + OFTEN:
            targets[made] = column
            made += 1
            column = following[column]
        if column >= 0:  # a frequent token: also wherever an earlier chain goes on
            for before in range(start - 1, oldest - 1, -1):
                wanted = targets[before] + 1
                if wanted < count and columns[wanted] == token:
                    known = False
                    for other in range(start, made):
                        known = known or targets[other] == wanted
                    if not known:
                        targets[made] = wanted
                        made += 1
        leader = best
        for mine in range(start, made):
            score = np.int64(MATCH)
            back = -1
            if best >= 0 and scores[best] - JUMP > 0:
                score += scores[best] - JUMP
                back = best
            for before in range(start - 1, oldest - 1, -1):
                rise = np.int64(targets[mine]) - targets[before]
                if rise <= 0:
                    continue
                run = at - low - places[before]
                cost = 0
                if rise != 1 or run != 1:
                    cost = GAP + min(SKIPPED * (rise + run - 2), MOST_SKIPPED)
                if scores[before] - cost + MATCH > score:
                    score = np.int64(scores[before]) - cost + MATCH
                    back = before
            places[mine] = at - low
            scores[mine] = score
            backs[mine] = back
            if leader < 0 or score > scores[leader]:
                leader = mine
        best = leader
    if best < 0:
        return
    for column in range(count):
        owner[column] = -1
    # Walk back; blocks are numbered from the end, their lengths collected in `backs` (free now
    # behind the walk: a candidate is read before it is overwritten).
    here = best
    number = 0
    while here >= 0:
        before = backs[here]
        at = low + places[here]
        column_of[at] = targets[here]
        block[places[here]] = number
        if before >= 0 and (
            targets[before] >= targets[here] or scores[before] - JUMP + MATCH == scores[here]
        ):
            number += 1
        here = before
    for i in range(number + 1):
        scores[i] = 0
    for at in range(low, high):
        if column_of[at] >= 0:
            scores[block[at - low]] += 1
    for at in range(low, high):
        column = column_of[at]
        if column < 0:
            continue
        held = owner[column]
        if held < 0:
            owner[column] = at - low
        elif scores[block[at - low]] > scores[block[held]]:
            column_of[low + held] = -1
            owner[column] = at - low
        else:
            column_of[at] = -1
