"""Identifiers that only some rows can have: read in Python, and only where a hint asks for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.signals.identifiers.addresses import (
    DOMAIN,
    EMAIL,
    END,
    HOST_END,
    KIND,
    ROW,
    START,
)  # fmt: skip
from lamplighter.signals.identifiers.column import Column
from lamplighter.signals.identifiers.emails import spelled_emails
from lamplighter.signals.identifiers.finds import Finds, Found, Hinted, listed
from lamplighter.signals.identifiers.handles import named_handles
from lamplighter.signals.identifiers.hints import (
    APP,
    AT_WORD,
    CASH,
    COIN,
    DOT_WORD,
    EVERYDAY_SERVICE,
    FAR_AT,
    FOREIGN,
    ID,
    PAYMENT,
    PROVIDER,
    SERVICE,
    TAG,
    TOKEN,
)  # fmt: skip
from lamplighter.signals.identifiers.payments import payment_tags
from lamplighter.signals.identifiers.profiles import PROFILE_DOMAINS, profile
from lamplighter.signals.identifiers.wallets import wallets


def rare_finds(
    texts: Column, hinted: Hinted, addresses: NDArray[np.int64], numbers: Finds
) -> Finds:
    """Spelled e-mails, handles, payment tags and wallets of a column.

    `addresses` and `numbers` are what the two passes over all bytes found.
    """
    found: list[Found] = []
    wanted = wanted_of(hinted.rows)
    rows = np.flatnonzero(wanted)
    if len(rows):
        first = np.searchsorted(hinted.spots[:, 0], rows).tolist()
        last = np.searchsorted(hinted.spots[:, 0], rows, side="right").tolist()
        for at, row in enumerate(rows.tolist()):
            begin, end = int(texts.offsets[row]), int(texts.offsets[row + 1])
            spots = [
                (spot - begin, bits)
                for _, spot, bits in hinted.spots[first[at] : last[at]].tolist()
            ]
            # Latin-1 keeps one character per byte: every place is a byte's, in any script.
            text = texts.data[begin:end].tobytes().decode("latin-1")
            contacts = (
                _contacts(row, addresses, numbers) if wanted[row] & np.uint64(PAYMENT) else []
            )
            here = _read(text, int(wanted[row]), spots, contacts, begin)
            found += [
                (row, begin + start, begin + stop, kind, value, hidden)
                for start, stop, kind, value, hidden in here
            ]
    return listed(found + _profiles(texts, addresses))


def wanted_of(hints: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(n,) the bits of each row that are worth a look; 0 for nearly all."""

    def has(*bits: int) -> NDArray[np.bool_]:
        return (hints & np.uint64(sum(bits))) != 0

    email = has(AT_WORD, FAR_AT) & has(DOT_WORD, PROVIDER)
    everyday = has(EVERYDAY_SERVICE) & has(TAG, ID)
    money = has(PAYMENT) | (has(CASH) & has(APP, TAG))
    out = hints & np.uint64(SERVICE | TOKEN | FOREIGN)
    out |= email * np.uint64(AT_WORD) | everyday * np.uint64(SERVICE) | money * np.uint64(PAYMENT)
    return np.where(out > 0, out | (hints & np.uint64(TAG | COIN)), np.uint64(0))


def _read(
    text: str,
    wanted: int,
    spots: list[tuple[int, int]],
    contacts: list[tuple[int, int, str | None]],
    begin: int,
) -> list[tuple[int, int, str, str, bool]]:
    """First byte, byte after, kind, value and obscured of what one row holds."""
    here: list[tuple[int, int, str, str, bool]] = []
    if wanted & AT_WORD:
        here += spelled_emails(text, [at for at, bits in spots if bits & AT_WORD])
    if wanted & (SERVICE | FOREIGN):
        named = [at for at, bits in spots if bits & (SERVICE | EVERYDAY_SERVICE)]
        here += named_handles(text, named, bool(wanted & FOREIGN))
    if wanted & PAYMENT:
        words = [at for at, bits in spots if bits & (PAYMENT | CASH)]
        near = [(start - begin, end - begin, value) for start, end, value in contacts]
        here += payment_tags(text, words, near)
    if wanted & TOKEN:
        here += wallets(text, bool(wanted & COIN))
    return here


def _contacts(
    row: int, addresses: NDArray[np.int64], numbers: Finds
) -> list[tuple[int, int, str | None]]:
    """First byte, byte after, and value (None for e-mails) of a row's numbers and e-mails."""
    low, high = np.searchsorted(numbers.rows, (row, row + 1)).tolist()
    out: list[tuple[int, int, str | None]] = [
        (int(numbers.starts[at]), int(numbers.ends[at]), numbers.values[at].as_py())
        for at in range(low, high)
    ]
    low, high = np.searchsorted(addresses[:, ROW], (row, row + 1)).tolist()
    return out + [
        (cells[START], cells[END], None)
        for cells in addresses[low:high].tolist()
        if cells[KIND] == EMAIL
    ]


def _profiles(texts: Column, addresses: NDArray[np.int64]) -> list[Found]:
    """What links to the pages of services name: handles, payment tags, numbers."""
    found: list[Found] = []
    links = addresses[(addresses[:, KIND] != EMAIL) & (addresses[:, END] > addresses[:, HOST_END])]
    for cells in links.tolist():
        domain = texts.data[cells[DOMAIN] : cells[HOST_END]].tobytes().decode("ascii").lower()
        if domain not in PROFILE_DOMAINS:
            continue
        path = texts.data[cells[HOST_END] : cells[END]].tobytes().decode("utf-8", "replace")
        named = profile(domain, path)
        if named is not None:
            found.append((cells[ROW], cells[START], cells[END], *named, False))
    return found
