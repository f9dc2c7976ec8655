"""From components of texts to templates.

The seed is the member that has most in common with the others; a token of it is constant if at
least half of the members have it in order; what stands between two constant tokens in at least
three of ten members is a slot. A template is accepted if it makes the description shorter
(minimum description length; the idea is InfoShield's, Lee et al., ICDE 2021): without it every
token costs log2 of the component's words; with it the constant tokens cost that once, each member
pays for its other tokens, log2(constant tokens) for each constant one that it lacks, and two bits.
A rejected template leaves its listings where they are: they keep their operation and links.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.linking.templates.align import WIDEST, consensus_of, gather
from lamplighter.linking.templates.slot_kind import slot_kind
from lamplighter.text.tokens import Tokens, text_buffers, tokenise

_PART = pa.struct(
    [
        pa.field("kind", pa.large_string()),  # text or slot
        pa.field("text", pa.large_string()),  # as the seed wrote it; empty for a slot
        pa.field("slot", pa.int32()),  # number of the slot, null for text
    ]
)
_VALUE = pa.struct([pa.field("value", pa.large_string()), pa.field("count", pa.int64())])
_SLOT = pa.struct(
    [
        pa.field("slot", pa.int32()),
        pa.field("kind", pa.large_string()),  # name, phone, city, price, age, other
        pa.field("values", pa.large_list(_VALUE)),  # the most frequent
        pa.field("distinct", pa.int64()),
    ]
)
#: One row per accepted template. `listings` counts its members.
TEMPLATE_SCHEMA = pa.schema(
    [
        pa.field("template_id", pa.large_string(), nullable=False),
        pa.field("listings", pa.int64(), nullable=False),
        pa.field("consensus", pa.large_list(_PART)),
        pa.field("slots", pa.large_list(_SLOT)),
        pa.field("saved_bits", pa.float64()),
    ]
)
_CONSTANT_SHARE, _SLOT_SHARE, _SHOWN_VALUES = 0.5, 0.3, 50


class Templates(NamedTuple):
    """`template_of` (k,) is a row of `table`, -1 where the component has no template."""

    table: pa.Table
    template_of: NDArray[np.int64]


def find_templates(
    groups: NDArray[np.int64],
    listing_ids: pa.LargeStringArray,
    texts: pa.LargeStringArray,
    cities: Collection[str] = (),
) -> Templates:
    """Templates of components. `groups` (k,): members lie together, in canonical order."""
    if len(groups) == 0:
        return Templates(TEMPLATE_SCHEMA.empty_table(), np.zeros(0, np.int64))
    fresh = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1))
    bounds = np.append(fresh, len(groups)).astype(np.int64)
    tokens = tokenise(texts)
    count = len(bounds) - 1
    seeds, saved = np.zeros(count, np.int64), np.zeros(count, np.float64)
    constant_bounds = np.zeros(count + 1, np.int64)
    constant = np.zeros(int(np.minimum(np.diff(tokens.offsets), WIDEST).sum()) + 1, np.int32)
    room = 4 * len(groups) + 1024
    while True:
        spans = np.zeros((room, 5), np.int32)
        written = consensus_of(
            tokens.offsets, tokens.hashes, bounds, _CONSTANT_SHARE, _SLOT_SHARE,
            seeds, constant, constant_bounds, saved, spans,
        )  # fmt: skip
        if written >= 0:
            break
        room *= 4
    accepted = (saved > 0) & (np.diff(constant_bounds) >= 3)
    number = np.where(accepted, np.cumsum(accepted) - 1, -1)
    template_of = np.repeat(number, np.diff(bounds)).astype(np.int64)
    values = _slot_values(texts, tokens, spans[:written])
    rows = []
    for group in np.flatnonzero(accepted):
        places = constant[constant_bounds[group] : constant_bounds[group + 1]]
        slots = values.get(int(group), {})
        seed = int(seeds[group])
        parts, shown = _render(texts[seed].as_py().encode(), tokens, seed, places, slots, cities)
        members = listing_ids[int(bounds[group]) : int(bounds[group + 1])].to_pylist()
        rows.append(
            {
                "template_id": "t-" + sha256(min(m.encode() for m in members)).hexdigest()[:16],
                "listings": len(members),
                "consensus": parts,
                "slots": shown,
                "saved_bits": float(saved[group]),
            }
        )
    return Templates(pa.Table.from_pylist(rows, schema=TEMPLATE_SCHEMA), template_of)


def _slot_values(
    texts: pa.LargeStringArray, tokens: Tokens, spans: NDArray[np.int32]
) -> dict[int, dict[int, list[tuple[str, int]]]]:
    """component → place → values with counts, most frequent first."""
    data, offsets = text_buffers(texts)
    member = spans[:, 2]
    base = tokens.offsets[member]
    begins = offsets[member] + tokens.starts[base + spans[:, 3]]
    ends = offsets[member] + tokens.ends[base + spans[:, 4] - 1]
    places = np.zeros(len(spans) + 1, np.int64)
    np.cumsum(ends - begins, out=places[1:])
    out = np.zeros(int(places[-1]), np.uint8)
    gather(data, begins, ends, places, out)
    value = pa.LargeStringArray.from_buffers(
        len(spans), pa.py_buffer(places.tobytes()), pa.py_buffer(out.tobytes())
    )
    table = pa.table({"group": spans[:, 0], "place": spans[:, 1], "value": value})
    counted = table.group_by(["group", "place", "value"]).aggregate([([], "count_all")])
    ranked = counted.sort_by(
        [("group", "ascending"), ("place", "ascending"), ("count_all", "descending"),
         ("value", "ascending")]
    )  # fmt: skip
    found: dict[int, dict[int, list[tuple[str, int]]]] = {}
    for group, place, text, times in zip(
        *(ranked[name].to_pylist() for name in ("group", "place", "value", "count_all")),
        strict=True,
    ):
        found.setdefault(group, {}).setdefault(place, []).append((text, times))
    return found


def _render(
    text: bytes, tokens: Tokens, seed: int, places: NDArray[np.int32],
    slots: dict[int, list[tuple[str, int]]], cities: Collection[str],
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:  # fmt: skip
    """Consensus parts as the seed wrote them, and the slots."""
    base = int(tokens.offsets[seed])
    parts: list[dict[str, object]] = []
    shown: list[dict[str, object]] = []
    run = ""
    last_end = -1
    for i in range(len(places) + 1):
        if i in slots:
            if run:
                parts.append({"kind": "text", "text": run, "slot": None})
            number = len(shown)
            held = slots[i]
            shown.append(
                {
                    "slot": number,
                    "kind": slot_kind(held, run, cities),
                    "values": [{"value": v, "count": c} for v, c in held[:_SHOWN_VALUES]],
                    "distinct": len(held),
                }
            )
            parts.append({"kind": "slot", "text": "", "slot": number})
            run = ""
            last_end = -1
        if i == len(places):
            break
        at = base + int(places[i])
        start, end = int(tokens.starts[at]), int(tokens.ends[at])
        joined = i > 0 and last_end >= 0 and places[i] == places[i - 1] + 1
        between = text[last_end:start].decode("utf-8", "replace") if joined else " " if run else ""
        run += between + text[start:end].decode("utf-8", "replace")
        last_end = end
    if run:
        parts.append({"kind": "text", "text": run, "slot": None})
    return parts, shown
