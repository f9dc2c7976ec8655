"""Lamplighter as a linker among others: through its command, as a user would run it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.peers import Labels

#: The command beside the interpreter that runs the benchmark.
COMMAND = Path(sys.executable).with_name("lamplighter")


def link_texts(ids: list[str], texts: list[str]) -> Labels:
    """`lamplighter link` on a file with these ids and texts: (rows,) operation, -1 for none."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source = Path(folder) / "listings.parquet"
        pq.write_table(table(ids, texts), source, compression="zstd")
        out = Path(folder) / "out"
        done = subprocess.run(command(source, out), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(
                f"lamplighter link failed ({done.returncode}): {done.stderr[-2000:]}"
            )
        return read_labels(out, ids)


def command(source: Path, out: Path) -> list[str]:
    """The command line of `link`."""
    return [str(COMMAND), "link", str(source), "--out", str(out), "--json"]


def table(ids: list[str], texts: list[str]) -> pa.Table:
    """The two columns as `link` reads them."""
    columns = {"listing_id": ids, "text": texts}
    return pa.table({name: pa.array(v, pa.large_string()) for name, v in columns.items()})


def read_labels(out: Path, ids: list[str] | pa.Array, column: str = "operation_id") -> Labels:
    """Labels in the order of `ids` from the output folder of `link`."""
    written = pq.read_table(out / "listings.parquet", columns=["listing_id", column])
    at = pc.index_in(
        pa.array(ids, pa.large_string()) if isinstance(ids, list) else ids,
        written["listing_id"].combine_chunks().cast(pa.large_string()),
    )
    if at.null_count:
        raise RuntimeError(f"{at.null_count} listings are missing from {out / 'listings.parquet'}")
    return numbers(written[column].take(at))


def numbers(names: pa.ChunkedArray | pa.Array) -> Labels:
    """(rows,) one number per distinct name, -1 where null or empty."""
    if isinstance(names, pa.ChunkedArray):
        names = names.combine_chunks()
    names = pc.if_else(pc.equal(pc.utf8_length(names), 0), None, names)
    codes = names.dictionary_encode().indices.fill_null(-1)
    return np.asarray(codes.to_numpy(zero_copy_only=False), np.int64)
