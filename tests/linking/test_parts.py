"""Parts of one campaign: joined by what both say and nobody else does."""

from __future__ import annotations

import functools
import operator
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from bench.classes import make_set
from bench.text_only import factory
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.parts import parts_of_one
from lamplighter.linking.rarity import learn_rarity
from lamplighter.simulate.measures import agreement
from lamplighter.text.tokens import tokenise

PARAMETERS = LinkParameters()


def _words(count: int, chance: Random) -> list[str]:
    return [f"w{chance.randrange(90_000)}x" for _ in range(count)]


@pytest.mark.parametrize(
    ("shared", "own", "others", "form", "one"),
    [
        (9, 2, 0, False, True),
        (9, 2, 20, False, False),  # half as many strangers again say the same
        (4, 0, 0, False, False),  # three pairs are too few
        (6, 14, 0, False, False),  # less than half of what each says
        (9, 2, 0, True, False),  # labels and values
        (45, 2, 0, False, False),  # long texts do not fall apart for want of words
    ],
)
def test_parts_share_half_of_what_they_say_and_few_others_do(
    shared: int, own: int, others: int, form: bool, one: bool
) -> None:
    chance = Random(3)
    same = _words(shared, chance)

    def text(mine: list[str]) -> str:
        pieces = [same[at : at + 3] + _words(1, chance) for at in range(0, len(same), 3)]
        return " ".join(
            functools.reduce(operator.iadd, pieces, []) if form else _words(1, chance) + same + mine
        )

    halves = [_words(own, chance) for _ in range(2)]
    texts = [text(mine) for mine in halves for _ in range(6)]
    texts += [" ".join(same + _words(8, chance)) for _ in range(others)]
    texts += [" ".join(_words(12, chance)) for _ in range(300)]
    tokens = tokenise(pa.array(texts, pa.large_string()))
    order = np.arange(len(texts), dtype=np.int64)
    rarity = learn_rarity(tokens.offsets, tokens.hashes, order, PARAMETERS)
    groups = order.astype(np.int32)
    groups[:6], groups[6:12] = 0, 6
    sources, targets = np.array([2, 3], dtype=np.int32), np.array([8, 40], dtype=np.int32)
    found = parts_of_one(
        groups, sources, targets, tokens.offsets, tokens.hashes, order, rarity, PARAMETERS
    )
    assert found.tolist() == [one, False]  # listing 40 is no group


@pytest.mark.parametrize(("name", "seed", "recall"), [("tiny", 2, 0.6), ("short", 3, 0.45)])
def test_short_texts_are_found_on_a_small_site(name: str, seed: int, recall: float) -> None:
    ids, texts, truth = make_set(name, 1_000, seed, "dev")
    found = agreement(factory()(ids, texts), truth)
    assert found.precision == 1.0
    assert found.recall >= recall
