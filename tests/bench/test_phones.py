"""The bar for hidden numbers, on a small part of the held-out set."""

from __future__ import annotations

from collections import Counter

import phonenumbers

from bench.phone_set import DEVELOPMENT, HELD_OUT, samples
from bench.phones import tally


def test_held_out_numbers_are_found_and_nothing_else() -> None:
    counts, _ = tally(samples(HELD_OUT, 4711, 3000))
    whole: Counter[str] = Counter()
    for count in counts.values():
        whole.update(count)
    assert whole["right"] >= 0.97 * (whole["right"] + whole["missed"])
    assert whole["right"] >= 0.99 * (whole["right"] + whole["wrong"])


def test_the_sets_share_no_sentence() -> None:
    assert not set(DEVELOPMENT.carriers) & set(HELD_OUT.carriers) - {"{}"}
    assert not set(DEVELOPMENT.fillers) & set(HELD_OUT.fillers)


def test_samples_are_deterministic_and_labelled_with_valid_numbers() -> None:
    first, again = samples(HELD_OUT, 5, 200), samples(HELD_OUT, 5, 200)
    assert first == again
    for sample in first:
        assert sample.number is None or phonenumbers.is_valid_number(
            phonenumbers.parse(sample.number)
        )
