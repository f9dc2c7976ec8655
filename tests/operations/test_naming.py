"""Ids derive from the smallest listing id, whatever the order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.operations.naming import smallest_members, stable_id


@given(st.lists(st.text(max_size=4), min_size=1, max_size=30, unique=True), st.integers(1, 5))
def test_smallest_members_by_bytes(names: list[str], groups: int) -> None:
    names = [name.replace("\x00", "") or "-" for name in names]
    names = list(dict.fromkeys(names))
    parts = [part for part in np.array_split(np.arange(len(names)), groups) if len(part)]
    bounds = np.cumsum([0, *(len(part) for part in parts)])
    order = np.concatenate([part[::-1] for part in parts])
    found = smallest_members(pa.array(names, pa.large_string()), order, bounds)
    for part, row in zip(parts, found.tolist(), strict=True):
        assert names[row] == min((names[at] for at in part), key=str.encode)


def test_stable_id() -> None:
    assert stable_id("op", "a1") == stable_id("op", "a1")
    assert stable_id("op", "a1") != stable_id("tpl", "a1")
    assert len(stable_id("op", "é")) == 19
