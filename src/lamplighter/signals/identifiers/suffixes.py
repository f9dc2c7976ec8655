"""Where a host name's public part ends: the Public Suffix List, as a table that a kernel reads.

Source: Mozilla's Public Suffix List as packaged (no network) by `publicsuffixlist`; its algorithm is
the list's own (publicsuffix.org/list). Private suffixes are kept: `name.blogspot.com` is a
registered domain of its own, as whoever owns it is.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.signals.identifiers.atoms import Bytes
from lamplighter.signals.tables import Table, look_up, table

#: What a suffix is, added up: a rule, a rule for all names under it, an exception, a top level,
#: a top level that is also a word people write after a full stop without a space.
RULE, WILDCARD, EXCEPTION, TOP, WORDLIKE = 1, 2, 4, 8, 16

#: Top levels that are also words that follow a full stop.
_WORDS = (
    "ai al am are as at bar be best bet bid blue boo book bot box broker buy by cab cafe "
    "call cam camp car care cars case cash cat cc center chat cheap city claims click club "
    "coach cool da dad date day de deal deals delivery dental design diet direct do dog "
    "domains duck earth eat email en energy es et events exchange expert fail fan farm fast "
    "fi fish fit food foot forum free fun fund game games garden gift gives global go gold "
    "golf goo green guide hair help here home homes hot hotel house how id il immo in inc "
    "ink is it jobs joy kids kim kitchen la land law lease legal li life like limited living "
    "lo loan lol love luxe ma man map market md me media meet men menu mi mobi moe mom money "
    "movie mu my na ne new news no now nu off om one open pa page party pay pet phone photo "
    "photos pics pictures pid pink pizza play plus pm prime pro property ps pub py read red "
    "rent rentals repair report rest review rich rip room rooms run safe sale save school se "
    "search security select services sex sh show si silk singles ski so soccer social song "
    "spot st star study style su support ta talk tax taxi team tips tm to today tools top "
    "tours town toys trade training tube us vet vi video villas vote voting watch weather "
    "web wed win work works world wow yoga you zero zip zone "
)


@inlined
def mix(seed: np.uint64, byte: int) -> np.uint64:
    """One step of a 64-bit FNV-1a hash (Fowler, Noll and Vo)."""
    return np.uint64((seed ^ np.uint64(byte)) * np.uint64(0x100000001B3))


SEED = np.uint64(0xCBF29CE484222325)


def _hash(name: str) -> int:
    """Hash of a name's lower-case bytes from its end, as `registered` walks them."""
    value = int(SEED)
    for byte in reversed(name.encode()):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


@cache
def suffixes() -> Table:
    """Hash of a suffix → what it is (read once a process)."""
    source = resources.files("publicsuffixlist").joinpath("public_suffix_list.dat")
    found: dict[int, int] = {}
    words = frozenset(_WORDS.split())

    def put(name: str, meaning: int) -> None:
        for form in {name, name.encode("idna").decode() if not name.isascii() else name}:
            found[_hash(form)] = found.get(_hash(form), 0) | meaning

    for line in source.read_text("utf-8").splitlines():
        rule = line.split()[0] if line and not line.startswith("//") else ""
        if not rule:
            continue
        if rule.startswith("*."):
            put(rule[2:], WILDCARD | (TOP if "." not in rule[2:] else 0))
        elif rule.startswith("!"):
            put(rule[1:], EXCEPTION)
        else:
            put(rule, RULE)
        if "." not in rule:
            put(rule, TOP | (WORDLIKE if rule in words else 0))
    return table(found)


@inlined
def registered(
    keys: NDArray[np.uint64], values: NDArray[np.uint64], data: Bytes, start: int, end: int
) -> tuple[int, int]:
    """First byte of the registered domain of the host data[start:end], and what its top level is.

    (-1, 0) if the top level does not exist or the host is itself a public suffix.
    """
    seed = SEED
    at = end - 1
    top = np.int64(0)
    suffix = -1
    under_wildcard = False
    label = -1
    while at >= start:
        byte = int(data[at])
        if 65 <= byte <= 90:
            byte += 32
        if byte != 46:
            seed = mix(seed, byte)
            if at > start and data[at - 1] != 46:
                at -= 1
                continue
            # A label begins here.
            meaning = np.int64(look_up(keys, values, seed))
            if top == 0:
                if not meaning & TOP:
                    return -1, np.int64(0)
                top = meaning
            if meaning & EXCEPTION:
                return at, top
            if meaning & RULE or under_wildcard or (suffix < 0 and top):
                suffix = at
            under_wildcard = meaning & WILDCARD != 0
            label = at
        else:
            seed = mix(seed, 46)
        at -= 1
    if suffix <= start or label < 0:
        return -1, np.int64(0)
    at = suffix - 2
    while at > start and data[at - 1] != 46:
        at -= 1
    return at, top


def is_registrable(host: str) -> bool:
    """Whether a lower-case ASCII host name is below a public suffix."""
    known = suffixes()
    if not host.isascii() or len(host) > 253:
        return False
    return bool(
        _is_registrable(known.keys, known.values, np.frombuffer(host.encode(), np.uint8).copy())
    )


@kernel
def _is_registrable(keys: NDArray[np.uint64], values: NDArray[np.uint64], host: Bytes) -> bool:
    start, _ = registered(keys, values, host, 0, len(host))
    return start >= 0
