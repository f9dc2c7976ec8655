"""Intervals and tests over counts. All functions take arrays or numbers and broadcast."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, betaincinv, chdtrc, ndtri

F64 = NDArray[np.float64]

#: Two-sided 95 %.
_Z = float(ndtri(0.975))


def wilson(hits: Any, trials: Any) -> tuple[F64, F64]:
    """95 % interval of a rate (Wilson, JASA 1927); (0, 1) without trials."""
    k, n = np.asarray(hits, float), np.asarray(trials, float)
    safe = np.maximum(n, 1)
    rate = k / safe
    centre = rate + _Z**2 / (2 * safe)
    spread = _Z * np.sqrt(rate * (1 - rate) / safe + _Z**2 / (4 * safe**2))
    low = np.where(n > 0, (centre - spread) / (1 + _Z**2 / safe), 0.0)
    high = np.where(n > 0, (centre + spread) / (1 + _Z**2 / safe), 1.0)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def clopper_pearson(hits: Any, trials: Any) -> tuple[F64, F64]:
    """95 % exact interval of a rate (Clopper and Pearson, Biometrika 1934)."""
    k, n = np.asarray(hits, float), np.asarray(trials, float)
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, 0.025), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 0.975), 1.0)
    return low, high


def chance_of(hits: Any, trials: Any, base: Any) -> F64:
    """P(X ≥ hits) for X binomial with `trials` and rate `base`; 1 where nothing was hit."""
    k, n = np.asarray(hits, np.int64), np.asarray(trials, np.int64)
    return np.asarray(np.where(k > 0, bdtrc(np.maximum(k - 1, 0), n, base), 1.0), float)


def holm(p: Any, tests: int | None = None) -> F64:
    """Holm's adjusted p-values (Scandinavian Journal of Statistics, 1979) of `tests` tests.

    `p` may be some of the tests only: those not given are taken as larger than all given ones.
    """
    values = np.asarray(p, float)
    order = np.argsort(values, kind="stable")
    count = max(tests or 0, len(values))
    stepped = np.maximum.accumulate(values[order] * (count - np.arange(len(values))))
    out = np.empty(len(values))
    out[order] = np.minimum(stepped, 1.0)
    return out


def stratified(hits: Any, trials: Any, other_hits: Any, other_trials: Any) -> float:
    """Two-sided p-value that two groups are treated alike over strata (Cochran, Mantel, Haenszel).

    Mantel and Haenszel, JNCI 1959, with the continuity correction; 1 where nothing can be told.
    """
    a, n1 = np.asarray(hits, float), np.asarray(trials, float)
    c, n2 = np.asarray(other_hits, float), np.asarray(other_trials, float)
    total, hit = n1 + n2, a + c
    use = (n1 > 0) & (n2 > 0) & (hit > 0) & (hit < total)
    if not use.any():
        return 1.0
    a, n1, n2, total, hit = a[use], n1[use], n2[use], total[use], hit[use]
    expected = n1 * hit / total
    variance = n1 * n2 * hit * (total - hit) / (total**2 * np.maximum(total - 1, 1))
    spread = float(variance.sum())
    if spread <= 0:
        return 1.0
    statistic = max(abs(float((a - expected).sum())) - 0.5, 0.0) ** 2 / spread
    return float(chdtrc(1, statistic))
