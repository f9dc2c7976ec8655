"""What a reader hands on: some rows of a file, as columns, and where they stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class Part:
    """`columns` are named as in LISTING_SCHEMA; `extra` is JSON of all others, or null.

    Trap: every value must be read by rules that look at that value alone. A type guessed from the
    whole batch makes a row mean one thing here and another there, and then the order of rows
    changes what is linked.
    """

    columns: dict[str, pa.Array]
    extra: pa.Array
    #: (n,) row of the file, counted from 1
    numbers: NDArray[np.int64]

    def filter(self, keep: NDArray[np.bool_]) -> Part:
        """The part's rows where `keep` (n,) is true."""
        mask = pa.array(keep)
        columns = {name: column.filter(mask) for name, column in self.columns.items()}
        return Part(columns, self.extra.filter(mask), self.numbers[keep])

    def slice(self, start: int, stop: int) -> Part:
        """Rows from `start` up to `stop`."""
        columns = {name: column[start:stop] for name, column in self.columns.items()}
        return Part(columns, self.extra[start:stop], self.numbers[start:stop])

    @classmethod
    def concat(cls, parts: Sequence[Part]) -> Part:
        """The rows of parts whose columns are texts; a column that one lacks is null there."""
        if len(parts) == 1:
            return parts[0]
        names = {name: None for part in parts for name in part.columns}
        columns = {name: pa.concat_arrays([part._text(name) for part in parts]) for name in names}
        extra = pa.concat_arrays([part.extra for part in parts])
        return cls(columns, extra, np.concatenate([part.numbers for part in parts]))

    def _text(self, name: str) -> pa.Array:
        column = self.columns.get(name)
        return pa.nulls(len(self.numbers), pa.large_string()) if column is None else column

    def in_order(self) -> Part:
        """The rows as they stood in the file."""
        if (np.diff(self.numbers) > 0).all():
            return self
        order = np.argsort(self.numbers, kind="stable")
        columns = {name: column.take(order) for name, column in self.columns.items()}
        return Part(columns, self.extra.take(order), self.numbers[order])
