"""Which operation and template a known listing belongs to, by the newest result of linking.

Kept apart from the segments: a new result replaces this table and leaves what listings say alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lamplighter.screening.index.files import map_array, write_array
from lamplighter.screening.index.kernels import find_sorted
from lamplighter.text.hashing import hash_strings

#: Another number where what is kept of an operation changes: then it is taken from `links` again.
_MAKE = b"2"
_COLUMNS = ("operation_id", "band", "score", "listings", "trade", "headline")


@dataclass(frozen=True)
class Operation:
    """What a decision says of an operation."""

    operation_id: str
    band: str
    score: float
    listings: int
    trade: str
    headline: str
    says: tuple[str, ...]  #: names of its reasons


class Belonging:
    """Operations and templates by number, and the numbers of each known listing (-1: none)."""

    def __init__(self, folder: Path | None) -> None:
        self.ids = np.zeros(0, np.uint64)
        self.operation_of = self.template_of = np.zeros(0, np.int32)
        self._operations = pa.table({name: pa.array([]) for name in _COLUMNS})
        self._templates = pa.table({"template_id": pa.array([]), "listings": pa.array([])})
        if folder is not None:
            self.ids = map_array(folder, "ids.u64", np.uint64)
            self.operation_of = map_array(folder, "operation.i32", np.int32)
            self.template_of = map_array(folder, "template.i32", np.int32)
            self._operations = pq.read_table(folder / "operations.parquet").combine_chunks()
            self._templates = pq.read_table(folder / "templates.parquet").combine_chunks()
        self._read: dict[int, Operation] = {}

    def of(self, id_hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(k,) number of the operation and of the template of each listing, -1 where none."""
        none = np.full(len(id_hashes), -1, np.int32)
        if not len(self.ids) or not len(id_hashes):
            return none, none.copy()
        at = find_sorted(self.ids, id_hashes)
        there = at >= 0
        return (
            np.where(there, self.operation_of[at], -1).astype(np.int32),
            np.where(there, self.template_of[at], -1).astype(np.int32),
        )

    def operation(self, number: int) -> Operation:
        """The operation of that number."""
        if number not in self._read:
            row = self._operations.slice(number, 1).to_pylist()[0]
            if len(self._read) > 100_000:
                self._read.clear()
            self._read[number] = Operation(**{**row, "says": tuple(row["says"] or ())})
        return self._read[number]

    def template(self, number: int) -> tuple[str, int]:
        """Id of a template and how many listings follow it."""
        row = self._templates.slice(number, 1).to_pylist()[0]
        return row["template_id"], row["listings"]


def link_digest(links: Path) -> str:
    """What tells one result of linking from another; empty where there is none."""
    try:
        return sha256(_MAKE + (links / "run.json").read_bytes()).hexdigest()
    except OSError:
        return ""


def write_belonging(folder: Path, links: Path) -> None:
    """Make the table from a result of linking, in a new folder, synced."""
    operations = pq.read_table(links / "operations.parquet", columns=[*_COLUMNS, "reasons"])
    says = [[reason["name"] for reason in each or ()] for each in operations["reasons"].to_pylist()]
    operations = operations.select(_COLUMNS).append_column(
        "says", pa.array(says, pa.list_(pa.string()))
    )
    templates = pq.read_table(links / "templates.parquet", columns=["template_id", "listings"])
    columns = ["listing_id", "operation_id", "template_id"]
    held = pq.read_table(links / "listings.parquet", columns=columns)
    wanted = pc.or_(pc.is_valid(held["operation_id"]), pc.is_valid(held["template_id"]))
    held = held.filter(wanted)
    ids = hash_strings(held["listing_id"].cast(pa.large_string()))
    order = np.argsort(ids)
    numbers = [
        _numbers(held["operation_id"], operations["operation_id"]),
        _numbers(held["template_id"], templates["template_id"]),
    ]
    write_array(folder, "ids.u64", ids[order])
    write_array(folder, "operation.i32", numbers[0][order])
    write_array(folder, "template.i32", numbers[1][order])
    for name, table in (("operations", operations), ("templates", templates)):
        with (folder / f"{name}.parquet").open("wb") as file:
            pq.write_table(table, file)
        _sync(folder / f"{name}.parquet")


def _numbers(values: pa.ChunkedArray, names: pa.ChunkedArray) -> NDArray[np.int32]:
    at = pc.index_in(values.cast(pa.large_string()), names.cast(pa.large_string()).combine_chunks())
    return np.asarray(at.fill_null(-1).to_numpy(), np.int32)


def _sync(path: Path) -> None:
    import os

    with path.open("rb") as file:
        os.fsync(file.fileno())
