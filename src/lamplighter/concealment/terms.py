"""Terms over token hashes: keys of word sequences, how each is written, where each occurs."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.hunks import LONGEST_TERM
from lamplighter.foundation.jit import inlined, kernel
from lamplighter.text.tokens import (
    MARK_DIGIT,
    MARK_HOMOGLYPH,
    MARK_LEET,
    MARK_SPACED,
    MARK_ZERO_WIDTH,
    Tokens,
    hash_word,
    text_buffers,
)

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]

#: What became of a submitted token. UNCLEAR: it went with something else (a contact, a passage),
#: so that it tells nothing about itself.
KEPT, GONE, UNCLEAR = 0, 1, 2
#: How a token is written, shifted left by 2 in its state. A filter may tell these apart.
PLAIN, CAPITALISED, CAPITALS, DISGUISED, TITLE = range(5)
FORMS = ("small letters", "capitalised", "capitals", "disguised", "in the title")
#: Set where the space before a token is not one ordinary space.
ODD_GAP = 32
#: Set on a hashtag, and on a number with a currency and the currency's name: see `habits`.
TAGGED, PRICED = 64, 128
_BECAME, _FORM = 3, 7

_DISGUISES = MARK_HOMOGLYPH | MARK_ZERO_WIDTH | MARK_SPACED | MARK_LEET


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


@cache
def _cases() -> U8:
    """(65536,) 1 for capital letters, 2 for small ones, 0 for what has no case."""
    cases = np.zeros(0x10000, np.uint8)
    for code in range(0x10000):
        character = chr(code)
        cases[code] = 1 if character.isupper() else 2 if character.islower() else 0
    cases.flags.writeable = False
    return cases


_CURRENCIES = (
    "usd", "eur", "gbp", "cad", "aud", "dollar", "dollars", "euro", "euros", "bucks", "inr", "rs",
)  # fmt: skip


@cache
def _currencies() -> U32:
    names = np.array([hash_word(name) for name in _CURRENCIES], np.uint32)
    names.flags.writeable = False
    return names


@inlined
def _currency_sign(data: U8, before: int, after: int) -> bool:
    """Whether `$ £ ¥ € ₹` stands before byte `before` or at byte `after`, a space between or none."""
    if before >= 1 and data[before - 1] == 0x20:
        before -= 1
    if after < len(data) and data[after] == 0x20:
        after += 1
    if (before >= 1 and data[before - 1] == 0x24) or (after < len(data) and data[after] == 0x24):
        return True
    if before >= 2 and data[before - 2] == 0xC2 and data[before - 1] in (0xA3, 0xA5):
        return True
    if before >= 3 and data[before - 3] == 0xE2 and data[before - 2] == 0x82:
        return bool(data[before - 1] in (0xAC, 0xB9))
    if after + 2 < len(data) and data[after] == 0xE2 and data[after + 1] == 0x82:
        return bool(data[after + 2] in (0xAC, 0xB9))
    return bool(after + 1 < len(data) and data[after] == 0xC2 and data[after + 1] in (0xA3, 0xA5))


@kernel
def _flags(
    data: U8, texts: I64, offsets: I64, starts: I32, ends: I32, marks: U8, hashes: U32,
    currencies: U32, digit: int, out: U8,
) -> None:  # fmt: skip
    for row in range(len(texts) - 1):
        base, stop = texts[row], texts[row + 1]
        named = False  # the token before is a currency
        for token in range(offsets[row], offsets[row + 1]):
            low, high = base + starts[token], base + ends[token]
            if low > base and data[low - 1] == 0x23:
                out[token] |= np.uint8(TAGGED)
            currency = False
            for name in currencies:
                currency = currency or hashes[token] == name
            if marks[token] & digit:
                priced = named or _currency_sign(data[base:stop], low - base, high - base)
                if token > offsets[row] and out[token - 1] & PRICED:
                    # The rest of "$1,200.50"
                    last = base + ends[token - 1]
                    priced = priced or (low - last == 1 and data[last] in (0x2C, 0x2E))
                if priced:
                    out[token] |= np.uint8(PRICED)
                    if named:
                        out[token - 1] |= np.uint8(PRICED)
            elif currency and token > offsets[row] and marks[token - 1] & digit:
                out[token] |= np.uint8(PRICED)
                at = token - 1
                while at >= offsets[row] and marks[at] & digit:
                    out[at] |= np.uint8(PRICED)
                    last = base + ends[at - 1] if at > offsets[row] else base
                    # "1,200 dollars"
                    if base + starts[at] - last != 1 or data[last] not in (0x2C, 0x2E):
                        break
                    at -= 1
            named = currency


@kernel
def _forms(
    data: U8, texts: I64, titles: I64, offsets: I64, starts: I32, ends: I32, marks: U8, cases: U8,
    out: U8,
) -> None:  # fmt: skip
    for row in range(len(texts) - 1):
        base = texts[row]
        for token in range(offsets[row], offsets[row + 1]):
            upper, lower, at = 0, 0, base + starts[token]
            while at < base + ends[token]:
                code = np.int64(data[at])
                size = 1
                if code >= 0xF0:
                    code, size = np.int64(0), 4
                elif code >= 0xE0:
                    code = (code & 15) << 12 | (np.int64(data[at + 1]) & 63) << 6
                    code, size = code | (np.int64(data[at + 2]) & 63), 3
                elif code >= 0xC0:
                    code, size = (code & 31) << 6 | (np.int64(data[at + 1]) & 63), 2
                upper += cases[code] == 1
                lower += cases[code] == 2
                at += size
            form = PLAIN
            if marks[token] & _DISGUISES:
                form = DISGUISED
            elif upper > 1 and lower == 0:
                form = CAPITALS
            elif upper > 0:
                form = CAPITALISED
            if starts[token] < titles[row]:
                form = TITLE
            state = form << 2
            if token > offsets[row]:
                gap = base + ends[token - 1]
                if starts[token] - ends[token - 1] != 1 or data[gap] != 32:
                    state |= ODD_GAP
            out[token] = state


def token_states(tokens: Tokens, texts: pa.Array, title_bytes: I64) -> U8:
    """(tokens,) form, gap and flags of each token; what became of it is KEPT.

    `title_bytes` (n,) of each text are its title.
    """
    out = np.zeros(len(tokens.hashes), np.uint8)
    data, offsets = text_buffers(texts)
    _forms(
        data, offsets, title_bytes, tokens.offsets, tokens.starts, tokens.ends, tokens.marks,
        _cases(), out,
    )  # fmt: skip
    _flags(
        data, offsets, tokens.offsets, tokens.starts, tokens.ends, tokens.marks, tokens.hashes,
        _currencies(), MARK_DIGIT, out,
    )  # fmt: skip
    return out


@kernel
def mark_tokens(lows: I64, highs: I64, becomes: U8, states: U8) -> None:
    """Write what became of the tokens `lows[i]:highs[i]` into `states`."""
    for at in range(len(lows)):
        for token in range(lows[at], highs[at]):
            states[token] = (states[token] & np.uint8(0xFC)) | becomes[at]


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
                became_now = states[token] & _BECAME
                all_gone = all_gone and became_now == GONE
                clear = clear and became_now != UNCLEAR
                shape = max(shape, (states[token] >> 2) & _FORM)
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
