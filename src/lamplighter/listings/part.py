"""What a reader hands on: some rows of a file, as columns, and where they stood."""

from __future__ import annotations

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
