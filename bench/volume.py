"""Big inputs on disk, made once: parquet with the truth beside it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.classes import Which, make_set
from bench.ours import COMMAND, numbers, table
from bench.peers import Labels

_PART = 500_000


def input_file(folder: Path, data: str, listings: int, seed: int, vocabulary: Which) -> Path:
    """The file with `listings` rows of `data`: 'market' (simulated, all columns) or a class.

    Made unless there. The truth is beside it, as `truth_of` reads it.
    """
    path = folder / f"{data}-{vocabulary}-{listings}-{seed}.parquet"
    if path.exists():
        return path
    if data == "market":
        command = [str(COMMAND), "simulate", "--listings", str(listings), "--seed", str(seed)]
        command += ["--out", str(path), "--truth", str(_truth(path))]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return path
    draft = path.with_suffix(".draft")
    truths, campaigns = [], 0
    schema = pa.schema([("listing_id", pa.large_string()), ("text", pa.large_string())])
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for part, start in enumerate(range(0, listings, _PART)):
            count = min(_PART, listings - start)
            ids, texts, truth = make_set(data, count, seed * 1000 + part, vocabulary)
            writer.write_table(table([f"{part:04d}-{each}" for each in ids], texts))
            truths.append(np.where(truth >= 0, truth + campaigns, -1))
            campaigns += int(truth.max(initial=-1)) + 1
    planted = pa.array(np.concatenate(truths))
    pq.write_table(pa.table({"campaign": planted}), _truth(path))
    draft.rename(path)
    return path


def truth_of(path: Path, level: str = "operation_id") -> Labels:
    """(rows,) the planted campaigns of an input file, -1 for singles, in the order of its rows."""
    truth = pq.read_table(_truth(path))
    if "campaign" in truth.column_names:
        return np.asarray(truth["campaign"].to_numpy(), np.int64)
    ids = pq.read_table(path, columns=["listing_id"])["listing_id"]
    # Later versions of a listing are rows of their own, and have its truth.
    place = pc.index_in(ids, truth["listing_id"]).to_numpy()
    return np.asarray(numbers(truth[level])[place], np.int64)


def _truth(path: Path) -> Path:
    return path.with_name(path.stem + ".truth.parquet")
