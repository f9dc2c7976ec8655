"""The listing as it comes in: the one declaration of its columns (DESIGN 4.1)."""

from __future__ import annotations

import pyarrow as pa

#: Columns a listing may have. Strings are `large_string` so that a batch may exceed 2 GB.
#: Times are UTC microseconds. `images` holds paths or `pdq:<64 hex>`.
#: `extra` keeps every further column of the input as one JSON object (null where none).
LISTING_SCHEMA = pa.schema(
    [
        pa.field("listing_id", pa.large_string(), nullable=False),
        pa.field("title", pa.large_string()),
        pa.field("text", pa.large_string(), nullable=False),
        pa.field("category", pa.large_string()),
        pa.field("account_id", pa.large_string()),
        pa.field("city", pa.large_string()),
        pa.field("region", pa.large_string()),
        pa.field("country", pa.large_string()),
        pa.field("language", pa.large_string()),
        pa.field("url", pa.large_string()),
        pa.field("currency", pa.large_string()),
        pa.field("posted_at", pa.timestamp("us", tz="UTC")),
        pa.field("phone", pa.large_string()),
        pa.field("email", pa.large_string()),
        pa.field("price", pa.float64()),
        pa.field("latitude", pa.float64()),
        pa.field("longitude", pa.float64()),
        pa.field("images", pa.large_list(pa.large_string())),
        pa.field("published_title", pa.large_string()),
        pa.field("published_text", pa.large_string()),
        pa.field("published_at", pa.timestamp("us", tz="UTC")),
        pa.field("moderated_by", pa.large_string()),
        pa.field("moderation_action", pa.large_string()),
        pa.field("extra", pa.large_string()),
    ]
)

#: Without these there is nothing to link.
REQUIRED = ("listing_id", "text")
