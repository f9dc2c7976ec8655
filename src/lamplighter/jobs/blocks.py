"""Rows of all parts sorted into blocks on disk, so that a block can be read by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.in_order import in_order
from lamplighter.foundation.table_file import TableFile

Item = TypeVar("Item")
#: The column that says where a row belongs.
PLACE = "_place"


class Placed(NamedTuple):
    """Rows with their places (m,), in any order; a negative place: in no block."""

    table: pa.Table
    places: NDArray[np.int64]


class Blocks:
    """Tables of several kinds, cut at `bounds` (b+1,) of places; a file for each kind and block."""

    def __init__(self, folder: Path, bounds: NDArray[np.int64], kinds: tuple[str, ...]) -> None:
        folder.mkdir()
        self.bounds = bounds
        self._files = {
            kind: [TableFile(folder / f"{kind}-{number}.arrow") for number in range(len(self))]
            for kind in kinds
        }

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def fill(
        self,
        pieces_of: Callable[[Item], tuple[Placed, ...]],
        parts: Iterable[Item],
        threads: int,
    ) -> None:
        """Write the pieces of all parts, one for each kind; threads work on parts."""

        def work(part: Item) -> list[list[pa.Table | None]]:
            return [self._cut(piece) for piece in pieces_of(part)]

        for pieces in in_order(work, parts, threads):
            for files, tables in zip(self._files.values(), pieces, strict=True):
                for file, table in zip(files, tables, strict=True):
                    if table is not None:
                        file.append(table)
        for files in self._files.values():
            for file in files:
                file.finish()

    def _cut(self, piece: Placed) -> list[pa.Table | None]:
        rows = np.flatnonzero(piece.places >= 0)
        rows = rows[np.argsort(piece.places[rows], kind="stable")]
        places = piece.places[rows]
        table = piece.table.take(pa.array(rows)).append_column(PLACE, pa.array(places))
        at = np.searchsorted(places, self.bounds)
        return [
            table.slice(first, stop - first) if stop > first else None
            for first, stop in pairwise(at.tolist())
        ]

    def table(self, kind: str, number: int) -> pa.Table | None:
        """All rows of a block, as their pieces were written; None where it has none."""
        tables = self._files[kind][number].tables()
        return pa.concat_tables(tables, promote_options="permissive") if tables else None

    def remove(self) -> None:
        """Delete the files."""
        for files in self._files.values():
            for file in files:
                file.remove()
