"""What the template step hands on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PART = pa.struct(
    [
        pa.field("kind", pa.large_string()),  # text or slot
        pa.field("text", pa.large_string()),  # as most members write it; empty for a slot
        pa.field("slot", pa.int32()),  # number of the slot, null for text
    ]
)
VALUE = pa.struct([pa.field("value", pa.large_string()), pa.field("count", pa.int64())])
SLOT = pa.struct(
    [
        pa.field("slot", pa.int32()),  # 0, 1, … in the order of the consensus
        pa.field("kind", pa.large_string()),  # name, phone, city, price, age, other
        pa.field("values", pa.large_list(VALUE)),  # the 50 most frequent; ties by their bytes
        pa.field("distinct", pa.int64()),  # how many values there are; an empty slot is none
    ]
)
#: One row per accepted template.
TEMPLATE_SCHEMA = pa.schema(
    [
        # "t-" and 16 hex digits: the hash of the smallest id of a member.
        pa.field("template_id", pa.large_string(), nullable=False),
        pa.field("listings", pa.int64(), nullable=False),  # members
        # Text and slots in reading order. A text part has its own blanks and punctuation; the
        # parts joined, with values in the slots, read like a member.
        pa.field("consensus", pa.large_list(PART)),
        pa.field("slots", pa.large_list(SLOT)),
        # Bits by which the template makes its members' description shorter (`bits.py`); above 0.
        pa.field("saved_bits", pa.float64()),
    ]
)
#: Codes of the slot kinds.
KINDS = ("other", "name", "phone", "city", "price", "age")
OTHER, NAME, PHONE, CITY, PRICE, AGE = range(len(KINDS))


class Templates(NamedTuple):
    """`template_of` (k,) is a row of `table`, -1 where the text belongs to no template."""

    table: pa.Table
    template_of: NDArray[np.int64]
