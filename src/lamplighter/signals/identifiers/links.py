"""E-mails, links and domains of a column, and what hides behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.signals.identifiers.addresses import (
    DOMAIN,
    EMAIL,
    END,
    HOST,
    HOST_END,
    KIND,
    ROW,
    START,
    byte_classes,
    find_addresses,
    link_stops,
)  # fmt: skip
from lamplighter.signals.identifiers.column import Bytes, Column, Places, strings
from lamplighter.signals.identifiers.finds import Finds, Hinted, together
from lamplighter.signals.identifiers.rare import rare_finds
from lamplighter.signals.identifiers.schema import KINDS
from lamplighter.signals.identifiers.suffixes import suffixes

_EMAIL, _URL, _DOMAIN = KINDS.index("email"), KINDS.index("url"), KINDS.index("domain")


def text_finds(texts: Column, numbers: Finds, hinted: Hinted) -> Finds:
    """All finds of a text column: its telephone numbers, addresses, and the rarer kinds."""
    addresses, more = addresses_of(texts)
    rare = rare_finds(texts, hinted._replace(rows=hinted.rows | more), addresses, numbers)
    if len(addresses):
        numbers = numbers.take(~_covered(addresses, numbers.rows, numbers.starts, numbers.ends))
    return together([numbers, *_finds(texts, addresses), rare])


def contact_addresses(texts: Column, field: str) -> Finds:
    """Finds of the contact field `email` or `url`: only addresses of its kind."""
    addresses, _ = addresses_of(texts)
    is_email = addresses[:, KIND] == EMAIL
    if field == "email":
        return together(_finds(texts, addresses[is_email]))
    return together(_finds(texts, addresses[~is_email]))


def addresses_of(texts: Column) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Addresses and hints of a column, as `find_addresses` gives them."""
    known = suffixes()
    return find_addresses(
        texts.offsets, texts.data, known.keys, known.values,
        byte_classes(), link_stops(),
    )  # fmt: skip


def _finds(texts: Column, addresses: NDArray[np.int64]) -> list[Finds]:
    """E-mails; links; and the registered domain of each link, with the host as its raw text."""
    mail = addresses[addresses[:, KIND] == EMAIL]
    link = addresses[addresses[:, KIND] != EMAIL]
    longer = link[link[:, END] - link[:, START] > link[:, HOST_END] - link[:, HOST]]
    return [
        _normal(texts, mail, START, END, _EMAIL, mail[:, END].copy()),
        _normal(texts, longer, HOST, END, _URL, longer[:, HOST_END].copy()),
        _normal(texts, link, DOMAIN, HOST_END, _DOMAIN, link[:, HOST_END].copy()),
    ]


def _normal(
    texts: Column, cells: NDArray[np.int64], first: int, last: int, kind: int, lower: Places
) -> Finds:
    """Values data[first:last], in lower case up to the byte `lower`, links without `www.`."""
    raw_start, raw_end = (HOST, HOST_END) if kind == _DOMAIN else (START, END)
    values = strings(
        *_lowered(texts.data, cells[:, first].copy(), cells[:, last].copy(), lower, kind == _URL)
    )
    return Finds(
        cells[:, ROW].copy(),
        cells[:, raw_start].copy(),
        cells[:, raw_end].copy(),
        np.full(len(cells), kind, np.int8),
        values,
        np.zeros(len(cells), np.bool_),
    )


@kernel
def _lowered(
    data: Bytes, starts: Places, ends: Places, lower: Places, link: bool
) -> tuple[Places, Bytes]:
    offsets = np.zeros(len(starts) + 1, np.int64)
    total = 0
    for at in range(len(starts)):
        total += ends[at] - starts[at]
    out = np.empty(total, np.uint8)
    place = 0
    for at in range(len(starts)):
        start, end = starts[at], ends[at]
        if link:
            if (
                end - start > 4
                and data[start] | 32 == 119
                and data[start + 1] | 32 == 119
                and data[start + 2] | 32 == 119
                and data[start + 3] == 46
            ):
                start += 4
            if data[end - 1] == 47:
                end -= 1
        for byte in range(start, end):
            letter = data[byte]
            out[place] = letter + 32 if byte < lower[at] and 65 <= letter <= 90 else letter
            place += 1
        offsets[at + 1] = place
    return offsets, out[:place].copy()


@kernel
def _covered(
    addresses: NDArray[np.int64], rows: Places, starts: Places, ends: Places
) -> NDArray[np.bool_]:
    """(m,) whether a span lies in an address. Both are sorted by row and place."""
    out = np.zeros(len(rows), np.bool_)
    at = 0
    for span in range(len(rows)):
        while at < len(addresses) and (
            addresses[at, ROW] < rows[span]
            or (addresses[at, ROW] == rows[span] and addresses[at, END] <= starts[span])
        ):
            at += 1
        if at < len(addresses) and addresses[at, ROW] == rows[span]:
            out[span] = addresses[at, START] < ends[span]
    return out
