"""What was found in one column, and how it becomes the table of identifiers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.signals.identifiers.column import Column, characters, fingerprints, slices
from lamplighter.signals.identifiers.schema import FIELDS, IDENTIFIER_SCHEMA, KINDS

#: Row, first byte, byte after, kind, value, obscured.
Found = tuple[int, int, int, str, str, bool]


class Finds(NamedTuple):
    """(m,) finds of one column: row, bytes [start, end), kind, value, whether it was obscured."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    kinds: NDArray[np.int8]
    values: pa.LargeStringArray
    obscured: NDArray[np.bool_]

    def take(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Finds:
        """Those at these places, or where the mask is true."""
        if places.dtype == np.bool_:
            places = np.flatnonzero(places)
        return Finds(
            self.rows[places],
            self.starts[places],
            self.ends[places],
            self.kinds[places],
            self.values.take(pa.array(places, pa.int64())),
            self.obscured[places],
        )


class Hinted(NamedTuple):
    """(n,) hints of each row of a column, and (k, 3) row, byte and bits of the words that gave them."""

    rows: NDArray[np.uint64]
    spots: NDArray[np.int64]


def together(parts: list[Finds]) -> Finds:
    """Finds of the same column, one list after the other."""
    return Finds(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        pa.concat_arrays([part.values for part in parts]),
        np.concatenate([part.obscured for part in parts]),
    )


def listed(rows: list[Found]) -> Finds:
    """Finds from (row, start, end, kind, value, obscured), for what is rare enough for Python."""
    cells = list(zip(*rows, strict=True)) if rows else [(), (), (), (), (), ()]
    return Finds(
        np.array(cells[0], np.int64),
        np.array(cells[1], np.int64),
        np.array(cells[2], np.int64),
        np.array([KINDS.index(kind) for kind in cells[3]], np.int8),
        pa.array(cells[4], pa.large_string()),
        np.array(cells[5], np.bool_),
    )


def without_repeats(finds: Finds) -> Finds:
    """Sorted by row, start, end and kind; of equal values of one kind in a row the first stays."""
    order = np.lexsort((finds.kinds, finds.ends, finds.starts, finds.rows))
    finds = finds.take(order)
    _, first = np.unique(
        fingerprints(finds.values, finds.rows, finds.kinds.astype(np.int64)), return_index=True
    )
    return finds if len(first) == len(order) else finds.take(np.sort(first))


def tabulate(found: list[tuple[str, Column, Finds]]) -> pa.Table:
    """The table of identifiers from the finds of each field; every list is without repeats."""
    rows = np.concatenate([finds.rows for _, _, finds in found])
    fields = np.concatenate(
        [np.full(len(finds.rows), FIELDS.index(name), np.int8) for name, _, finds in found]
    )
    spans = [characters(text, finds.rows, finds.starts, finds.ends) for _, text, finds in found]
    columns = {
        "row": pa.array(rows.astype(np.uint32)),
        "kind": _encoded(np.concatenate([finds.kinds for _, _, finds in found]), KINDS),
        "value": pa.concat_arrays([finds.values for _, _, finds in found]),
        "raw": pa.concat_arrays(
            [slices(text, finds.starts, finds.ends) for _, text, finds in found]
        ),
        "field": _encoded(fields, FIELDS),
        "start": pa.array(np.concatenate([first for first, _ in spans]).astype(np.int32)),
        "end": pa.array(np.concatenate([last for _, last in spans]).astype(np.int32)),
        "obscured": pa.array(np.concatenate([finds.obscured for _, _, finds in found])),
    }
    table = pa.table(columns, schema=IDENTIFIER_SCHEMA)
    # Each field is sorted: a stable sort by row keeps the order inside.
    return table.take(pa.array(np.argsort(rows, kind="stable")))


def _encoded(codes: NDArray[np.int8], names: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))
