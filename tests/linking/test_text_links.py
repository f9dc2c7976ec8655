"""Linking of texts: quality on small planted sets, and independence of order and threads."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from bench.classes import make_set
from bench.text_only import factory
from lamplighter.engines.base import TextCorpus
from lamplighter.engines.local import LocalEngine
from lamplighter.foundation.progress import Steps
from lamplighter.linking.candidates import STAR, by_partition, candidate_pairs
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.shared import link_shared
from lamplighter.simulate.measures import agreement
from lamplighter.text.tokens import tokenise


@pytest.mark.parametrize("listings", [1_000, 4_000])
@pytest.mark.parametrize(
    "name",
    [
        "scattered",
        "boiler",
        "evasion",
        "padding",
        "forms",
        "chinese",
        "thai",
        "arabic",
        "pairs",
        "volume",
    ],
)
def test_planted_campaigns_are_found(name: str, listings: int) -> None:
    ids, texts, truth = make_set(name, listings, 7, "dev")
    found = agreement(factory()(ids, texts), truth)
    assert found.precision >= 0.99
    assert found.recall >= 0.95


@pytest.mark.parametrize("listings", [1_000, 4_000])
def test_strangers_on_one_website_s_frame_stay_apart(listings: int) -> None:
    ids, texts, truth = make_set("website", listings, 7, "dev")
    found = agreement(factory()(ids, texts), truth)
    assert found.precision >= 0.995
    assert found.recall >= 0.7


def _groups(texts: list[str], order: np.ndarray, threads: int) -> tuple[np.ndarray, np.ndarray]:
    tokens = tokenise(pa.array(texts, pa.large_string()))
    corpus = TextCorpus(
        tokens.offsets,
        tokens.hashes,
        order.astype(np.int64),
        np.full(len(texts), -1, dtype=np.int32),
    )
    links = LocalEngine(threads).link_texts(corpus, LinkParameters(), Steps(quiet=True))
    return links.groups, links.weights


def test_order_and_threads_change_nothing() -> None:
    _, texts, _ = make_set("mixed", 2_000, 3, "dev")
    texts = list(texts)
    first = _groups(texts, np.arange(len(texts)), 1)
    shuffle = np.random.default_rng(5).permutation(len(texts))
    moved = [texts[i] for i in shuffle]
    again = _groups(moved, np.argsort(shuffle), 3)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


def test_candidates_equal_a_slow_twin() -> None:
    random = np.random.default_rng(2)
    keys = random.integers(1, 20, 300).astype(np.uint64)
    nodes = random.integers(0, 90, 300).astype(np.int32)
    both = np.unique(np.stack([keys, nodes.astype(np.uint64)]), axis=1)
    keys, nodes = both[0], both[1].astype(np.int32)
    expected = set()
    for key in set(keys.tolist()):
        members = sorted(nodes[keys == key].tolist())
        expected |= {(members[0], m) for m in members[1 : STAR + 1]}
        expected |= set(pairwise(members[1:]))
    mixed = random.permutation(len(keys))
    found: set[tuple[int, int]] = set()
    rows = np.zeros((len(keys), 1), dtype=np.uint64)
    rows[:, 0] = keys[mixed] << np.uint64(40)
    values, bounds = by_partition(rows, nodes[mixed])
    for low, high in pairwise(bounds):
        pairs, sorted_by = candidate_pairs(values[low:high].copy(), 90, 5)
        assert len(sorted_by) == 6 and sorted_by[-1] == len(pairs)
        found |= {(int(p) & 0xFFFFFFFF, int(p) >> 32) for p in pairs}
    assert found == expected


def test_a_number_of_strangers_is_a_hub_and_one_party_s_number_is_not() -> None:
    listings = np.arange(60, dtype=np.int32)
    codes = np.repeat([0, 1], 30).astype(np.int64)
    groups = np.arange(60, dtype=np.int32)
    groups[30:] = 30
    accounts = np.arange(60, dtype=np.int64)
    shared = link_shared(listings, codes, groups, accounts, LinkParameters())
    assert shared.hub.tolist() == [True, False]
    assert not shared.kept[shared.codes == 0].any()
    assert shared.kept[shared.codes == 1].all()


def test_a_million_of_the_same_text_is_one_group() -> None:
    texts = ["The same bland text about a wooden table and four chairs"] * 20_000
    groups, _ = _groups(texts, np.arange(len(texts)), 2)
    assert (groups == 0).all()
