"""The description length against its formula, written out by hand."""

from __future__ import annotations

from math import log2
from random import Random

import pytest

from tests.linking.templates.planted import find, words


def _expected(members: int, constant: int, slot_words: int) -> float:
    """Bits saved where all members have all constant words, and a slot of new words each."""
    tokens = members * (constant + slot_words)
    word = log2((tokens + 1) / members)
    deviation = 0.5 / (members * constant + 1)
    insertion = 0.5 / (members * (constant if slot_words else constant + 1) + 1)
    gaps = constant if slot_words else constant + 1
    gain = constant * (word + log2(1 - deviation)) + gaps * log2(1 - insertion)
    cost = constant * word + 2 * 0.5 * log2(members + 1)
    if slot_words:
        gain += log2((members + 0.5) / (members + 1)) - slot_words
        cost += log2(constant + 2) + 0.5 * log2(members + 1)
    return members * gain - cost


@pytest.mark.parametrize(
    ("members", "constant", "slot_words"), [(5, 20, 1), (20, 40, 2), (30, 9, 1)]
)
def test_one_slot(members: int, constant: int, slot_words: int) -> None:
    rng = Random(members)
    pool = words(rng, constant + members * slot_words)
    fixed, free = pool[:constant], pool[constant:]
    half = constant // 2
    texts = [
        " ".join([*fixed[:half], *free[at * slot_words : (at + 1) * slot_words], *fixed[half:]])
        for at in range(members)
    ]
    (row,) = find([texts]).table.to_pylist()
    assert row["saved_bits"] == pytest.approx(_expected(members, constant, slot_words))


@pytest.mark.parametrize("members", [2, 3, 1000])
def test_equal_texts(members: int) -> None:
    text = " ".join(words(Random(1), 30))
    (row,) = find([[text] * members]).table.to_pylist()
    # Equal texts are one sequence: words are priced by it alone, listings are all counted.
    single = log2(31)
    deviation = 0.5 / (members * 30 + 1)
    insertion = 0.5 / (members * 31 + 1)
    gain = 30 * (single + log2(1 - deviation)) + 31 * log2(1 - insertion)
    assert row["saved_bits"] == pytest.approx(members * gain - 30 * single - log2(members + 1))


def test_what_costs_more_than_it_saves_is_refused() -> None:
    """Two words in common are no template of two long texts."""
    rng = Random(2)
    pool = words(rng, 100)
    found = find(
        [[" ".join([*pool[:40], "blue", "door"]), " ".join([*pool[40:80], "blue", "door"])]]
    )
    assert found.template_of.tolist() == [-1, -1]
    assert len(found.table) == 0


def test_rare_deviations_stay_edits() -> None:
    """One of thirty says another word: no slot. Ten of thirty do: a slot."""
    fixed = words(Random(3), 30)
    common = [" ".join(fixed)]
    other = [" ".join([*fixed[:12], word, *fixed[13:]]) for word in words(Random(4), 10)]
    (row,) = find([common * 29 + other[:1]]).table.to_pylist()
    assert row["listings"] == 30
    assert row["slots"] == []
    (row,) = find([common * 20 + other]).table.to_pylist()
    (slot,) = row["slots"]
    assert slot["distinct"] == 11
    assert slot["values"][0] == {"value": fixed[12], "count": 20}
