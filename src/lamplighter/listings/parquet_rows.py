"""Parquet, row group by row group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lamplighter.foundation.errors import InputError
from lamplighter.listings.json_rows import as_text
from lamplighter.listings.mapping import map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter


def read_parquet(
    file: str, mapping: dict[str, str], rows_at_once: int, rejects: RejectWriter
) -> Iterator[Part]:
    """Parts of at most `rows_at_once` rows. InputError where the file is damaged."""
    first = 1
    try:
        parquet = pq.ParquetFile(file)
        columns = map_columns(parquet.schema_arrow.names, mapping, file)
        for batch in parquet.iter_batches(rows_at_once):
            numbers = np.arange(first, first + batch.num_rows, dtype=np.int64)
            first += batch.num_rows
            yield _part(batch, columns, numbers, file, rejects)
    except (pa.ArrowException, OSError) as error:
        raise InputError("The Parquet file is damaged.", where=file,
                         hint=f"Export it again. ({str(error)[:120]})") from error  # fmt: skip


def _part(
    batch: pa.RecordBatch,
    columns: dict[str, str],
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]],
    file: str,
    rejects: RejectWriter,
) -> Part:
    keep = np.ones(batch.num_rows, dtype=bool)
    made: dict[str, pa.Array] = {}
    for ours, theirs in columns.items():
        column = batch.column(batch.schema.get_field_index(theirs))
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = _decoded(column, theirs, keep, numbers, file, rejects)
        elif pa.types.is_nested(column.type) and not (
            ours == "images" and _is_string_list(column.type)
        ):
            column = pa.array([as_text(value) for value in column.to_pylist()], pa.large_string())
        made[ours] = column
    used = set(columns.values())
    others = [name for name in batch.schema.names if name not in used]
    extra = pa.nulls(batch.num_rows, pa.large_string())
    if others:
        rows = batch.select(others).to_pylist()
        held = [{k: v for k, v in row.items() if v is not None and v != ""} for row in rows]
        extra = pa.array([as_text(row) if row else None for row in held], pa.large_string())
    if keep.all():
        return Part(made, extra, numbers)
    mask = pa.array(keep)
    kept = {name: pc.filter(column, mask) for name, column in made.items()}
    return Part(kept, pc.filter(extra, mask), numbers[keep])


def _is_string_list(kind: pa.DataType) -> bool:
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    return bool(pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type))


def _decoded(
    column: pa.Array,
    name: str,
    keep: np.ndarray[tuple[int], np.dtype[np.bool_]],
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]],
    file: str,
    rejects: RejectWriter,
) -> pa.Array:
    """Bytes as UTF-8; rows where they are none are refused."""
    out: list[str | None] = []
    for row, value in enumerate(column.to_pylist()):
        try:
            out.append(None if value is None else value.decode())
        except UnicodeDecodeError:
            out.append(None)
            if keep[row]:
                keep[row] = False
                rejects.add(file=file, row=int(numbers[row]), column=name, value=value[:200],
                            reason="bytes that are not text in the file's encoding",
                            raw=value)  # fmt: skip
    return pa.array(out, pa.large_string())
