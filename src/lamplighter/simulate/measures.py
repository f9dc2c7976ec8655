"""How well predicted clusters match planted ones: counts of pairs, without looking at pairs.

All measures come from the contingency table of the two labellings, so ten million rows take
seconds and the result is exact (Python integers from the sums on: squares of 10 M overflow
float64's 53 bits, though not int64).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """Measures of a predicted labelling against the truth. Ratios are in 0..1.

    Pairs are unordered pairs of rows with the same label; a row without a label (-1) pairs with
    none. A ratio over nothing is 1: who predicts no pair makes no wrong one.
    """

    rows: int
    planted: int  # rows with a true label, singletons of the truth not counted
    true_pairs: int
    predicted_pairs: int
    common_pairs: int
    precision: float
    recall: float
    f1: float
    adjusted_rand: float
    found: float  # share of the planted that stand in a predicted cluster of two or more
    planted_of_two: int  # rows planted in campaigns of two
    found_pairs: float  # the found share of those
    largest_predicted: int
    largest_true: int


def agreement(predicted: Labels, truth: Labels) -> Agreement:
    """Pairwise precision, recall and F1, adjusted Rand index, found share, largest components.

    predicted, truth: (rows,) integers, equal numbers mean one cluster, negative means none. The
    adjusted Rand index is that of Hubert & Arabie, "Comparing partitions" (Journal of
    Classification 2, 1985), with rows without a label as clusters of one. Raises `ValueError`
    for unequal lengths.
    """
    predicted, truth = _integers(predicted), _integers(truth)
    if predicted.shape != truth.shape or predicted.ndim != 1:
        raise ValueError(f"labels of {predicted.shape} rows against truth of {truth.shape} rows")
    rows = len(truth)
    mine, theirs = _sizes(predicted), _sizes(truth)
    predicted_pairs, true_pairs = _pairs(mine), _pairs(theirs)
    common = _pairs(_cells(predicted, truth))
    precision = common / predicted_pairs if predicted_pairs else 1.0
    recall = common / true_pairs if true_pairs else 1.0
    both = predicted_pairs + true_pairs
    row_size = _own_size(truth)
    planted = row_size >= 2
    caught = planted & (_own_size(predicted) >= 2)
    two = row_size == 2
    return Agreement(
        rows=rows,
        planted=int(planted.sum()),
        true_pairs=true_pairs,
        predicted_pairs=predicted_pairs,
        common_pairs=common,
        precision=precision,
        recall=recall,
        f1=2 * common / both if both else 1.0,
        adjusted_rand=_adjusted_rand(common, predicted_pairs, true_pairs, rows),
        found=_share(caught, planted),
        planted_of_two=int(two.sum()),
        found_pairs=_share(caught & two, two),
        largest_predicted=int(mine.max(initial=0)),
        largest_true=int(theirs.max(initial=0)),
    )


def found_by_size(
    predicted: Labels, truth: Labels, edges: tuple[int, ...] = (2, 3, 5, 11, 41, 201)
) -> list[tuple[int, int, float]]:
    """Found share by size of the true campaign: (first size, planted rows, share) per range.

    Ranges run from one edge up to the next, the last without an end; empty ones are left out.
    """
    predicted, truth = _integers(predicted), _integers(truth)
    size, caught = _own_size(truth), _own_size(predicted) >= 2
    ends = (*edges[1:], np.iinfo(np.int64).max)
    out = []
    for start, end in zip(edges, ends, strict=True):
        inside = (size >= start) & (size < end)
        if inside.any():
            out.append((start, int(inside.sum()), _share(caught, inside)))
    return out


def _integers(labels: Labels) -> Labels:
    return np.ascontiguousarray(labels, dtype=np.int64)


def _sizes(labels: Labels) -> Labels:
    """Sizes of the clusters; rows without a label are left out."""
    return np.unique(labels[labels >= 0], return_counts=True)[1].astype(np.int64)


def _own_size(labels: Labels) -> Labels:
    """(rows,) the size of each row's cluster, 0 for a row without a label."""
    out = np.zeros(len(labels), np.int64)
    some = labels >= 0
    _, inverse, counts = np.unique(labels[some], return_inverse=True, return_counts=True)
    out[some] = counts[inverse]
    return out


def _cells(left: Labels, right: Labels) -> Labels:
    """Counts of the rows that share both labels: the cells of the contingency table above 0."""
    both = (left >= 0) & (right >= 0)
    a = np.unique(left[both], return_inverse=True)[1].astype(np.int64)
    b, b_of = np.unique(right[both], return_inverse=True)
    # Dense codes: the product stays below rows², which int64 holds for three billion rows.
    counts: Labels = np.unique(a * len(b) + b_of, return_counts=True)[1].astype(np.int64)
    return counts


def _pairs(sizes: Labels) -> int:
    """Unordered pairs within clusters. Exact to 4 billion rows in one cluster (int64)."""
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    count = int(whole.sum())
    return int((part & whole).sum()) / count if count else 1.0


def _adjusted_rand(common: int, predicted: int, true: int, rows: int) -> float:
    every = rows * (rows - 1) // 2
    if every == 0 or predicted == true == common:
        return 1.0
    expected = predicted * true / every
    most = (predicted + true) / 2
    return (common - expected) / (most - expected)
