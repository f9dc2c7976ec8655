"""Sentences with numbers in them, made for all operations at once.

`{circuit}` is a feature; `{n}` the listings a reason rests on; `{terms}` the texts found;
`{trade}` the trade. `{n:listing|listings}` adds the word in singular or plural.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import Floats, Indices
from lamplighter.operations.features import Features

PLACEHOLDER = re.compile(r"\{([a-z0-9_.-]+)(?::([^|{}]*)\|([^|{}]*))?\}")


def sentences(
    template: str, operations: Indices, n: Floats, terms: Sequence[str] | None, features: Features
) -> pa.Array:
    """One sentence for each of the operations; `n` is (m,), `terms` (m,) texts."""
    parts: list[pa.Array | pa.Scalar] = []
    last = 0
    for found in PLACEHOLDER.finditer(template):
        parts.append(pa.scalar(template[last : found.start()], pa.large_string()))
        last = found.end()
        name, singular, plural = found.groups()
        if name in ("terms", "trade"):
            texts = terms if name == "terms" else features.words["trade"]
            chosen = [texts[at] for at in operations.tolist()] if texts else [""] * len(operations)
            parts.append(pa.array(chosen, pa.large_string()))
            continue
        numbers = (n if name == "n" else features.values[name])[operations]
        parts.append(_numbers(numbers, singular, plural))
    parts.append(pa.scalar(template[last:], pa.large_string()))
    if all(isinstance(part, pa.Scalar) for part in parts):
        return pa.repeat(parts[0], len(operations))
    return pc.binary_join_element_wise(*parts, pa.scalar("", pa.large_string()))


def number_text(value: float, singular: str | None = None, plural: str | None = None) -> str:
    """12, 1,234 or 2.5; with the word that fits."""
    text = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    if singular is None:
        return text
    return f"{text} {singular if text == '1' else plural}"


def _numbers(values: Floats, singular: str | None, plural: str | None) -> pa.Array:
    distinct, inverse = np.unique(values, return_inverse=True)
    texts = [number_text(value, singular, plural) for value in distinct.tolist()]
    return pa.array(texts, pa.large_string()).take(pa.array(inverse))
