"""`python -m bench.child LINKER INPUT.parquet LABELS.npy`: one linker in a process of its own."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow.parquet as pq

from bench.linkers import linker


def main(name: str, source: str, target: str) -> None:
    """Read ids and texts, link, write the labels."""
    columns = pq.read_table(source, columns=["listing_id", "text"])
    ids, texts = (columns[each].to_pylist() for each in ("listing_id", "text"))
    np.save(target, linker(name)(ids, texts))


if __name__ == "__main__":
    main(*sys.argv[1:])
