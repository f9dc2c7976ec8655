"""The table of identifiers: the one declaration of its columns."""

from __future__ import annotations

import pyarrow as pa

#: Dictionary of `kind`, in the order of its codes.
KINDS = ("phone", "email", "handle", "url", "domain", "payment", "wallet")
#: Dictionary of `field`: where in the listing the identifier stands.
FIELDS = ("title", "text", "phone", "email", "url")

#: One row for each identifier found; sorted by row, field, start, end, kind, value.
IDENTIFIER_SCHEMA = pa.schema(
    [
        # Index of the listing in the batch given.
        pa.field("row", pa.uint32(), nullable=False),
        pa.field("kind", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        # Normalised: E.164; lower-case e-mail; `service:handle`; URL with lower-case host;
        # registered domain; `service:tag`; `coin:address`.
        pa.field("value", pa.large_string(), nullable=False),
        # As written: the characters [start, end) of the field.
        pa.field("raw", pa.large_string(), nullable=False),
        pa.field("field", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        # Code points, not bytes.
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        # Written so that a plain regular expression would miss it.
        pa.field("obscured", pa.bool_(), nullable=False),
    ]
)
