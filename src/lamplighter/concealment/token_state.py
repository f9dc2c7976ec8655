"""What became of each submitted token, and how it is written: one byte a token."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

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
#: Where in a state these two are (the form after a shift by 2).
BECAME, FORM = 3, 7

_DISGUISES = MARK_HOMOGLYPH | MARK_ZERO_WIDTH | MARK_SPACED | MARK_LEET


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
