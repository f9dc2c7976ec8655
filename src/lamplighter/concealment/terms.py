"""Terms over token hashes: keys of word sequences, how each is written, where each occurs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.concealment.hunks import LONGEST_TERM
from lamplighter.concealment.token_state import (
    BECAME,
    DISGUISED,
    FORM,
    GONE,
    KEPT,
    ODD_GAP,
    TITLE,
    UNCLEAR,
)
from lamplighter.foundation.jit import inlined, kernel

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]


@inlined
def extend_key(key: np.uint64, token: np.uint32) -> np.uint64:
    """The key of a sequence with one token more (splitmix64's mix); start from 0."""
    z = np.uint64(key ^ np.uint64(token)) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.uint64(z ^ (z >> np.uint64(31)))


@kernel
def _keys(hashes: U32, lows: I64, highs: I64, out: U64) -> None:
    for at in range(len(lows)):
        key = np.uint64(0)
        for token in range(lows[at], highs[at]):
            key = extend_key(key, hashes[token])
        out[at] = key


def sequence_keys(hashes: U32, lows: I64, highs: I64) -> U64:
    """(h,) key of the tokens `lows[i]:highs[i]`."""
    out = np.zeros(len(lows), np.uint64)
    _keys(hashes, lows, highs, out)
    return out


class TermTable(NamedTuple):
    """Open addressing over the keys of c terms, and a filter on their first tokens."""

    slots: I32  # term index or -1
    keys: U64  # (c,)
    first: U8  # bitmap over the low 20 bits of a first token
    longest: int


@kernel
def _fill(keys: U64, slots: I32) -> None:
    mask = np.uint64(len(slots) - 1)
    for at in range(len(keys)):
        place = keys[at] & mask
        while slots[place] >= 0:
            place = (place + np.uint64(1)) & mask
        slots[place] = at


def term_table(keys: U64, first_tokens: U32, longest: int = LONGEST_TERM) -> TermTable:
    """A table of distinct keys (c,) with the first token of each."""
    size = 16
    while size < 3 * len(keys):
        size *= 2
    slots = np.full(size, -1, np.int32)
    _fill(keys, slots)
    first = np.zeros(1 << 20, np.uint8)
    first[first_tokens & np.uint32((1 << 20) - 1)] = 1
    return TermTable(slots, keys, first, longest)


@inlined
def _find(key: np.uint64, slots: I32, keys: U64) -> int:
    mask = np.uint64(len(slots) - 1)
    place = key & mask
    while slots[place] >= 0:
        if keys[slots[place]] == key:
            return int(slots[place])
        place = (place + np.uint64(1)) & mask
    return -1


@kernel
def _occurrences(
    offsets: I64, hashes: U32, states: U8, pairs: U8, slots: I32, keys: U64, first: U8,
    longest: int, write: bool, present: I64, last: I64,
    term: I32, row_of: I64, at_token: I64, became: U8, form: U8, wanted: U8,
) -> int:  # fmt: skip
    count = 0
    low_bits = np.uint32((1 << 20) - 1)
    for row in range(len(offsets) - 1):
        if pairs[row] == 0:
            continue
        stop = offsets[row + 1]
        for at in range(offsets[row], stop):
            if first[hashes[at] & low_bits] == 0:
                continue
            key = np.uint64(0)
            all_gone, clear, shape, odd = True, True, 0, False
            for size in range(min(longest, stop - at)):
                token = at + size
                key = extend_key(key, hashes[token])
                became_now = states[token] & BECAME
                all_gone = all_gone and became_now == GONE
                clear = clear and became_now != UNCLEAR
                shape = max(shape, (states[token] >> 2) & FORM)
                odd = odd or (size > 0 and (states[token] & ODD_GAP) != 0)
                found = _find(key, slots, keys)
                if found < 0 or not clear or wanted[found] == 0:
                    continue
                if write:
                    if count < len(term):
                        term[count], row_of[count], at_token[count] = found, row, at
                        became[count] = GONE if all_gone else KEPT
                        form[count] = DISGUISED if odd and shape != TITLE else shape
                    count += 1
                else:
                    if last[found] != row:
                        last[found] = row
                        present[found] += 1
    return count


class Events(NamedTuple):
    """Where terms occur in the submitted texts, sorted by token. All (e,)."""

    term: I32
    pair: I64
    token: I64
    gone: NDArray[np.bool_]
    form: U8


class Corpus(NamedTuple):
    """The submitted texts as tokens; `counted` is 1 for pairs that terms are counted in."""

    offsets: I64  # (n + 1,)
    hashes: U32
    states: U8
    counted: U8  # (n,)


def count_terms(corpus: Corpus, table: TermTable) -> I64:
    """(c,) pairs in which each term is present."""
    count = len(table.keys)
    present, last = np.zeros(count, np.int64), np.full(count, -1, np.int64)
    everything = np.ones(count, np.uint8)
    _occurrences(*corpus, *table, False, present, last, *_no_events(0), everything)
    return present


def find_terms(corpus: Corpus, table: TermTable, wanted: NDArray[np.bool_], most: int) -> Events:
    """The first `most` occurrences of the wanted terms (c,)."""
    none = np.zeros(len(table.keys), np.int64)
    asked = (*corpus, *table, True, none, none)
    use = wanted.astype(np.uint8)
    # Counted first: most terms stand in few texts, and room for all would be too much.
    size = min(_occurrences(*asked, *_no_events(0), use), most)
    columns = _no_events(size)
    _occurrences(*asked, *columns, use)
    term, pair, token, gone, form = columns
    return Events(term, pair, token, gone == GONE, form)


def select(events: Events, keep: NDArray[Any]) -> Events:
    """Some of the events: a mask or indices (k,)."""
    return Events(
        events.term[keep], events.pair[keep], events.token[keep], events.gone[keep],
        events.form[keep],
    )  # fmt: skip


def _no_events(size: int) -> tuple[I32, I64, I64, U8, U8]:
    return (np.zeros(size, np.int32), np.zeros(size, np.int64), np.zeros(size, np.int64),
            np.zeros(size, np.uint8), np.zeros(size, np.uint8))  # fmt: skip
