"""A long array written to a file piece by piece, and mapped when it is whole."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Number = TypeVar("Number", bound=np.generic)


class ColumnFile(Generic[Number]):
    """Append pieces, then `read` once. Joining pieces in memory would take the memory twice."""

    def __init__(self, path: Path, dtype: DTypeLike) -> None:
        self._path = path
        self._dtype = np.dtype(dtype)
        self._file = path.open("wb")

    def append(self, values: NDArray[Number]) -> None:
        """Write values of the file's type."""
        self._file.write(np.ascontiguousarray(values, dtype=self._dtype).data)

    def read(self) -> NDArray[Number]:
        """All values. The file must stay until they are no longer used; writing to them does not
        reach it."""
        self._file.close()
        if self._path.stat().st_size == 0:
            return np.zeros(0, dtype=self._dtype)
        with self._path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        return np.frombuffer(mapped, dtype=self._dtype)
