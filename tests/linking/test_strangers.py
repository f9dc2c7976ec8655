"""What a group shares must be its own: against a slow twin, and what counts as own."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from bench.classes import make_set
from bench.text_only import factory
from lamplighter.linking.labels import labels_of
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import learn_rarity
from lamplighter.linking.shingles import pair
from lamplighter.linking.strangers import of_strangers
from lamplighter.simulate.measures import agreement
from lamplighter.text.tokens import tokenise

PARAMETERS = LinkParameters()


@pytest.mark.parametrize(("name", "seed"), [("forms-8", 1), ("forms-terse", 5), ("natural", 5)])
def test_a_small_site_s_forms_and_trades_make_no_groups(name: str, seed: int) -> None:
    ids, texts, truth = make_set(name, 1_000, seed, "dev")
    found = agreement(factory()(ids, texts), truth)
    assert found.precision >= 0.99
    assert found.recall >= 0.8


def _words(count: int, chance: Random) -> list[str]:
    return [f"w{chance.randrange(9_000)}x" for _ in range(count)]


def _strangers(texts: list[str], groups: list[list[int]]) -> list[bool]:
    """For each of the groups of rows, whether it shares nothing of its own."""
    tokens = tokenise(pa.array(texts, pa.large_string()))
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(tokens.offsets, tokens.hashes, order, PARAMETERS)
    roots = np.arange(len(texts), dtype=np.int32)
    for group in groups:
        roots[group] = min(group)
    told = of_strangers(roots, tokens.offsets, tokens.hashes, order, rarity, PARAMETERS)
    assert not told[[row for row in order if roots[row] == row and (roots == row).sum() == 1]].any()
    assert all(told[group].all() == told[group].any() for group in groups)
    return [bool(told[group].all()) for group in groups]


def test_who_share_what_others_say_too_are_strangers() -> None:
    chance = Random(1)
    stock = [" ".join(_words(8, chance)) for _ in range(12)]
    texts = [". ".join([*chance.sample(stock, 3), *_words(40, chance)]) for _ in range(300)]
    campaign = _words(40, chance)
    copies = [" ".join([*campaign, *_words(8, chance)]) for _ in range(6)]
    both = [f"{stock[0]}. {text}" for text in copies[:3]]
    alike = [i for i, text in enumerate(texts) if stock[0] in text and stock[1] in text]
    count = len(texts)
    groups = [alike, [count, count + 1, count + 2], [count + 6, count + 7, count + 8]]
    assert len(alike) >= 4
    assert _strangers(texts + copies + both, groups) == [True, False, False]


def test_against_a_slow_twin() -> None:
    chance = Random(4)
    stock = [_words(6, chance) for _ in range(20)]
    texts: list[str] = []
    groups: list[list[int]] = []
    for _ in range(120):
        mine = _words(chance.choice((0, 2, 4, 8)), chance)
        some = chance.sample(stock, chance.randint(1, 4))
        groups.append(list(range(len(texts), len(texts) + chance.randint(2, 30))))
        for _ in groups[-1]:
            parts = [*mine, *(word for part in some for word in part), *_words(9, chance)]
            texts.append(" ".join(parts))
    tokens = tokenise(pa.array(texts, pa.large_string()))
    said = []
    for row in range(len(texts)):
        words = tokens.hashes[tokens.offsets[row] : tokens.offsets[row + 1]].tolist()
        said.append(set(zip(words, words[1:], words[2:], strict=False)))
    everywhere = Counter(phrase for each in said for phrase in each)
    expected = []
    for group in groups:
        read = group[:24]
        inside = Counter(phrase for row in read for phrase in said[row])
        shared = [p for p, count in inside.items() if count >= max(2, len(read) / 2)]
        levels = {p: np.floor(8 * np.log2(everywhere[p])) for p in shared}
        own = sum(
            2 * inside[p] * len(group) / len(read) > 2 ** (levels[p] / 8) or levels[p] == 0
            for p in shared
        )
        whole = len(shared) * sum(inside[p] for p in shared) / sum(len(said[row]) for row in read)
        expected.append(not (own >= 8 or 3 * own >= len(shared) or whole >= 12))
    assert 20 < sum(expected) < 100
    assert _strangers(texts, groups) == expected


def test_labels_are_what_all_have_in_short_pieces() -> None:
    chance = Random(7)
    labels = [_words(3, chance) for _ in range(8)]
    form = [
        " ".join(w for label in labels for w in [*label, *_words(2, chance)]) for _ in range(30)
    ]
    campaign = _words(40, chance)
    copies = []
    for _ in range(30):
        text = list(campaign)
        for at in chance.sample(range(40), 4):
            text[at] = _words(1, chance)[0]
        copies.append(" ".join(text))
    texts = form + copies + [" ".join(_words(40, chance)) for _ in range(400)]
    tokens = tokenise(pa.array(texts, pa.large_string()))
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(tokens.offsets, tokens.hashes, order, PARAMETERS)
    groups = order.astype(np.int32)
    groups[:30], groups[30:60] = 0, 30
    found = labels_of(groups, tokens.offsets, tokens.hashes, order, rarity, PARAMETERS)
    first = tokens.hashes[tokens.offsets[0] : tokens.offsets[1]]
    said = [int(pair(a, b)) for a, b in pairwise(first)]
    inside = {said[at] for at in range(len(said)) if at % 5 < 2}
    assert set(found.tolist()) == inside


@pytest.mark.parametrize(("parts", "form"), [("L2L1L1", True), ("1L2L1L", False), ("L2L2", False)])
def test_a_short_form_begins_with_a_label_and_ends_with_a_value(parts: str, form: bool) -> None:
    chance = Random(8)
    labels = [_words(3, chance) for _ in parts]
    texts = []
    for _ in range(30):
        pieces = [
            label if part == "L" else _words(int(part), chance)
            for part, label in zip(parts, labels, strict=True)
        ]
        texts.append(" ".join(word for piece in pieces for word in piece))
    texts += [" ".join(_words(12, chance)) for _ in range(400)]
    tokens = tokenise(pa.array(texts, pa.large_string()))
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(tokens.offsets, tokens.hashes, order, PARAMETERS)
    groups = order.astype(np.int32)
    groups[:30] = 0
    found = labels_of(groups, tokens.offsets, tokens.hashes, order, rarity, PARAMETERS)
    assert len(found) == (2 * parts.count("L") if form else 0)
