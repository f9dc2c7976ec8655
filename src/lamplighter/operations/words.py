"""Words in text by hash: a scan over bytes that looks each word up in a small table.

A word is a run of ASCII letters, digits and bytes of other scripts, folded in ASCII case. An
English plural in -s is found by its singular.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.operations.columns import Bytes, Hashes, Indices, text_hash

Kinds = npt.NDArray[np.int64]
Votes = npt.NDArray[np.int32]


def word_table(lists: Mapping[str, Sequence[str]]) -> tuple[Hashes, Kinds]:
    """An open-addressed table: hash of the word → number of its list (0-based).

    Lists come in the mapping's order; a word in two lists belongs to the first. Words of other
    scripts are entered as written and with a capital, since the scan folds ASCII only.
    """
    entries: dict[int, int] = {}
    for number, words in enumerate(lists.values()):
        for word in words:
            for form in (word.lower(), word.capitalize(), word.upper()):
                entries.setdefault(text_hash(ascii_lower(form)), number)
    return hash_table(list(entries), list(entries.values()))


def hash_table(
    hashes: Sequence[int] | Hashes, kinds: Sequence[int] | Kinds
) -> tuple[Hashes, Kinds]:
    """The table for hashes that are distinct and not 0; at most half full."""
    size = 16
    while size < 2 * len(hashes) + 1:
        size *= 2
    keys = np.zeros(size, np.uint64)
    values = np.full(size, -1, np.int64)
    _fill(keys, values, np.array(hashes, np.uint64), np.array(kinds, np.int64))
    return keys, values


def ascii_lower(word: str) -> str:
    """Lower case of A-Z only, as the scan folds."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in word)


@kernel
def _fill(keys: Hashes, values: Kinds, hashes: Hashes, kinds: Kinds) -> None:
    mask = np.uint64(len(keys) - 1)
    for at in range(len(hashes)):
        slot = hashes[at] & mask
        while keys[slot] != np.uint64(0):
            slot = (slot + np.uint64(1)) & mask
        keys[slot] = hashes[at]
        values[slot] = kinds[at]


@inlined
def find(keys: Hashes, values: Kinds, wanted: np.uint64) -> int:
    """The value of a hash in the table, -1 where absent."""
    mask = np.uint64(len(keys) - 1)
    slot = wanted & mask
    while keys[slot] != np.uint64(0):
        if keys[slot] == wanted:
            return int(values[slot])
        slot = (slot + np.uint64(1)) & mask
    return -1


def _folding() -> Bytes:
    table = np.zeros(256, np.uint8)
    for byte in range(256):
        if byte >= 128 or chr(byte).isalnum():
            table[byte] = ord(chr(byte).lower()) if byte < 128 else byte
    return table


#: Byte → the byte as hashed; 0 where it ends a word. A word is ASCII letters and digits and
#: whatever belongs to a character of another script.
FOLDED = _folding()


@kernel
def votes(
    offsets: Indices,
    data: Bytes,
    rows: Indices,
    limit: int,
    keys: Hashes,
    values: Kinds,
    kinds: int,
) -> Votes:
    """(len(rows), kinds) how many words of each list occur in the first `limit` bytes."""
    found = np.zeros((len(rows), kinds), np.int32)
    for index in range(len(rows)):
        begin = offsets[rows[index]]
        end = min(offsets[rows[index] + 1], begin + limit)
        state = np.uint64(0xCBF29CE484222325)
        before = state
        last = np.uint8(0)
        length = 0
        for at in range(begin, end + 1):
            byte = FOLDED[data[at]] if at < end else np.uint8(0)
            if byte != 0:
                before = state
                state = (state ^ np.uint64(byte)) * np.uint64(0x100000001B3)
                last = byte
                length += 1
            elif length:
                if length > 2:
                    kind = find(keys, values, state)
                    if kind < 0 and last == 115:
                        kind = find(keys, values, before)
                    if kind >= 0:
                        found[index, kind] += 1
                state = np.uint64(0xCBF29CE484222325)
                length = 0
    return found
