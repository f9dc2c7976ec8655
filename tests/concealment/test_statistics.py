"""Tests and intervals against values from their definitions."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from lamplighter.concealment.guarded_labels import parted
from lamplighter.concealment.statistics import chance_of, clopper_pearson, holm, stratified, wilson


def test_chance_is_the_binomial_tail() -> None:
    slow = sum(comb(9, k) * 0.1**k * 0.9 ** (9 - k) for k in range(3, 10))
    assert float(chance_of(3, 9, 0.1)) == pytest.approx(slow)
    assert float(chance_of(0, 9, 0.1)) == 1.0


def test_intervals_hold_their_rate() -> None:
    low, high = clopper_pearson(np.array([0, 5, 7]), np.array([10, 5, 10]))
    assert low[0] == 0 and high[1] == 1 and low[1] == pytest.approx(0.025 ** (1 / 5))
    low, high = wilson(np.array([0, 3]), np.array([0, 10]))
    assert (low[0], high[0]) == (0, 1)
    assert (low[1], high[1]) == (pytest.approx(0.1078, abs=1e-4), pytest.approx(0.6032, abs=1e-4))


def test_holm_steps_down() -> None:
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.01], tests=100).tolist() == pytest.approx([1.0])


def test_equal_treatment_is_not_told_apart() -> None:
    assert stratified([5, 5], [10, 10], [50, 50], [100, 100]) > 0.9
    assert stratified([10, 10], [10, 10], [5, 5], [100, 100]) < 1e-6
    assert stratified([0], [10], [0], [100]) == 1.0


def test_a_threshold_parts_refused_from_accepted() -> None:
    assert parted(np.array([1, 2, 3]), np.array([5, 9])) == 1.0
    assert parted(np.array([400, 90, 310]), np.array([390, 80, 300])) < 0.9
