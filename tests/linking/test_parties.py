"""A part of a campaign is enough to know the rest of it; who fills in the same form is not of it."""

from __future__ import annotations

from random import Random

import numpy as np
import pyarrow as pa

from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.parties import few_of_each_party
from lamplighter.linking.rarity import learn_rarity
from lamplighter.text.tokens import tokenise

PARAMETERS = LinkParameters()
NUMBER = 1000


def kept(texts: list[str], grouped: list[int]) -> set[int]:
    """Rows to learn from where only the rows `grouped` are a group."""
    tokens = tokenise(pa.array(texts, pa.large_string()))
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(tokens.offsets, tokens.hashes, order, PARAMETERS)
    groups = np.arange(len(texts), dtype=np.int32)
    groups[grouped] = min(grouped)
    few = few_of_each_party(groups, tokens.offsets, tokens.hashes, order, rarity, PARAMETERS)
    return set(few.tolist())


def words(count: int, chance: Random) -> list[str]:
    return [f"w{chance.randrange(20_000)}x" for _ in range(count)]


def test_a_listing_that_says_what_a_group_says_is_of_its_party() -> None:
    chance = Random(1)
    campaign = words(50, chance)
    texts = []
    for _ in range(120):
        text = list(campaign)
        for at in chance.sample(range(50), 4):
            text[at] = words(1, chance)[0]
        texts.append(" ".join(text + words(chance.randrange(10, 16), chance)))
    texts += [" ".join(words(60, chance)) for _ in range(NUMBER - 120)]
    few = kept(texts, list(range(40, 70)))
    assert len(few & set(range(120))) == PARAMETERS.of_a_party
    assert few >= set(range(120, NUMBER))
    # A tenth of it in groups is too little to go by.
    assert kept(texts, list(range(40, 52))) == set(range(NUMBER))


def test_whoever_fills_in_the_same_form_is_not() -> None:
    chance = Random(2)
    labels = [" ".join(words(3, chance)) for _ in range(10)]

    def form(values: list[str]) -> str:
        return " ".join(f"{label} {value}" for label, value in zip(labels, values, strict=True))

    mine = words(10, chance)
    texts = [form(mine) for _ in range(20)] + [form(words(10, chance)) for _ in range(400)]
    texts += [" ".join(words(40, chance)) for _ in range(NUMBER - 420)]
    assert kept(texts, list(range(20))) >= set(range(20, NUMBER))


def test_a_stock_sentence_is_no_party() -> None:
    chance = Random(3)
    stock = " ".join(words(14, chance))
    texts = [f"{stock} {' '.join(words(40, chance))}" for _ in range(300)]
    texts += [" ".join(words(40, chance)) for _ in range(NUMBER - 300)]
    assert kept(texts, list(range(10))) == set(range(NUMBER))


def test_a_campaign_of_which_nothing_is_linked_is_a_party() -> None:
    chance = Random(4)
    campaign = words(50, chance)
    texts = []
    for _ in range(300):
        text = list(campaign)
        for at in chance.sample(range(50), 4):
            text[at] = words(1, chance)[0]
        texts.append(" ".join(text))
    texts += [" ".join(words(60, chance)) for _ in range(NUMBER - 300)]
    few = kept(texts, [0])
    assert len(few & set(range(300))) == PARAMETERS.of_a_party
    assert few >= set(range(300, NUMBER))


def test_the_frame_of_a_website_is_no_party() -> None:
    chance = Random(5)
    head, foot = " ".join(words(20, chance)), " ".join(words(60, chance))
    texts = [f"{head} {' '.join(words(25, chance))} {foot}" for _ in range(300)]
    texts += [" ".join(words(60, chance)) for _ in range(NUMBER - 300)]
    assert kept(texts, [0]) == set(range(NUMBER))


def test_a_frame_with_several_fields_is_no_party_though_a_group_of_it_is_there() -> None:
    chance = Random(6)
    head, middle, foot = (" ".join(words(20, chance)) for _ in range(3))

    def filled() -> str:
        # Now the one field is longer, now the other.
        first, second = chance.choice([(30, 12), (12, 30)])
        return " ".join([head, *words(first, chance), middle, *words(second, chance), foot])

    texts = [filled() for _ in range(300)]
    texts += [" ".join(words(60, chance)) for _ in range(NUMBER - 300)]
    assert kept(texts, list(range(100))) >= set(range(100, NUMBER))
