"""Runs of rows: reorder them whole, or keep the first few of each."""

from __future__ import annotations

import numpy as np

from lamplighter.operations.columns import Indices


def offsets_of(counts: Indices) -> Indices:
    """(k+1,) offsets of runs with these lengths."""
    result = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=result[1:])
    return result


def spread(starts: Indices, counts: Indices) -> Indices:
    """The indices start, start+1, … of each run, one run after the other."""
    bounds = offsets_of(counts)
    return np.repeat(starts - bounds[:-1], counts) + np.arange(bounds[-1])


def first_few(groups: Indices, cap: Indices) -> tuple[Indices, Indices]:
    """Of entries sorted by group: indices of the first `cap[group]` of each, and their groups."""
    rank = np.arange(len(groups)) - np.searchsorted(groups, groups, "left")
    kept = np.flatnonzero(rank < cap[groups])
    return kept, groups[kept]
