"""Short phrases of a text as hashes. A masked token (0) is in no phrase."""

from __future__ import annotations

import numpy as np

from lamplighter.foundation.jit import inlined

#: What a masked token is replaced with; the tokeniser never gives it.
MASKED = np.uint32(0)


@inlined
def spread(value: np.uint64) -> np.uint64:
    """The final mix of splitmix64 (Steele, Lea, Flood 2014): neighbours land far apart."""
    z = np.uint64(value + np.uint64(0x9E3779B97F4A7C15))
    z = np.uint64((z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
    z = np.uint64((z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
    return np.uint64(z ^ (z >> np.uint64(31)))


@inlined
def pair(a: np.uint32, b: np.uint32) -> np.uint64:
    """Two tokens in order."""
    return np.uint64((np.uint64(a) << np.uint64(32)) | np.uint64(b))


@inlined
def triple(a: np.uint32, b: np.uint32, c: np.uint32) -> np.uint64:
    """Hash of three tokens in order."""
    return spread(np.uint64(pair(a, b) * np.uint64(0x9DDFEA08EB382D69) + np.uint64(c)))
