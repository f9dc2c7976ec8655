"""Legs as the table shows them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.operations.columns import Floats, Indices, column
from lamplighter.operations.features import Features
from lamplighter.operations.layout import Layout
from lamplighter.operations.model import LEG, OperationInput
from lamplighter.operations.movement import MOVING, PARALLEL, Legs, positions
from lamplighter.operations.runs import first_few, offsets_of, spread

_TEXT = pa.large_string()
_STAMP = pa.timestamp("us", tz="UTC")


def leg_lists(
    data: OperationInput, layout: Layout, legs: Legs, features: Features, order: Indices
) -> pa.Array:
    """List of legs of each operation, in the given order of operations."""
    values = features.values
    moving = (values["circuit"] > 0) | (values["tour"] > 0)
    kept, owner = first_few(legs.operation, np.where(moving, MOVING, PARALLEL))
    counts = np.bincount(owner, minlength=layout.operations)
    kept = kept[spread(offsets_of(counts)[:-1][order], counts[order])]
    where = positions(data, layout)
    name = pc.coalesce(
        column(data.places, "place", _TEXT), column(data.listings, "city", _TEXT)
    ).take(pa.array(layout.rows))
    source, target = legs.source[kept], legs.target[kept]

    def number(values: Floats) -> pa.Array:
        return pa.array(values, mask=np.isnan(values))

    table = pa.StructArray.from_arrays(
        [
            name.take(pa.array(source)),
            name.take(pa.array(target)),
            number(where.latitude[source]),
            number(where.longitude[source]),
            number(where.latitude[target]),
            number(where.longitude[target]),
            pa.array(layout.time[source]).cast(_STAMP),
            pa.array(layout.time[target]).cast(_STAMP),
            number(np.round(legs.dwell_days[kept], 2)),
            number(np.round(legs.km[kept], 1)),
            pa.array(legs.implausible[kept]),
        ],
        fields=list(LEG),
    )
    return pa.LargeListArray.from_arrays(pa.array(offsets_of(counts[order])), table)
