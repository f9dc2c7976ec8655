"""All identifiers of a batch of listings."""

from __future__ import annotations

import pyarrow as pa

from lamplighter.signals.identifiers.column import column
from lamplighter.signals.identifiers.finds import tabulate, without_repeats
from lamplighter.signals.identifiers.links import contact_addresses, text_finds
from lamplighter.signals.identifiers.phones import phones, region_codes


def extract(
    title: pa.LargeStringArray,
    text: pa.LargeStringArray,
    phone: pa.LargeStringArray,
    email: pa.LargeStringArray,
    url: pa.LargeStringArray,
    country: pa.LargeStringArray,
    *,
    default_region: str = "US",
) -> pa.Table:
    """Identifiers (`IDENTIFIER_SCHEMA`) of n listings from their six columns, all (n,), nulls allowed.

    `country` (ISO 3166, two letters) says how numbers without a calling code are dialled; where it
    is missing or unknown, `default_region` does. In a contact field everything valid counts, and
    what is not valid gives nothing; in texts the surroundings are asked as well. A value that
    repeats in one field of a listing is kept where it stands first. The result depends on nothing
    but the rows; it is safe to call from several threads.

    Raises `UsageError` for a default region without a numbering plan.
    """
    codes = region_codes(country, default_region)
    found = []
    for name, values in (("title", title), ("text", text)):
        content = column(values)
        numbers, hinted = phones(content, codes, contact=False)
        found.append((name, content, without_repeats(text_finds(content, numbers, hinted))))
    content = column(phone)
    numbers, _ = phones(content, codes, contact=True)
    found.append(("phone", content, without_repeats(numbers)))
    for name, values in (("email", email), ("url", url)):
        content = column(values)
        found.append((name, content, without_repeats(contact_addresses(content, name))))
    return tabulate(found)
