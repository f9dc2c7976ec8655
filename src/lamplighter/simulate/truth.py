"""What is true of each listing: its template, its party, and what was planted."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.simulate.kinds import Mix
from lamplighter.simulate.rows import Rows

#: The truth, one row per listing id (a later version has none of its own).
TRUTH_SCHEMA = pa.schema(
    [
        pa.field("listing_id", pa.large_string(), nullable=False),
        # The text that it shares with others; empty for singles.
        pa.field("template_id", pa.large_string(), nullable=False),
        # The party behind it, ordinary or not; empty for singles.
        pa.field("operation_id", pa.large_string(), nullable=False),
        # `single`, or the name of a `kinds.Kind`.
        pa.field("kind", pa.large_string(), nullable=False),
        # What was planted: `control`, `movement`, `control+movement`, or empty.
        pa.field("planted", pa.large_string(), nullable=False),
    ]
)


def truth_of(found: Rows, ids: pa.Array, mix: Mix) -> pa.RecordBatch:
    """The truth about some listings (`TRUTH_SCHEMA`); `ids` are their listing ids."""
    kinds = [kind.name for kind in mix.kinds]
    planted = [kind.planted for kind in mix.kinds]
    last = len(kinds)
    kind = np.where(found.kind < 0, last, found.kind)
    operation = np.where(found.party < 0, -1, found.party)
    template = np.where(found.party < 0, -1, found.party * 16 + found.template)
    arrays = [
        ids,
        _numbered("T", template),
        _numbered("O", operation),
        looked_up([*kinds, "single"], kind),
        looked_up([*planted, ""], kind),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=TRUTH_SCHEMA)


def _numbered(letter: str, numbers: NDArray[np.int64]) -> pa.Array:
    distinct, index = np.unique(numbers, return_inverse=True)
    names = ["" if number < 0 else f"{letter}{number:07d}" for number in distinct.tolist()]
    return looked_up(names, index.astype(np.int64))


def looked_up(names: list[str], index: NDArray[np.int64]) -> pa.Array:
    """The name at each index, as `large_string`."""
    return pa.array(names, pa.large_string()).take(pa.array(index))
