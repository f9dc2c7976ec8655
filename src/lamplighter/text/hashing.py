"""64-bit hashes of strings, over Arrow buffers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel


@inlined
def hash_span(data: NDArray[np.uint8], begin: int, end: int) -> np.uint64:
    """Hash of the bytes from `begin` to `end`; for kernels."""
    h = np.uint64(0xCBF29CE484222325)  # FNV-1a, then splitmix64's final mix
    for at in range(begin, end):
        h = np.uint64((h ^ np.uint64(data[at])) * np.uint64(0x100000001B3))
    h = np.uint64((h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
    h = np.uint64((h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
    return np.uint64(h ^ (h >> np.uint64(31)))


@kernel
def _hash(data: NDArray[np.uint8], rows: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    for row in range(len(rows) - 1):
        out[row] = hash_span(data, rows[row], rows[row + 1])


def hash_strings(texts: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    """(n,) hash of each large_string; a null hashes as an empty string."""
    if isinstance(texts, pa.ChunkedArray):
        parts = [hash_strings(chunk) for chunk in texts.chunks]
        return np.concatenate(parts) if parts else np.zeros(0, np.uint64)
    out = np.zeros(len(texts), dtype=np.uint64)
    if len(texts) == 0:
        return out
    _, offsets, data = texts.buffers()
    rows = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(1, np.uint8)
    _hash(content, rows, out)
    return out


def hash_numbers(values: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.uint64]:
    """(n,) hash of each number's 64 bits (splitmix64)."""
    bits = np.ascontiguousarray(values).view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashed: NDArray[np.uint64] = bits ^ (bits >> np.uint64(31))
    return hashed
