"""Planted templates for the tests: constant words, slots, edits."""

from __future__ import annotations

from random import Random

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.templates import Templates, find_templates

CITIES = frozenset({"Denver", "Boise", "Tampa", "San Jose", "San Diego", "Lyon"})
NAMES = ("Vera", "Tina", "Wendy", "Olga", "Lucy", "Nora", "Jane", "Rosa")


def words(rng: Random, count: int) -> list[str]:
    """So many different pseudo-words; none starts with a capital."""
    made: set[str] = set()
    while len(made) < count:
        made.add("".join(rng.choice("bdfgkmnprtv") + rng.choice("aeou") for _ in range(3)))
    return rng.sample(sorted(made), count)


def edited(text: list[str], rate: float, spare: list[str], rng: Random) -> list[str]:
    """Each word replaced, dropped or followed by another with the given odds in all."""
    out: list[str] = []
    for word in text:
        roll = rng.random()
        if roll >= rate:
            out.append(word)
        elif roll < rate / 3:
            out.append(rng.choice(spare))
        elif roll < 2 * rate / 3:
            out += [word, rng.choice(spare)]
    return out


def find(
    components: list[list[str]], ids: list[list[str]] | None = None, names: frozenset[str] = frozenset()
) -> Templates:  # fmt: skip
    """Templates of the components; ids are numbers unless given."""
    groups: NDArray[np.int64] = np.repeat(
        np.arange(len(components)), [len(texts) for texts in components]
    ).astype(np.int64)
    texts = [text for component in components for text in component]
    if ids is None:
        listing_ids = [f"L{i:05d}" for i in range(len(texts))]
    else:
        listing_ids = [each for component in ids for each in component]
    found = find_templates(
        groups,
        pa.array(listing_ids, pa.large_string()),
        pa.array(texts, pa.large_string()),
        CITIES,
        names,
    )
    found.table.validate(full=True)
    return found


def shown(row: dict[str, list[dict[str, object]]]) -> str:
    """The consensus on one line, slots as <kind>."""
    return "".join(
        str(part["text"])
        if part["kind"] == "text"
        else f"<{row['slots'][int(str(part['slot']))]['kind']}>"
        for part in row["consensus"]
    )
