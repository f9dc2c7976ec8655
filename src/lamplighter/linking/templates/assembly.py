"""From flat tables to Arrow: strings gathered from the members' bytes, lists by their offsets."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.templates.parts import Readings
from lamplighter.linking.templates.schema import KINDS, PART, SLOT, TEMPLATE_SCHEMA, VALUE
from lamplighter.linking.templates.values import compare
from lamplighter.text.tokens import text_buffers

I64 = NDArray[np.int64]


@kernel
def _lengths(begins: I64, ends: I64, bounds: I64, out: I64) -> None:
    total = 0
    out[0] = 0
    for string in range(len(bounds) - 1):
        for i in range(bounds[string], bounds[string + 1]):
            total += 1 if begins[i] < 0 else ends[i] - begins[i]
        out[string + 1] = total


@kernel
def _gather(data: NDArray[np.uint8], begins: I64, ends: I64, out: NDArray[np.uint8]) -> None:
    at = 0
    for i in range(len(begins)):
        if begins[i] < 0:
            out[at] = 32
            at += 1
            continue
        for byte in range(begins[i], ends[i]):
            out[at] = data[byte]
            at += 1


def _strings(data: NDArray[np.uint8], begins: I64, ends: I64, bounds: I64) -> pa.Array:
    """One string of the byte ranges [bounds[i], bounds[i+1]); begin -1 is a blank."""
    offsets = np.zeros(len(bounds), dtype=np.int64)
    _lengths(begins, ends, bounds, offsets)
    out = np.zeros(int(offsets[-1]), dtype=np.uint8)
    used = int(bounds[-1])
    _gather(data, begins[:used], ends[:used], out)
    return pa.LargeStringArray.from_buffers(
        len(bounds) - 1, pa.py_buffer(offsets.data), pa.py_buffer(out.data)
    )


@kernel
def _smallest(
    template_of: I64, data: NDArray[np.uint8], rows: I64, least: I64, counts: I64
) -> None:
    for row in range(len(template_of)):
        template = template_of[row]
        if template < 0:
            continue
        counts[template] += 1
        other = least[template]
        if other < 0 or compare(
            data, rows[row], rows[row + 1], rows[other], rows[other + 1]
        ) < 0:  # fmt: skip
            least[template] = row


def _lists(offsets: I64, values: pa.Array) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array(offsets), values)


def _records(kind: pa.StructType, *columns: pa.Array) -> pa.Array:
    return pa.StructArray.from_arrays(
        list(columns), fields=[kind.field(i) for i in range(len(kind))]
    )


def assemble(
    readings: Readings, data: NDArray[np.uint8], saved: NDArray[np.float64], template_of: I64,
    listing_ids: pa.LargeStringArray,
) -> pa.Table:  # fmt: skip
    """The table; `template_of` (k,) rows of it by text, `listing_ids` (k,), `data` the texts'."""
    templates = len(saved)
    id_data, id_rows = text_buffers(listing_ids)
    least, counts = np.full(templates, -1, np.int64), np.zeros(templates, np.int64)
    _smallest(template_of, id_data, id_rows, least, counts)
    ids = [
        "t-" + sha256(listing.encode()).hexdigest()[:16]
        for listing in listing_ids.take(pa.array(least)).to_pylist()
    ]
    parts = int(readings.parts_of[-1])
    texts = _strings(
        data, readings.piece_begin, readings.piece_end, readings.pieces_of[: parts + 1]
    )
    slot = readings.part_slot[:parts]
    consensus = _records(
        PART,
        pa.array(["text", "slot"], pa.large_string()).take(pa.array((slot >= 0).astype(np.int8))),
        texts,
        pa.array(slot, pa.int32(), mask=slot < 0),
    )
    told = int(readings.values_of[-1])
    values = _records(
        VALUE,
        _strings(
            data, readings.value_begin, readings.value_end, np.arange(told + 1, dtype=np.int64)
        ),
        pa.array(readings.value_count[:told]),
    )
    number = np.arange(len(readings.slot_kind)) - np.repeat(
        readings.slots_of[:-1], np.diff(readings.slots_of)
    )
    slots = _records(
        SLOT,
        pa.array(number.astype(np.int32)),
        pa.array(KINDS, pa.large_string()).take(pa.array(readings.slot_kind)),
        _lists(readings.values_of, values),
        pa.array(readings.slot_distinct),
    )
    columns = [
        pa.array(ids, pa.large_string()),
        pa.array(counts),
        _lists(readings.parts_of, consensus),
        _lists(readings.slots_of, slots),
        pa.array(saved),
    ]
    return pa.table(columns, schema=TEMPLATE_SCHEMA)
