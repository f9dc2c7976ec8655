"""An output folder against a truth table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lamplighter.foundation.errors import InputError
from lamplighter.simulate.measures import agreement


def _read_truth(path: Path) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        texts = {name: pa.string() for name in ("listing_id", "template_id", "operation_id")}
        return pcsv.read_csv(path, convert_options=pcsv.ConvertOptions(column_types=texts))
    except (OSError, pa.ArrowException) as error:
        raise InputError("The truth table cannot be read.", where=str(path),
                         hint=f"CSV or Parquet is expected. ({str(error)[:120]})") from error  # fmt: skip


def _codes(column: pa.ChunkedArray, order: pa.Array) -> NDArray[np.int64]:
    values = column.cast(pa.large_string()).take(order)
    values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.large_string()), values)
    encoded = pa.concat_arrays(values.chunks).dictionary_encode()
    codes: NDArray[np.int64] = (
        encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    )
    return codes


def evaluate_folder(folder: Path, truth_path: Path) -> dict[str, dict[str, Any]]:
    """Measures for `templates` and `operations`. Listings the output lacks are an error."""
    listings = folder / "listings.parquet"
    if not listings.is_file():
        raise InputError("This is no output folder of `lamplighter link`.", where=str(folder),
                         hint="Run: lamplighter link INPUT --out FOLDER")  # fmt: skip
    found = pq.read_table(listings, columns=["listing_id", "template_id", "operation_id"])
    truth = _read_truth(truth_path)
    missing = {"listing_id", "template_id", "operation_id"} - set(truth.column_names)
    if missing:
        raise InputError(f"The truth table has no column {', '.join(sorted(missing))}.",
                         where=str(truth_path), hint=f"It has: {', '.join(truth.column_names)}.")  # fmt: skip
    places = pc.index_in(
        truth["listing_id"].cast(pa.large_string()), pa.concat_arrays(found["listing_id"].chunks)
    )
    if places.null_count:
        raise InputError(f"{places.null_count} listings of the truth are not in the output.",
                         where=str(truth_path), hint="Is it the truth of this run's input?")  # fmt: skip
    every = pa.array(np.arange(truth.num_rows))
    order = pa.concat_arrays(places.chunks) if isinstance(places, pa.ChunkedArray) else places
    return {
        name: asdict(agreement(_codes(found[column], order), _codes(truth[column], every)))
        for name, column in (("templates", "template_id"), ("operations", "operation_id"))
    }
