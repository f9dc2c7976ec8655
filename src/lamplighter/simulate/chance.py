"""Chance without state: every draw is a hash of what it is for, so order and threads do not matter.

The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable
pseudorandom number generators", OOPSLA 2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S33 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(33)
_U1 = np.uint64(1)

U64 = NDArray[np.uint64]


def mixed(values: Any, purpose: int) -> U64:
    """Hash integers with a purpose (a small number that names the draw); uint64, same shape."""
    z = np.atleast_1d(np.asarray(values)).astype(np.uint64, copy=True)
    with np.errstate(over="ignore"):
        z += np.uint64(purpose + 1) * _GOLDEN
        for _ in range(2):  # twice: neighbouring inputs must not give neighbouring streams
            z = (z ^ (z >> _S30)) * _M1
            z = (z ^ (z >> _S27)) * _M2
            z = z ^ (z >> _S31)
            z += _GOLDEN
    return z


def uniform(values: Any, purpose: int) -> NDArray[np.float64]:
    """A number in [0, 1) for each value."""
    return (mixed(values, purpose) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def below(values: Any, purpose: int, bound: Any) -> NDArray[np.int64]:
    """An integer in [0, bound) for each value; `bound` may be an array."""
    found: NDArray[np.int64] = np.floor(uniform(values, purpose) * bound).astype(np.int64)
    return found


def chosen(values: Any, purpose: int, weights: list[float]) -> NDArray[np.int64]:
    """An index into `weights` for each value, with those odds."""
    edges = np.cumsum(weights) / np.sum(weights)
    edges[-1] = 1.0
    found: NDArray[np.int64] = np.searchsorted(edges, uniform(values, purpose), side="right")
    return found


@inlined
def draw(state: U64, stream: int, bound: int) -> int:
    """The next integer in [0, bound) of one of the streams in `state` (for kernels)."""
    state[stream] = state[stream] + _GOLDEN
    z = state[stream]
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    z = z ^ (z >> _S31)
    # No division: this is the hot spot.
    return np.int64(((z >> _S33) * np.uint64(bound)) >> _S31)  # type: ignore[return-value]


@kernel
def _scatter(places: NDArray[np.int64], size: int, key: U64, out: NDArray[np.int64]) -> None:
    half = np.uint64(1)
    while (_U1 << (half + half)) < np.uint64(size):
        half = half + _U1
    mask = (_U1 << half) - _U1
    for i in range(len(places)):
        x = np.uint64(places[i])
        while True:
            left, right = x >> half, x & mask
            for turn in range(4):
                z = right + key[turn]
                z = (z ^ (z >> _S30)) * _M1
                z = z ^ (z >> _S31)
                left, right = right, left ^ (z & mask)
            x = (left << half) | right
            if x < np.uint64(size):  # cycle walking: a permutation of any size
                break
        out[i] = np.int64(x)


def scattered(places: NDArray[np.int64], size: int, seed: int) -> NDArray[np.int64]:
    """Where a random permutation of `size` things sends each place (int64).

    A four-round Feistel network with cycle walking (Black and Rogaway, CT-RSA 2002): no table of
    the permutation is kept, so memory does not grow with the market.
    """
    out = np.empty(len(places), np.int64)
    _scatter(np.ascontiguousarray(places), size, mixed(np.arange(4) + 8 * seed, 7), out)
    return out
