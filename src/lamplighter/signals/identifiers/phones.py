"""Telephone numbers in texts and contact fields."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.errors import UsageError
from lamplighter.signals.identifiers.column import Column, dialled
from lamplighter.signals.identifiers.finds import Finds, Hinted
from lamplighter.signals.identifiers.glyphs import glyphs
from lamplighter.signals.identifiers.numbering import plans, regions
from lamplighter.signals.identifiers.phone_scan import find_phones
from lamplighter.signals.identifiers.quick import quick
from lamplighter.signals.identifiers.resolve import OUT, WORK, resolve
from lamplighter.signals.identifiers.schema import KINDS
from lamplighter.signals.identifiers.vocabulary import trie


def region_codes(countries: pa.LargeStringArray, default_region: str) -> NDArray[np.int32]:
    """(n,) numbering plan of each row: that of its country where it has one, else the default."""
    known, fallback = regions(), _default(default_region)
    if isinstance(countries, pa.ChunkedArray):
        countries = countries.combine_chunks()
    encoded = countries.dictionary_encode()
    named = [
        known.get((name or "").strip().upper(), fallback) for name in encoded.dictionary.to_pylist()
    ]
    places = np.asarray(encoded.indices.fill_null(len(named)))
    return np.array([*named, fallback], np.int32)[places]


def region_code(country: str | None, default_region: str) -> int:
    """As `region_codes`, of one row."""
    return regions().get((country or "").strip().upper(), _default(default_region))


def _default(region: str) -> int:
    code = regions().get(region.upper())
    if code is None:
        raise UsageError(
            f"No numbering plan for the region {region!r}.",
            where="default region",
            hint="Give a country as two letters, such as US, GB or DE.",
        )
    return code


def phones(texts: Column, codes: NDArray[np.int32], *, contact: bool) -> tuple[Finds, Hinted]:
    """Valid numbers in a column, and hints of other identifiers in its rows.

    `contact`: the column is meant to hold numbers, so that their surroundings are not asked.
    """
    found, hints, spots = scan(texts, codes, contact=contact)
    return finds_of(found), Hinted(hints, spots)


def scan(
    texts: Column, codes: NDArray[np.int32], *, contact: bool
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]]:
    """Numbers, hints and spots of a column, as `find_phones` gives them."""
    words = trie()
    return find_phones(
        texts.offsets, texts.data, codes, glyphs(), words.step, words.payload, quick(), plans(),
        contact,
    )  # fmt: skip


def finds_of(found: NDArray[np.int64]) -> Finds:
    """Finds from the rows of `find_phones`."""
    return Finds(
        rows=found[:, 0].copy(),
        starts=found[:, 1].copy(),
        ends=found[:, 2].copy(),
        kinds=np.full(len(found), KINDS.index("phone"), np.int8),
        values=dialled(found[:, 3].copy()),
        obscured=found[:, 4].astype(np.bool_),
    )


def valid_number(digits: str) -> str | None:
    """E.164 of digits that begin with a calling code, None if they are no valid number."""
    out = np.zeros(OUT, np.uint8)
    count = resolve(
        plans(), np.array([int(digit) for digit in digits], np.uint8), 0, len(digits), True, -1,
        np.zeros(WORK, np.uint8), out,
    )  # fmt: skip
    return "+" + "".join(str(digit) for digit in out[:count]) if count else None
