"""The identifiers of one listing, without columns: as `extract` finds them, in a tenth of the time.

Columns pay where there are many rows; of one listing nearly all fields are empty and nearly all
finds are telephone numbers. What is rarer goes the way of columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.signals.identifiers.column import Column
from lamplighter.signals.identifiers.finds import Finds, Hinted, without_repeats
from lamplighter.signals.identifiers.links import addresses_of, contact_addresses, text_finds
from lamplighter.signals.identifiers.phones import finds_of, region_code, scan
from lamplighter.signals.identifiers.rare import wanted_of
from lamplighter.signals.identifiers.schema import KINDS


class Named(NamedTuple):
    """One identifier: `kind`, `value` and `obscured` as in `IDENTIFIER_SCHEMA`."""

    kind: str
    value: str
    obscured: bool


def extract_alone(
    title: str | None,
    text: str | None,
    phone: str | None,
    email: str | None,
    url: str | None,
    country: str | None,
    *,
    default_region: str = "US",
) -> list[Named]:
    """What `extract` finds in a batch of this one row, in the same order; texts are valid Unicode.

    Raises `UsageError` for a default region without a numbering plan.
    """
    code = np.array([region_code(country, default_region)], np.int32)
    found: list[Named] = []
    for given in (title, text):
        if given:
            found += _text(_column(given), code)
    if phone:
        content = _column(phone)
        found += _numbers(scan(content, code, contact=True)[0])
    for name, given in (("email", email), ("url", url)):
        if given:
            found += _named(without_repeats(contact_addresses(_column(given), name)))
    return found


def _column(text: str) -> Column:
    data = text.encode()
    return Column(np.array([0, len(data)], np.int64), np.frombuffer(data, np.uint8))


def _text(content: Column, code: NDArray[np.int32]) -> list[Named]:
    numbers, hints, spots = scan(content, code, contact=False)
    addresses, more = addresses_of(content)
    hinted = hints | more
    if not len(addresses) and not (hinted[0] and wanted_of(hinted)[0]):
        return _numbers(numbers)
    every = text_finds(content, finds_of(numbers), Hinted(hints, spots))
    return _named(without_repeats(every))


def _numbers(found: NDArray[np.int64]) -> list[Named]:
    """Telephone numbers by place, each where it stands first."""
    values: dict[int, Named] = {}
    for _, _, _, number, obscured in sorted(found.tolist(), key=lambda cells: cells[1:3]):
        values.setdefault(number, Named("phone", f"+{number}", bool(obscured)))
    return list(values.values())


def _named(finds: Finds) -> list[Named]:
    kinds, values = finds.kinds.tolist(), finds.values.to_pylist()
    return [
        Named(KINDS[kind], value, obscured)
        for kind, value, obscured in zip(kinds, values, finds.obscured.tolist(), strict=True)
    ]
