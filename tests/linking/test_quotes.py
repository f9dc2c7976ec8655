"""A passage that strangers repeat is told from a campaign's words by how a group shares it."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa

from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.quotes import quotes_of
from lamplighter.linking.rarity import learn_rarity
from lamplighter.linking.shingles import pair
from lamplighter.text.tokens import tokenise

PARAMETERS = LinkParameters()


def words(count: int, chance: Random) -> list[str]:
    return [f"w{chance.randrange(20_000)}x" for _ in range(count)]


def found(texts: list[list[str]], groups: list[int]) -> set[int]:
    tokens = tokenise(pa.array([" ".join(text) for text in texts], pa.large_string()))
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(tokens.offsets, tokens.hashes, order, PARAMETERS)
    quotes = quotes_of(
        np.array(groups, np.int32), tokens.offsets, tokens.hashes, order, rarity, PARAMETERS
    )
    return set(quotes.tolist())


def pairs_of(text: list[str]) -> set[int]:
    hashes = tokenise(pa.array([" ".join(text)], pa.large_string())).hashes
    return {int(pair(np.uint32(a), np.uint32(b))) for a, b in pairwise(hashes.tolist())}


def test_a_passage_that_strangers_repeat_is_found_wherever_it_stands() -> None:
    chance = Random(1)
    passage = words(25, chance)
    texts = []
    for _ in range(12):
        text, at = words(50, chance), chance.randrange(51)
        texts.append([*text[:at], *passage, *text[at:]])
    assert found(texts, [0] * 12) == pairs_of(passage)
    assert found(texts[:2], [0, 0]) == pairs_of(passage)
    assert found(texts, list(range(12))) == set()


def test_so_it_is_where_a_campaign_repeats_it_as_well() -> None:
    chance = Random(2)
    passage, own = words(25, chance), words(45, chance)
    texts = [[*words(4, chance), *own, *passage] for _ in range(10)]
    texts += [[*words(60, chance), *passage] for _ in range(5)]
    assert found(texts, [0] * 15) == pairs_of(passage)


def test_a_campaign_s_own_words_are_none() -> None:
    chance = Random(3)
    own = words(40, chance)
    slots = [[*words(8, chance), *own, *words(8, chance)] for _ in range(12)]
    sentences = [own[at : at + 10] for at in range(0, 40, 10)]
    padded = []
    for _ in range(12):
        parts = [*sentences, *(words(10, chance) for _ in range(4))]
        chance.shuffle(parts)
        padded.append([word for part in parts for word in part])
    edited = []
    for _ in range(12):
        text = list(own)
        for at in chance.sample(range(40), 6):
            text[at] = words(1, chance)[0]
        edited.append([*text, *words(35, chance)])
    for texts in (slots, padded, edited):
        assert found(texts, [0] * 12) == set()


def test_the_order_of_members_and_of_groups_changes_nothing() -> None:
    chance = Random(4)
    texts, groups = [], []
    for group in range(6):
        passage = words(20, chance)
        for _ in range(group + 1):
            texts.append([*words(40, chance), *passage])
            groups.append(group)
    roots = [groups.index(group) for group in groups]
    expected = found(texts, roots)
    order = list(range(len(texts)))
    chance.shuffle(order)
    moved = [groups[at] for at in order]
    assert found([texts[at] for at in order], [moved.index(group) for group in moved]) == expected
    assert len(expected) == 5 * 19
