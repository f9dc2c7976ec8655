"""What operations are made of (input) and what is said about them (output)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

#: One reason for a band. `points` add up to the score; `grade` is the grade of evidence of
#: INDICATORS rule 1 (or `observation` for what merely describes); `listings` are at most
#: twenty of the listings it rests on, by time of posting (the sentence tells how many there are).
REASON = pa.struct(
    [
        pa.field("name", pa.large_string()),
        pa.field("points", pa.float64()),
        pa.field("sentence", pa.large_string()),
        pa.field("grade", pa.large_string()),
        pa.field("listings", pa.large_list(pa.large_string())),
    ]
)

#: One leg: last seen in `from` at `departed`, first seen in `to` at `arrived`, then seen there
#: for `dwell_days` (first to last listing of that stay). `km` is the great circle.
#: `implausible`: no one travels that fast, so two parties or a false place.
LEG = pa.struct(
    [
        pa.field("from", pa.large_string()),
        pa.field("to", pa.large_string()),
        pa.field("from_lat", pa.float64()),
        pa.field("from_lon", pa.float64()),
        pa.field("to_lat", pa.float64()),
        pa.field("to_lon", pa.float64()),
        pa.field("departed", pa.timestamp("us", tz="UTC")),
        pa.field("arrived", pa.timestamp("us", tz="UTC")),
        pa.field("dwell_days", pa.float64()),
        pa.field("km", pa.float64()),
        pa.field("implausible", pa.bool_()),
    ]
)

#: One row per operation, sorted by band (A first), score (high first), id.
#: `listings`, `accounts`, `phones`, `cities` count distinct ones; `versions` counts all versions
#: of the listings; `band` is A possible child, B strong signs of control by a third party,
#: C organised but unclear, D ordinary repeat posting; `headline` is one sentence for a list;
#: `trade` is what the listings seem to offer (goods, property, job, service, teaching, personal,
#: unknown); `policy` names the weights that were used (version and hash).
OPERATION_SCHEMA = pa.schema(
    [
        pa.field("operation_id", pa.large_string(), nullable=False),
        pa.field("listings", pa.int64(), nullable=False),
        pa.field("versions", pa.int64(), nullable=False),
        pa.field("accounts", pa.int64(), nullable=False),
        pa.field("phones", pa.int64(), nullable=False),
        pa.field("cities", pa.int64(), nullable=False),
        pa.field("countries", pa.int64(), nullable=False),
        pa.field("first_seen", pa.timestamp("us", tz="UTC")),
        pa.field("last_seen", pa.timestamp("us", tz="UTC")),
        pa.field("band", pa.large_string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("trade", pa.large_string(), nullable=False),
        pa.field("headline", pa.large_string(), nullable=False),
        pa.field("languages", pa.large_list(pa.large_string())),
        pa.field("template_ids", pa.large_list(pa.large_string())),
        pa.field("policy", pa.large_string(), nullable=False),
        pa.field("reasons", pa.large_list(REASON)),
        pa.field("movement", pa.large_list(LEG)),
    ]
)


@dataclass(frozen=True)
class OperationInput:
    """Aligned tables about n listings, members of m operations (a single lead is one, too).

    `row` columns are indices 0..n-1 into `listings`. A missing optional column is read as null.
    """

    #: (n,) operation number 0..m-1 of each listing, -1 where none. The numbering is arbitrary.
    member_of: npt.NDArray[np.int64]
    #: n rows: listing_id; and, as known, account_id, title, text, category, posted_at, price,
    #: currency, city, country, language, versions (int64, how many versions the listing had).
    listings: pa.Table
    #: n rows: place_id, place, country, latitude, longitude.
    places: pa.Table
    #: row, kind, value, obscured; and `outside` int64 (how many listings outside the operation
    #: have the same value) and `hub` bool (so common that it says nothing).
    identifiers: pa.Table
    #: row, entry, category; and `counts` bool (judged in context) and `why` string.
    indicators: pa.Table
    #: n rows of counts of evasive words by kind: homoglyph, zero_width, letter_spacing, leet.
    evasion: pa.Table
    #: (n,) template number of each listing (row of `templates`), -1 where none.
    template_of: npt.NDArray[np.int64]
    #: template_id and slots (kind, values with counts).
    templates: pa.Table
    #: Identifiers from a list that the deployment trusts: kind, value, source. Optional.
    known: pa.Table | None = None
