"""Several first names or stated ages on one contact.

Names and ages are read in two ways: as values of the name and age slots of the listing's
template, found again in its text; and, for names that are slot values anywhere, after words
that introduce a person ("my name is", "ask for"), so that one contact under different texts is
seen, too. A name that all listings of a contact share is one voice, not several.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lamplighter.foundation.jit import kernel
from lamplighter.operations.columns import Bytes, Hashes, Indices, codes, text_parts
from lamplighter.operations.columns import text_hash as hash_of
from lamplighter.operations.contacts import Contacts
from lamplighter.operations.features import Features
from lamplighter.operations.layout import Layout, distinct
from lamplighter.operations.model import OperationInput
from lamplighter.operations.slot_values import AGE, NAME, slot_values
from lamplighter.operations.trade import TRADES
from lamplighter.operations.words import (
    FOLDED,
    Kinds,
    ascii_lower,
    find,
    hash_table,
)

_INTRODUCES, _BEFORE_AGE = 2, 3
#: Bytes of title and text that are read.
_READ = 4000


class Mentions(NamedTuple):
    """Names and ages read in the listings."""

    at: Indices  #: sorted member
    kind: Indices  #: 0 name, 1 age
    value: Indices  #: code of the folded name or number


def voices(
    data: OperationInput,
    layout: Layout,
    said: Contacts,
    trade: Indices,
    lists: dict[str, tuple[str, ...]],
    names: Hashes,
    features: Features,
) -> None:
    """Add: names, ages (most distinct ones on one contact that is no hub) and text_names,
    text_ages (distinct ones in the operation).

    They are not read where things are offered (goods, property): a name there is a seller's.
    """
    things = np.isin(trade, [TRADES.index(name) for name in ("goods", "property")])
    read = mentions(data, layout, lists, names, np.flatnonzero(~things[layout.operation]))
    for name, kind in (("names", NAME), ("ages", AGE)):
        here = read.kind == kind
        at, value = read.at[here], read.value[here]
        mask = np.zeros(len(layout.rows), np.bool_)
        mask[at] = True
        total = distinct(layout.operation[at], value, layout.operations)
        features.put(
            {name: _per_contact(layout, said, at, value), f"text_{name}": total},
            mask & (total >= 2)[layout.operation],
        )


def mentions(
    data: OperationInput, layout: Layout, lists: dict[str, tuple[str, ...]], names: Hashes,
    chosen: Indices,
) -> Mentions:  # fmt: skip
    """The names and ages that the chosen sorted members state. `names` are hashes of words that
    are slot values of any operation's templates (`survey.Survey`)."""
    bound, bound_kinds, slotted = slot_values(data.templates)
    words = [*lists.get("introduces", ())], [*lists.get("ages", ())]
    table = dict.fromkeys(names.tolist(), NAME)
    for number, mine in zip((_INTRODUCES, _BEFORE_AGE), words, strict=True):
        for word in mine:
            for form in (word, word.capitalize()):
                table[hash_of(ascii_lower(form))] = number
    small, small_kinds = hash_table(list(table), list(table.values()))
    wanted = np.zeros(len(layout.position), np.bool_)
    wanted[layout.rows[chosen]] = True
    ats, kinds_of, values = ([np.zeros(0, np.int64)] for _ in range(3))
    for name in ("title", "text"):
        for rows, offsets, content, local in text_parts(data.listings, name, wanted):
            at = layout.position[rows]
            found, kind_of, value_of = _scan(
                offsets,
                content,
                local,
                layout.template[at],
                slotted,
                _READ,
                bound,
                bound_kinds,
                small,
                small_kinds,
            )
            ats.append(at[found])
            kinds_of.append(kind_of)
            values.append(value_of)
    at, kind, value = (np.concatenate(parts) for parts in (ats, kinds_of, values))
    return Mentions(at, kind, codes(value, np.zeros(len(value), np.bool_)))


@kernel
def _scan(
    offsets: Indices,
    data: Bytes,
    rows: Indices,
    template: Indices,
    slotted: Kinds,
    limit: int,
    bound: Hashes,
    bound_kinds: Kinds,
    small: Hashes,
    small_kinds: Kinds,
) -> tuple[Indices, Indices, Indices]:
    room = 1024
    out_at = np.empty(room, np.int64)
    out_kind = np.empty(room, np.int64)
    out_value = np.empty(room, np.int64)
    count = 0
    for index in range(len(rows)):
        begin = offsets[rows[index]]
        end = min(offsets[rows[index] + 1], begin + limit)
        mine = template[index]
        has_slots = mine >= 0 and slotted[mine] != 0
        binding = np.uint64(mine + 1) * np.uint64(0x9E3779B97F4A7C15)
        state = np.uint64(0xCBF29CE484222325)
        length = 0
        digits = 0
        capital = False
        introduced = -1
        for at in range(begin, end + 1):
            byte = FOLDED[data[at]] if at < end else np.uint8(0)
            if byte != 0:
                if length == 0:
                    capital = bool(byte != data[at] or byte >= 0xC3)
                if byte <= 57:
                    digits += 1
                state = (state ^ np.uint64(byte)) * np.uint64(0x100000001B3)
                length += 1
                continue
            if length == 0:
                continue
            # Most words are neither names nor two digits: one look into a small table.
            word = find(small, small_kinds, state)
            kind = -1
            if has_slots and (word == 0 or (digits == 2 and length == 2)):
                kind = find(bound, bound_kinds, state ^ binding)
            if kind < 0 and word == 0 and capital and introduced == 2:
                kind = 0
            if kind < 0 and digits == 2 and length == 2 and introduced == 3:
                kind = 1
            if kind >= 0:
                if count == room:
                    room *= 2
                    out_at = _grown(out_at, room)
                    out_kind = _grown(out_kind, room)
                    out_value = _grown(out_value, room)
                out_at[count] = index
                out_kind[count] = kind
                out_value[count] = np.int64(state)
                count += 1
            introduced = word
            state = np.uint64(0xCBF29CE484222325)
            length = 0
            digits = 0
    return out_at[:count], out_kind[:count], out_value[:count]


@kernel
def _grown(values: Indices, room: int) -> Indices:
    larger = np.empty(room, np.int64)
    larger[: len(values)] = values
    return larger


def _per_contact(layout: Layout, said: Contacts, at: Indices, value: Indices) -> Indices:
    """(m,) most distinct values on one contact; where names differ on all listings alike."""
    result = np.zeros(layout.operations, np.int64)
    own = said.reach & ~said.hub
    if not len(at) or not own.any():
        return result
    # Join mentions and contacts of one listing: both sorted by member.
    order = np.argsort(said.at[own], kind="stable")
    where, contact = said.at[own][order], said.contact[own][order]
    low = np.searchsorted(where, at, "left")
    high = np.searchsorted(where, at, "right")
    repeat = high - low
    start = np.repeat(low - np.cumsum(repeat) + repeat, repeat)
    partner = contact[start + np.arange(len(start))]
    owner = np.repeat(layout.operation[at], repeat)
    values = np.repeat(value, repeat)
    if not len(partner):
        return result
    joint = codes(owner * (int(partner.max()) + 1) + partner, np.zeros(len(partner), np.bool_))
    cells = int(joint.max()) + 1
    # A value on every listing of the contact ("call Ann", "24 hours") counts once at most.
    counts = distinct(joint, values, cells)
    holder = np.zeros(cells, np.int64)
    holder[joint] = owner
    np.maximum.at(result, holder, counts)
    return result
