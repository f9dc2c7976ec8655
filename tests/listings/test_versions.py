"""Versions: the current row of each listing, whatever the order of rows."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.listings.versions import settle

ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_settle_equals_a_slow_twin_in_every_order(
    rows: list[tuple[str, int, int]], dice: object
) -> None:
    def current(table: list[tuple[str, int, int]]) -> tuple[list[tuple[str, int, int]], int]:
        ids = pa.chunked_array([pa.array([row[0] for row in table], pa.large_string())])
        posted = np.array([row[1] for row in table], np.int64)
        content = np.array([row[1] * 10 + row[2] for row in table], np.uint64)
        settled = settle(ids, posted, content)
        assert all(settled.listing_of_row[settled.order] == np.arange(len(settled.order)))
        return [table[i] for i in settled.order], len(settled.duplicates)

    first = current(rows)
    shuffled = list(rows)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert current(shuffled) == first
    expected = {name: max(row[1:] for row in rows if row[0] == name) for name, _, _ in rows}
    assert {row[0]: row[1:] for row in first[0]} == expected
    assert first[1] == len(rows) - len(set(rows))
