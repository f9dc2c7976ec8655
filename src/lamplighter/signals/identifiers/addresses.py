"""E-mail addresses and links as they are usually written, and hints of unusual ones: one pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.identifiers.atoms import Bytes
from lamplighter.signals.identifiers.hints import FAR_AT, FOREIGN, TAG
from lamplighter.signals.identifiers.suffixes import WORDLIKE, registered

#: Kinds of `find_addresses`.
EMAIL, LINK = 0, 1
#: Columns: row, kind, first byte, byte after, first byte of host, byte after it, of its domain.
(ROW, KIND, START, END, HOST, HOST_END, DOMAIN) = range(7)

# What a byte is in an address.
_OTHER, _ALNUM, _DASH, _LOCAL, _DOT, _AT, _DOLLAR, _HIGH = range(8)
_CLASSES = np.zeros(256, np.uint8)
for _character in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789":
    _CLASSES[_character] = _ALNUM
_CLASSES[ord(".")], _CLASSES[ord("@")] = _DOT, _AT
_CLASSES[ord("-")] = _DASH
for _character in b"_+%":
    _CLASSES[_character] = _LOCAL
_CLASSES[ord("$")] = _DOLLAR
_CLASSES[0xC0:] = _HIGH
_CLASSES.flags.writeable = False

#: Bytes that end a link, and those that are dropped from its end.
_STOPS = np.zeros(256, np.uint8)
for _character in b' \t\r\n\v\f"<>`|^{}\\\x00':
    _STOPS[_character] = 1
for _character in b".,;:!?')]*_~":
    _STOPS[_character] = 2
_STOPS.flags.writeable = False
#: Longest host name (RFC 1035) and local part (RFC 5321), in bytes.
_LONGEST_HOST, _LONGEST_LOCAL, _LONGEST_LINK = 253, 64, 2048


@kernel
def find_addresses(
    offsets: NDArray[np.int64],
    data: Bytes,
    keys: NDArray[np.uint64],
    values: NDArray[np.uint64],
    classes: NDArray[np.uint8],
    stops: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """(m, 7) addresses of a string column by the columns above, and (n,) hints of its rows.

    A hint has the bits `TAG` for `@name` or `$name`, `FAR_AT` for an `@` outside an address and
    `FOREIGN` for signs that need a closer look.
    """
    found = np.empty((256, 7), np.int64)
    hints = np.zeros(len(offsets) - 1, np.uint64)
    count = 0
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        at = begin
        done = begin
        hint = np.uint64(0)
        while at < end:
            # Nearly all bytes are of no interest.
            while at < end and classes[data[at]] < _DOT:
                at += 1
            if at == end:
                break
            kind = classes[data[at]]
            if kind == _DOT and at > done and at + 1 < end:
                if classes[data[at - 1]] == _ALNUM and classes[data[at + 1]] == _ALNUM:
                    if count == len(found):
                        longer = np.empty((2 * count, 7), np.int64)
                        longer[:count] = found
                        found = longer
                    stop = _address(data, classes, stops, keys, values, done, at, begin, end,
                                    found[count])  # fmt: skip
                    if stop > 0:
                        found[count, ROW] = row
                        count += 1
                        done = stop
                        at = max(at + 1, stop)
                        continue
            elif kind == _AT or kind == _DOLLAR:
                following = classes[data[at + 1]] if at + 1 < end else _OTHER
                if following == _ALNUM or (following == _LOCAL and data[at + 1] == 95):
                    if at == begin or classes[data[at - 1]] != _ALNUM:
                        hint |= _TAG
                elif kind == _AT:
                    hint |= _FAR_AT
            elif kind == _HIGH:
                hint |= _foreign(data, at, end)
            at += 1
        hints[row] = hint
    return found[:count].copy(), hints


_TAG, _FAR_AT, _FOREIGN = np.uint64(TAG), np.uint64(FAR_AT), np.uint64(FOREIGN)


@inlined
def _foreign(data: Bytes, at: int, end: int) -> np.uint64:
    """A hint for the full-width `＠`, and for the Chinese name of a messenger (`微信`)."""
    if at + 5 < end and data[at] == 0xE5 and data[at + 1] == 0xBE and data[at + 2] == 0xAE:
        return _FOREIGN
    if at + 2 < end and data[at] == 0xEF and data[at + 1] == 0xBC and data[at + 2] == 0xA0:
        return _FAR_AT
    return np.uint64(0)


@inlined
def _address(
    data: Bytes,
    classes: NDArray[np.uint8],
    stops: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    values: NDArray[np.uint64],
    done: int,
    dot: int,
    begin: int,
    end: int,
    cells: NDArray[np.int64],
) -> int:
    """The address whose host has a dot at `dot`, into `cells`; the byte after it, 0 if none."""
    host = dot
    while host > done and dot - host < _LONGEST_HOST:
        kind = classes[data[host - 1]]
        if kind != _ALNUM and kind != _DASH and kind != _DOT:
            break
        host -= 1
    stop = dot
    while stop < end and stop - host < _LONGEST_HOST:
        kind = classes[data[stop]]
        if kind != _ALNUM and kind != _DASH and kind != _DOT:
            break
        stop += 1
    after_host = stop
    if stop < end and data[stop] == 64:
        # What looked like a host is the name before an `@`: its host has a dot of its own.
        return 0
    while stop > dot and (data[stop - 1] == 46 or data[stop - 1] == 45):
        stop -= 1
    while host < dot and (data[host] == 46 or data[host] == 45):
        host += 1
    for at in range(host + 1, stop):
        if data[at] == 46 and data[at - 1] == 46:
            return 0
    if stop < end and ((data[stop] >= 0xC0 and data[stop] < 0xE0) or data[stop] == 95):
        return 0
    domain, top = registered(keys, values, data, host, stop)
    if domain < 0:
        return 0
    cells[HOST], cells[HOST_END], cells[DOMAIN] = host, stop, domain
    before = int(data[host - 1]) if host > done else 32
    if before == 64:
        start = host - 1
        while start > done and host - start <= _LONGEST_LOCAL:
            kind = classes[data[start - 1]]
            if kind == _OTHER or kind >= _AT:
                break
            start -= 1
        # A name begins with a letter or a digit, and no dot ends it.
        while start < host - 1 and classes[data[start]] != _ALNUM:
            start += 1
        if start >= host - 1 or data[host - 2] == 46:
            return 0
        if start > begin and data[start - 1] >= 0x80:
            return 0
        cells[KIND], cells[START], cells[END] = EMAIL, start, stop
        return stop
    if before == 95 or (before >= 0x80 and before < 0xC0 and _letter_before(data, host)):
        return 0
    start = host
    scheme = False
    if before == 47 and host - 3 >= done and data[host - 2] == 47 and data[host - 3] == 58:
        start = host - 3
        while start > done and classes[data[start - 1]] == _ALNUM:
            start -= 1
        scheme = start < host - 3
    last = stop
    if last < end and data[last] == 58:
        port = last + 1
        while port < end and 48 <= data[port] <= 57:
            port += 1
        if port - last > 1 and port - last <= 6:
            last = port
    path = False
    if last < end and after_host <= last and (data[last] == 47 or data[last] == 63):
        path = True
        while last < end and last - start < _LONGEST_LINK and stops[data[last]] != 1:
            if data[last] == 0xE3 and last + 2 < end and data[last + 1] == 0x80:
                break
            last += 1
        while last > stop + 1 and stops[data[last - 1]] == 2:
            last -= 1
    world = (
        stop - host > 4
        and data[host] | 32 == 119
        and data[host + 1] | 32 == 119
        and (data[host + 2] | 32 == 119 and data[host + 3] == 46)
    )
    if not scheme and not world:
        # `sold.So` is two sentences; a host is written in one case.
        tail = stop
        while data[tail - 1] != 46:
            tail -= 1
        if 65 <= data[tail] <= 90 and not 65 <= data[host] <= 90:
            return 0
        if 65 <= data[tail] <= 90 and stop - tail > 1 and data[tail + 1] >= 97:
            return 0
        if top & WORDLIKE and not (path and last > stop + 1):
            return 0
        if stop - tail < 2 or (tail - 1 - domain < 2 and not path):
            return 0
        if path and last == stop + 1:
            last = stop
    if (world and domain >= host + 4) or not world:
        cells[KIND], cells[START], cells[END] = LINK, start, last
        return last
    return 0


@inlined
def _letter_before(data: Bytes, at: int) -> bool:
    """Whether the character before a byte is a two-byte letter: part of a name not read here."""
    return at >= 2 and 0xC3 <= data[at - 2] <= 0xDF


def byte_classes() -> NDArray[np.uint8]:
    """(256,) what each byte is in an address."""
    return _CLASSES


def link_stops() -> NDArray[np.uint8]:
    """(256,) 1 for bytes that end a link, 2 for bytes dropped from its end."""
    return _STOPS
