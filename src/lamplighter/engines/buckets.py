"""Numbers sorted into buckets, in memory while they are few and in files when they are many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Buckets:
    """`count` growing arrays of uint64. Not thread-safe: one thread adds, then each is taken once.

    `folder` (made by the caller, removed by the caller) holds a file per bucket; None: memory.
    """

    def __init__(self, count: int, folder: Path | None) -> None:
        self.sizes = [0] * count
        self._parts: list[list[NDArray[np.uint64]]] = [[] for _ in range(count)]
        self._files = [(folder / f"{i}").open("w+b") for i in range(count)] if folder else []

    def add(self, values: NDArray[np.uint64], bounds: NDArray[np.int64]) -> None:
        """Add values (m,) that lie by bucket: bucket i is values[bounds[i]:bounds[i+1]]."""
        for i in range(len(bounds) - 1):
            part = values[bounds[i] : bounds[i + 1]]
            self.sizes[i] += len(part)
            if len(part) and self._files:
                self._files[i].write(part.tobytes())
            elif len(part):
                self._parts[i].append(part.copy())

    def take(self, number: int) -> NDArray[np.uint64]:
        """All values of one bucket, which is emptied."""
        if self._files:
            with self._files[number] as file:
                file.seek(0)
                values: NDArray[np.uint64] = np.frombuffer(file.read(), dtype=np.uint64).copy()
                file.seek(0)
                file.truncate()
            return values
        parts, self._parts[number] = self._parts[number], []
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()
