"""One listing, as a decision on it needs it: columns of LISTING_SCHEMA by name."""

from __future__ import annotations

from typing import NamedTuple

import orjson
import pyarrow as pa

from lamplighter.listings.coerce import EARLIEST, LATEST, read_number, read_time, within
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.screening.submission import Submission


class Listing(NamedTuple):
    """None where a column has nothing."""

    listing_id: str
    title: str | None
    text: str
    category: str | None
    account_id: str | None
    country: str | None
    language: str | None
    url: str | None
    phone: str | None
    email: str | None
    price: float | None
    images: list[str] | None


_PLACES = [LISTING_SCHEMA.get_field_index(name) for name in Listing._fields]


def listings_of(batch: pa.RecordBatch) -> list[Listing]:
    """The n listings of a batch (LISTING_SCHEMA)."""
    columns = [batch.column(place).to_pylist() for place in _PLACES]
    return [Listing(*row) for row in zip(*columns, strict=True)]


def listing_alone(submission: Submission) -> Listing | None:
    """The listing of a submission, as `submission.rows_of` reads it; None: ask that.

    Whatever may be refused, or needs more than a look, is left to the reading by columns, so that
    there is one place that refuses.
    """
    given = submission.columns
    read = {name: given.get(name) or None for name in _TEXTS}
    text = given.get("text") or ""
    if not _says_something(submission.listing_id) or not _says_something(
        text + (read["title"] or "")
    ):
        return None
    for name in ("posted_at", "published_at"):
        moment = read_time(value) if (value := given.get(name)) else None
        if value and (moment is None or not EARLIEST <= moment[0] < LATEST):
            return None
    price = None
    for name in ("price", "latitude", "longitude"):
        if value := given.get(name):
            number = read_number(value)
            if number is None or not within(name, number):
                return None
            price = number if name == "price" else price
    images = orjson.loads(value) if (value := given.get("images")) else None
    return Listing(
        listing_id=submission.listing_id, text=text, price=price,
        images=[each for each in images if each] or None if images else None, **read,
    )  # fmt: skip


_TEXTS = ("title", "category", "account_id", "country", "language", "url", "phone", "email")


def _says_something(text: str) -> bool:
    """Whether it is more than white space, whatever is held to be white."""
    return any(map(str.isalnum, text))
