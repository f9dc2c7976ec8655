"""How an operation can be reached: rotation, obscured numbers, hubs, known identifiers.

Phones rotate when the number changes although nothing else does. Branches of a business have
several numbers too, but there the number follows the city or the account. Two things tell:
several numbers at one place (`phones_in_place`), or each number given up before the next is
used (`serial`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lamplighter.foundation.jit import kernel
from lamplighter.operations.columns import (
    NO_TIME,
    Floats,
    Indices,
    Mask,
    codes,
    column,
    flags,
    text_hash,
    text_hashes,
)
from lamplighter.operations.features import Features, share
from lamplighter.operations.layout import Layout, distinct
from lamplighter.operations.model import OperationInput

#: Kinds that reach a person (a URL or a domain may be anyone's page).
REACH = ("phone", "email", "handle", "payment", "wallet")


@dataclass(frozen=True)
class Contacts:
    """Identifiers of the members, one entry each, in the input's order."""

    at: Indices  #: sorted member
    operation: Indices
    contact: Indices  #: code of (kind, value)
    key: Indices  #: hash of (kind, value), as int64
    phone: Mask
    reach: Mask
    hub: Mask
    obscured: Mask
    outside: Indices
    values: pa.Array


def contacts(data: OperationInput, layout: Layout) -> Contacts:
    """Identifiers of members only."""
    table = data.identifiers
    row = column(table, "row", pa.int64()).to_numpy(zero_copy_only=False)
    at = layout.position[row]
    keep = at >= 0
    if not keep.all():
        table = table.filter(pa.array(keep))
        at = at[keep]
    kind = column(table, "kind", pa.large_string())
    values = column(table, "value", pa.large_string())
    kinds = text_hashes(kind)
    key = text_hashes(values) ^ (kinds >> np.uint64(1))
    reach = np.isin(kinds, np.array([text_hash(name) for name in REACH], np.uint64))
    outside = pc.fill_null(column(table, "outside", pa.int64()), 0)
    return Contacts(
        at=at,
        operation=layout.operation[at],
        contact=codes(key, np.zeros(len(key), np.bool_)),
        key=key.view(np.int64),
        phone=kinds == np.uint64(text_hash("phone")),
        reach=reach,
        hub=flags(column(table, "hub", pa.bool_())),
        obscured=flags(column(table, "obscured", pa.bool_())),
        outside=outside.to_numpy(zero_copy_only=False),
        values=values,
    )


def reachability(data: OperationInput, layout: Layout, said: Contacts, features: Features) -> None:
    """Add: phones, accounts, rotation, phones_in_place, serial, one_phone_accounts, hubs,
    obscured, obscured_share, known."""
    m = layout.operations
    own = said.phone & ~said.hub
    n_phones = distinct(said.operation[own], said.contact[own], m)
    with_phone = _mark(layout, said.at[own])
    in_place = _per_cell(layout.place, said, own, layout)
    in_account = _per_cell(layout.account, said, own, layout)
    serial = _serial_share(layout, said, own)
    n = layout.count(with_phone)
    places = layout.distinct(np.where(with_phone, layout.place, -1))
    accounts = layout.distinct(layout.account)
    # One number per city with nothing else to go by may be a chain of shops.
    branch = (in_place <= 1.05) & (places >= n_phones) & (features.values["circuit"] == 0)
    staff = (in_account <= 1.05) & (accounts >= n_phones) & (accounts > 1) & (serial < 0.8)
    turned = (serial >= 0.8) | (in_place >= 1.5) | ((places == 0) & (n > n_phones))
    rotation = (n_phones >= 3) & turned & ~branch & ~staff
    features.put(
        {
            "rotation": np.where(rotation, n_phones, 0),
            "phones": distinct(said.operation[said.phone], said.contact[said.phone], m),
            "phones_in_place": np.round(in_place, 2),
            "serial": serial,
        },
        with_phone,
    )
    features.put({"accounts": accounts})
    features.put({"one_phone_accounts": _accounts_on_a_phone(layout, said, own)}, with_phone)
    hub = _mark(layout, said.at[said.hub])
    features.put({"hub": layout.count(hub)}, hub)
    reached = _mark(layout, said.at[said.reach])
    hidden = _mark(layout, said.at[said.reach & said.obscured])
    seen = layout.count(hidden)
    features.put({"obscured": seen, "obscured_share": share(seen, layout.count(reached))}, hidden)
    known = _known(data, said)
    marked = _mark(layout, said.at[known])
    features.put({"known": layout.count(marked)}, marked)


def _mark(layout: Layout, at: Indices) -> Mask:
    marks = np.zeros(len(layout.rows), np.bool_)
    marks[at] = True
    return marks


def _per_cell(cell: Indices, said: Contacts, own: Mask, layout: Layout) -> Floats:
    """(m,) mean over cells (places, accounts) with two or more listings of the distinct phones
    there; 0 where there is no such cell."""
    m = layout.operations
    width = int(cell.max(initial=0)) + 1
    at = said.at[own]
    at_cell = cell[at]
    known = at_cell >= 0
    joint = codes(said.operation[own] * width + at_cell, ~known)
    cells = int(joint.max(initial=-1)) + 1
    if not cells:
        return np.zeros(m)
    per_cell = distinct(joint[known], said.contact[own][known], cells)
    entries = distinct(joint[known], at[known], cells)
    owner = np.zeros(cells, np.int64)
    owner[joint[known]] = said.operation[own][known]
    several = entries >= 2
    total = np.bincount(owner[several], weights=per_cell[several], minlength=m)
    return share(total, np.bincount(owner[several], minlength=m))


def _serial_share(layout: Layout, said: Contacts, own: Mask) -> Floats:
    """(m,) of the phones after the first, the share that was taken up only when all earlier
    ones had been given up."""
    timed = own & (layout.time[said.at] != NO_TIME)
    order = np.lexsort((said.at[timed], said.contact[timed], said.operation[timed]))
    operation = said.operation[timed][order]
    contact = said.contact[timed][order]
    time = layout.time[said.at[timed][order]]
    new = np.ones(len(order), np.bool_)
    new[1:] = (contact[1:] != contact[:-1]) | (operation[1:] != operation[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order)) - 1
    if not len(starts):
        return np.zeros(layout.operations)
    first, last, owner = time[starts], time[ends], operation[starts]
    ranked = np.lexsort((last, first, owner))
    return _serial(owner[ranked], first[ranked], last[ranked], layout.operations)


@kernel
def _serial(owner: Indices, first: Indices, last: Indices, m: int) -> Floats:
    serial = np.zeros(m)
    later = np.zeros(m)
    reach = 0
    for at in range(len(owner)):
        if at == 0 or owner[at] != owner[at - 1]:
            reach = last[at]
            continue
        later[owner[at]] += 1
        serial[owner[at]] += first[at] >= reach
        reach = max(reach, last[at])
    for group in range(m):
        if later[group] > 0:
            serial[group] /= later[group]
    return serial


def _accounts_on_a_phone(layout: Layout, said: Contacts, own: Mask) -> Indices:
    """(m,) most accounts that use one phone of the operation."""
    result = np.zeros(layout.operations, np.int64)
    if not own.any():
        return result
    cell = said.contact[own]
    joint = codes(said.operation[own] * (int(cell.max()) + 1) + cell, np.zeros(len(cell), np.bool_))
    cells = int(joint.max()) + 1
    counts = distinct(joint, layout.account[said.at[own]], cells)
    owner = np.zeros(cells, np.int64)
    owner[joint] = said.operation[own]
    np.maximum.at(result, owner, counts)
    return result


def _known(data: OperationInput, said: Contacts) -> Mask:
    if data.known is None or not data.known.num_rows:
        return np.zeros(len(said.at), np.bool_)
    kinds = text_hashes(column(data.known, "kind", pa.large_string()))
    listed = text_hashes(column(data.known, "value", pa.large_string())) ^ (kinds >> np.uint64(1))
    found: Mask = np.isin(said.key.view(np.uint64), listed)
    return found
