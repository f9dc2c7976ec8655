"""The alignment kernel against its definition in plain Python."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.foundation.jit import kernel
from lamplighter.linking.templates.chain import (
    BACK,
    GAP,
    JUMP,
    MATCH,
    MOST_SKIPPED,
    OFTEN,
    SKIPPED,
    align,
    index_columns,
)
from lamplighter.linking.templates.scratch import Scratch, scratch


@kernel
def _aligned(
    work: Scratch,
    tokens: np.ndarray[tuple[int], np.dtype[np.uint32]],
    columns: np.ndarray[tuple[int], np.dtype[np.uint32]],
    out: np.ndarray[tuple[int], np.dtype[np.int32]],
) -> None:
    mask = index_columns(columns, len(columns), work.keys, work.heads, work.following)
    align(
        tokens, 0, len(tokens), columns, len(columns), work.keys, work.heads, work.following, mask,
        work.places, work.targets, work.scores, work.backs, work.owner, work.block, out,
    )  # fmt: skip


def aligned(member: list[int], consensus: list[int]) -> list[int]:
    out = np.full(len(member), -1, np.int32)
    work = scratch(1, max(len(member), len(consensus)))
    _aligned(work, np.array(member, np.uint32), np.array(consensus, np.uint32), out)
    return [int(column) for column in out]


def chain_score(path: list[tuple[int, int]]) -> int:
    """What a chain of (place, column) is worth by the definition in `chain.py`."""
    total = MATCH * len(path)
    for (place, column), (next_place, next_column) in pairwise(path):
        rise, run = next_column - column, next_place - place
        if rise <= 0:
            total -= JUMP
        elif rise != 1 or run != 1:
            total -= min(JUMP, GAP + min(SKIPPED * (rise + run - 2), MOST_SKIPPED))
    return total


def best_score(member: list[int], consensus: list[int]) -> int:
    """The best chain over all pairs, with no limit on what is looked back at."""
    pairs = [
        (place, column)
        for place, token in enumerate(member)
        for column, other in enumerate(consensus)
        if other == token
    ]
    best: list[int] = []
    for i, (place, column) in enumerate(pairs):
        score = MATCH
        for j in range(i):
            if pairs[j][0] < place:
                step = chain_score([pairs[j], (place, column)]) - MATCH
                score = max(score, best[j] + step)
        best.append(score)
    return max(best, default=0)


def longest_common(one: list[int], two: list[int]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(two) + 1)
    for token in one:
        left = 0
        for j, other in enumerate(two):
            above = row[j + 1]
            row[j + 1] = left + 1 if token == other else max(above, row[j])
            left = above
    return row[-1]


@given(st.permutations(range(2, 14)), st.data())
@settings(max_examples=150, deadline=None)
def test_distinct_tokens_reach_the_best_chain(consensus: list[int], data: st.DataObject) -> None:
    """With few candidates nothing is out of sight: the kernel finds the optimum of all chains."""
    member = data.draw(st.lists(st.integers(2, 20), min_size=1, max_size=BACK, unique=True))
    got = aligned(member, consensus)
    path = [(place, column) for place, column in enumerate(got) if column >= 0]
    assert all(member[place] == consensus[column] for place, column in path)
    assert chain_score(path) == best_score(member, consensus)


@given(st.lists(st.integers(2, 6), max_size=40), st.lists(st.integers(2, 6), max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_column_twice(member: list[int], consensus: list[int]) -> None:
    got = aligned(member, consensus) if member else []
    held = [column for column in got if column >= 0]
    assert len(held) == len(set(held))
    assert all(
        member[place] == consensus[column] for place, column in enumerate(got) if column >= 0
    )


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3])
def test_edits_reach_the_longest_common_subsequence(rate: float) -> None:
    rng = Random(5)
    consensus = list(range(2, 102))
    member: list[int] = []
    for token in consensus:
        if rng.random() >= rate:
            member.append(token)
        elif rng.random() < 0.7:
            member.append(1000 + len(member))
    held = [column for column in aligned(member, consensus) if column >= 0]
    assert held == sorted(held)
    assert len(held) == longest_common(member, consensus)


def test_moved_blocks_and_padding_are_matched() -> None:
    consensus = list(range(2, 62))
    blocks = [consensus[at : at + 10] for at in range(0, 60, 10)]
    order = [3, 0, 5, 1, 4, 2]
    member: list[int] = []
    for number in order:
        member += blocks[number] + [10_000 + number * 10 + i for i in range(8)]
    held = [column for column in aligned(member, consensus) if column >= 0]
    assert held == [column for number in order for column in range(number * 10, number * 10 + 10)]


def test_a_token_that_repeats_goes_on_where_the_chain_is() -> None:
    consensus = [5 if i % 2 else 100 + i for i in range(60)]
    assert consensus.count(5) > OFTEN
    assert aligned(consensus, consensus) == list(range(60))
