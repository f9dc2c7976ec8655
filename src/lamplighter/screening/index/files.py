"""Arrays on disk: written and synced, mapped when read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def write_array(folder: Path, name: str, values: NDArray[Any]) -> None:
    """Write the bytes of an array to `folder/name` and sync them. OSError if that fails."""
    with (folder / name).open("wb") as file:
        file.write(np.ascontiguousarray(values).data)
        file.flush()
        os.fsync(file.fileno())


def map_array(folder: Path, name: str, dtype: DTypeLike, width: int = 0) -> NDArray[Any]:
    """The array of that type, (n,) or (n, width), mapped from disk and read-only."""
    path = folder / name
    shape = (-1, width) if width else (-1,)
    if path.stat().st_size == 0:
        return np.zeros((0, width) if width else (0,), dtype)
    return np.asarray(np.memmap(path, dtype, "r")).reshape(shape)
