"""From components of texts to templates, in batches of whole components."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.errors import InputError
from lamplighter.linking.templates.assembly import assemble
from lamplighter.linking.templates.known import cues, phrases
from lamplighter.linking.templates.members import distinct_members
from lamplighter.linking.templates.reading import read_members
from lamplighter.linking.templates.schema import TEMPLATE_SCHEMA, Templates
from lamplighter.linking.templates.search import search

#: Texts, and bytes of text, worked on at a time: memory is some six times the bytes.
_TEXTS, _BYTES = 65_536, 32_000_000


def find_templates(
    groups: NDArray[np.int64],
    listing_ids: pa.LargeStringArray,
    texts: pa.LargeStringArray,
    cities: Collection[str] = (),
    names: Collection[str] = (),
) -> Templates:
    """Templates of components of texts.

    `groups` (k,) is the number of each text's component, non-decreasing; `listing_ids` and `texts`
    (k,) are large strings without nulls. `cities` and `names` (first names) serve to name slots;
    pass frozensets, which are read once. A component may hold several templates, or none; a text
    that fits none has -1 in `template_of` and loses nothing by it. The order of the texts within a
    component changes nothing. Thread-safe. `InputError` where the columns do not fit together.

    Time is near-linear in the texts (bounded looks at each, `search.py`) and in their lengths
    (`chain.py`); how a template is judged is said in `bits.py`.
    """
    if not len(groups) == len(listing_ids) == len(texts):
        raise InputError(
            f"{len(groups)} components, {len(listing_ids)} ids and {len(texts)} texts do not match."
        )
    if len(groups) and int(np.diff(groups).min(initial=0)) < 0:
        raise InputError("The texts of a component do not lie together.")
    tables, places, made = [], [], 0
    bounds = template_batches(groups, texts)
    for first, stop in pairwise(bounds):
        part = _batch(
            groups[first:stop], listing_ids[first:stop], texts[first:stop],
            frozenset(cities), frozenset(names),
        )  # fmt: skip
        tables.append(part.table)
        places.append(np.where(part.template_of >= 0, part.template_of + made, -1))
        made += len(part.table)
    if not tables:
        return Templates(TEMPLATE_SCHEMA.empty_table(), np.zeros(0, np.int64))
    return Templates(pa.concat_tables(tables), np.concatenate(places))


def template_batches(groups: NDArray[np.int64], texts: pa.LargeStringArray) -> list[int]:
    """Bounds of batches of whole components; a component larger than a batch is one by itself.

    `find_templates` works batch by batch; a caller may as well hand them to threads, and put the
    tables together in their order.
    """
    if len(groups) == 0:
        return [0]
    bytes_before = np.frombuffer(texts.buffers()[1], np.int64)[
        texts.offset : texts.offset + len(texts) + 1
    ]
    starts = np.append(np.flatnonzero(np.diff(groups, prepend=groups[0] - 1)), len(groups))
    bounds = [0]
    while bounds[-1] < len(groups):
        first = bounds[-1]
        most = int(np.searchsorted(bytes_before, bytes_before[first] + _BYTES, "right")) - 1
        most = min(most, first + _TEXTS)
        place = int(np.searchsorted(starts, most, "right")) - 1
        if starts[place] <= first:
            place = int(np.searchsorted(starts, first, "right"))
        bounds.append(int(starts[place]))
    return bounds


def _batch(
    groups: NDArray[np.int64],
    listing_ids: pa.LargeStringArray,
    texts: pa.LargeStringArray,
    cities: frozenset[str],
    names: frozenset[str],
) -> Templates:
    members = distinct_members(groups, texts)
    found = search(members)
    if len(found.saved) == 0:
        return Templates(TEMPLATE_SCHEMA.empty_table(), np.full(len(groups), -1, np.int64))
    sequence_of = np.empty(len(members.writings), dtype=np.int64)
    sequence_of[members.writings] = np.repeat(
        np.arange(len(members.leaders)), np.diff(members.sequences)
    )
    template_of = found.template_of[sequence_of[members.text_of]].astype(np.int64)
    readings = read_members(members, found, cues(), phrases(cities), phrases(names))
    table = assemble(readings, members.data, found.saved, template_of, listing_ids)
    return Templates(table, template_of)
