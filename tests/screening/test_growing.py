"""The recent part's arrays and key table against Python's own lists and dictionaries."""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.linking.hamming_bits import DISTANCE
from lamplighter.screening.index.growing import Growing, KeyTable, near
from lamplighter.screening.index.kernels import MEMBERS, MOST, candidates, postings_of, scratch

few = st.lists(st.lists(st.integers(1, 12), max_size=6, unique=True), max_size=200)


def _twin(rows: list[list[int]], asked: list[int]) -> list[tuple[int, float]]:
    """Nodes and scores, as `kernels.candidates` says it."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for node, keys in enumerate(rows):
        for key in keys:
            if len(members[key]) < MEMBERS:
                members[key].append(node)
    found: defaultdict[int, float] = defaultdict(float)
    for key in asked:
        for node in members.get(key, ()):
            found[node] += 2.0 - float(np.log2(len(members[key]))) / 12.0
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST]


@settings(deadline=None)
@given(few, st.lists(st.integers(1, 14), max_size=8, unique=True), st.integers(1, 50))
def test_the_table_finds_what_a_dictionary_finds(
    rows: list[list[int]], asked: list[int], step: int
) -> None:
    table = KeyTable()
    keys = np.zeros((len(rows), 6), np.uint64)
    for row, own in enumerate(rows):
        keys[row, : len(own)] = own
    for first in range(0, len(rows), step):
        table.put(keys[first : first + step], first)
    wanted = np.zeros((2, 8), np.uint64)
    wanted[:, : len(asked)] = asked
    nodes, scores = table.candidates(wanted, len(rows))
    twin = _twin(rows, asked)
    for row in range(2):
        assert nodes[row].tolist() == [node for node, _ in twin] + [-1] * (MOST - len(twin))
        assert scores[row, : len(twin)].tolist() == [np.float32(score) for _, score in twin]


def test_the_table_grows() -> None:
    rng = np.random.default_rng(1)
    keys = rng.integers(1, 1 << 63, (20_000, 17), dtype=np.uint64)
    table = KeyTable()
    for first in range(0, len(keys), 700):
        table.put(keys[first : first + 700], first)
    nodes, _ = table.candidates(keys[::97], len(keys))
    assert nodes[:, 0].tolist() == list(range(0, len(keys), 97)) and (nodes[:, 1:] == -1).all()


def test_a_large_segment_is_searched_as_the_table_is() -> None:
    """So large that places are reckoned before they are searched."""
    rng = np.random.default_rng(3)
    pool = rng.integers(1, 1 << 63, 9_000, dtype=np.uint64)
    keys = np.array([rng.choice(pool, 17, replace=False) for _ in range(3_000)])
    postings = np.sort(postings_of(keys, np.arange(len(keys), dtype=np.int64)))
    table = KeyTable()
    table.put(keys, 0)
    asked = np.concatenate([keys[::50], pool[:340].reshape(20, 17), np.zeros((1, 17), np.uint64)])
    out, score = np.empty((len(asked), MOST), np.int64), np.zeros((len(asked), MOST), np.float32)
    candidates(postings, asked, out, score, *scratch())
    nodes, scores = table.candidates(asked, len(keys))
    assert np.allclose(score, scores) and ((out >= 0) == (nodes >= 0)).all()
    assert out[:60, 0].tolist() == list(range(0, 3_000, 50))


def test_rows_grow_and_a_view_taken_before_keeps_what_it_showed() -> None:
    one, wide = Growing(np.int64), Growing(np.uint64, 4)
    before = one.rows
    for value in range(5_000):
        one.append(value)
        wide.extend(np.full((2, 4), value, np.uint64))
    early = one.rows
    one.extend(np.arange(5_000, 50_000))
    assert not len(before) and early.tolist() == list(range(5_000))
    assert one.rows.tolist() == list(range(50_000)) and len(one) == 50_000
    assert wide.rows[:, 3].tolist() == [value for value in range(5_000) for _ in range(2)]


def test_near_pictures_are_those_that_numpy_counts() -> None:
    rng = np.random.default_rng(2)
    known = rng.integers(0, 1 << 63, (300, 4), dtype=np.uint64)
    asked = np.concatenate([known[:90] ^ np.uint64(0x1FF), known[:3] ^ np.uint64(0xFF), known[:1]])
    far = np.bitwise_count(asked[:, None, :] ^ known[None, :, :]).sum(axis=2)
    rows, places = np.nonzero(far <= DISTANCE)
    found = near(known, asked, DISTANCE)
    assert (found[0].tolist(), found[1].tolist()) == (rows.tolist(), places.tolist())
    assert not len(near(known[:0], asked, DISTANCE)[0])
