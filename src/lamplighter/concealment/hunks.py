"""What a hunk is: words removed, replaced, respelt, only written otherwise, or put in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.align import Hunks
from lamplighter.foundation.jit import inlined, kernel
from lamplighter.text.tokens import Tokens, text_buffers

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]

#: Kinds of hunks. SAME: other spacing or joining of the same letters. CONTACT: most of what went is
#: an identifier. PASSAGE: more words at once than a term has, or part of a text written anew.
#: HABIT: taken by a habit of the platform that chooses no words (`habits`).
REMOVED, REPLACED, RESPELT, SAME, INSERTED, CONTACT, PASSAGE, HABIT = range(8)

#: Longest term in words; a longer stretch is a passage.
LONGEST_TERM = 4
#: Words beside an identifier that go with it ("call me at").
_WITH_CONTACT = 4
_LONGEST_WORD = 40
_DIALLED = 7
#: A text is written anew (translated, say) if so many words went and came: at least, and of all.
_ANEW_WORDS, _ANEW_SHARE = 8, 0.25


@inlined
def _lower(byte: int) -> int:
    return byte + 32 if 65 <= byte <= 90 else byte


@inlined
def _same_letters(a: U8, a_low: int, a_high: int, b: U8, b_low: int, b_high: int) -> bool:
    """Whether both stretches have the same letters and digits (bytes), case and the rest aside."""
    i, j = a_low, b_low
    while True:
        while i < a_high and not (a[i] >= 128 or 48 <= a[i] <= 57 or 65 <= (a[i] & 0xDF) <= 90):
            i += 1
        while j < b_high and not (b[j] >= 128 or 48 <= b[j] <= 57 or 65 <= (b[j] & 0xDF) <= 90):
            j += 1
        if i == a_high or j == b_high:
            return bool(i == a_high and j == b_high)
        if _lower(a[i]) != _lower(b[j]):
            return False
        i += 1
        j += 1


@inlined
def _same_ascii(a: U8, a_low: int, a_high: int, b: U8, b_low: int, b_high: int) -> bool:
    """Whether both have the same ASCII letters and digits, some at least, and the first has others:
    what a store without accents makes of a word ("caf", "na?ve")."""
    i, j, found, wide = a_low, b_low, 0, False
    while True:
        while i < a_high and not (48 <= a[i] <= 57 or 65 <= (a[i] & 0xDF) <= 90):
            wide = wide or a[i] >= 128
            i += 1
        while j < b_high and not (48 <= b[j] <= 57 or 65 <= (b[j] & 0xDF) <= 90):
            j += 1
        if i >= a_high or j >= b_high:
            return bool(i >= a_high and j >= b_high and found > 0 and wide)
        if _lower(a[i]) != _lower(b[j]):
            return False
        found += 1
        i += 1
        j += 1


@inlined
def _repeated(tokens: U32, low: int, high: int, first: int, stop: int) -> bool:
    """Whether the words `low:high` stand once more right before or after: "very very" → "very"."""
    for period in range(1, high - low + 1):
        before, after = low - period >= first, high + period <= stop
        for token in range(low, high):
            before = before and tokens[token] == tokens[token - period]
            after = after and tokens[token] == tokens[token + period]
            if not before and not after:
                break
        if before or after:
            return True
    return False


@inlined
def _respelt(a: U8, a_low: int, a_high: int, b: U8, b_low: int, b_high: int, table: I64) -> bool:
    """Whether two words differ by a slip: Damerau–Levenshtein distance 1, or 2 in long words."""
    n, m = a_high - a_low, b_high - b_low
    if min(n, m) < 3 or max(n, m) > _LONGEST_WORD or abs(n - m) > 2:
        return False
    for i in range(a_low, a_high):
        if 48 <= a[i] <= 57:
            return False
    for j in range(b_low, b_high):
        if 48 <= b[j] <= 57:
            return False
    width = _LONGEST_WORD + 1
    for i in range(n + 1):
        table[i * width] = i
    for j in range(m + 1):
        table[j] = j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            one, two = _lower(a[a_low + i - 1]), _lower(b[b_low + j - 1])
            best = table[(i - 1) * width + j - 1] + (one != two)
            best = min(best, table[(i - 1) * width + j] + 1, table[i * width + j - 1] + 1)
            if i > 1 and j > 1:
                if one == _lower(b[b_low + j - 2]) and two == _lower(a[a_low + i - 2]):
                    best = min(best, table[(i - 2) * width + j - 2] + 1)
            table[i * width + j] = best
    return bool(table[n * width + m] <= (1 if min(n, m) < 6 else 2))


@kernel
def _kinds(
    pair: I64, a0: I64, a1: I64, b0: I64, b1: I64, rows: I64,
    a: U8, a_texts: I64, a_starts: I32, a_ends: I32,
    b: U8, b_texts: I64, b_starts: I32, b_ends: I32, in_contact: U8,
    a_offsets: I64, a_hashes: U32, b_offsets: I64, kinds: U8,
) -> None:  # fmt: skip
    table = np.zeros((_LONGEST_WORD + 1) * (_LONGEST_WORD + 1), np.int64)
    for at in range(len(pair)):
        n, m = a1[at] - a0[at], b1[at] - b0[at]
        if n == 0:
            kinds[at] = INSERTED
            continue
        contact, numbers, digits = 0, 0, 0
        base = a_texts[rows[pair[at]]]
        for i in range(a0[at], a1[at]):
            contact += in_contact[i]
            figures = 0
            for byte in range(base + a_starts[i], base + a_ends[i]):
                figures += 48 <= a[byte] <= 57
            digits += figures
            numbers += figures > 0
        # So many digits at once are a number to call, valid or not.
        if digits >= _DIALLED:
            contact = max(contact, numbers)
        if contact > 0 and n - contact <= _WITH_CONTACT:
            kinds[at] = CONTACT
            continue
        row = rows[pair[at]]
        if m == 0 and _repeated(a_hashes, a0[at], a1[at], a_offsets[row], a_offsets[row + 1]):
            kinds[at] = SAME
            continue
        if m > 0:
            other = b_texts[pair[at]]
            if _same_letters(
                a, base + a_starts[a0[at]], base + a_ends[a1[at] - 1],
                b, other + b_starts[b0[at]], other + b_ends[b1[at] - 1],
            ):  # fmt: skip
                kinds[at] = SAME
                continue
            slips = n == m
            for i in range(n):
                slips = slips and _respelt(
                    a, base + a_starts[a0[at] + i], base + a_ends[a0[at] + i],
                    b, other + b_starts[b0[at] + i], other + b_ends[b0[at] + i], table,
                )  # fmt: skip
            slips = slips or _same_ascii(
                a, base + a_starts[a0[at]], base + a_ends[a1[at] - 1],
                b, other + b_starts[b0[at]], other + b_ends[b1[at] - 1],
            )  # fmt: skip
            if slips:
                kinds[at] = RESPELT
                continue
        if n > 2 * LONGEST_TERM:
            kinds[at] = PASSAGE
        else:
            kinds[at] = REMOVED if m == 0 else REPLACED
    at = 0
    while at < len(pair):
        first, gone, came = at, 0, 0
        while at < len(pair) and pair[at] == pair[first]:
            if kinds[at] in (REMOVED, REPLACED, PASSAGE, INSERTED):
                gone += a1[at] - a0[at]
                came += b1[at] - b0[at]
            at += 1
        row, shown = rows[pair[first]], pair[first]
        if (
            min(gone, came) >= _ANEW_WORDS
            and gone >= _ANEW_SHARE * (a_offsets[row + 1] - a_offsets[row])
            and came >= _ANEW_SHARE * (b_offsets[shown + 1] - b_offsets[shown])
        ):
            for one in range(first, at):
                if kinds[one] == REMOVED or kinds[one] == REPLACED:
                    kinds[one] = PASSAGE


@kernel
def _plain_contacts(
    pair: I64, a0: I64, a1: I64, rows: I64, a: U8, a_texts: I64, a_starts: I32, a_ends: I32,
    in_contact: U8, doubtful: U8,
) -> None:  # fmt: skip
    for at in range(len(pair)):
        base, digits, signs = a_texts[rows[pair[at]]], 0, 0
        for i in range(a0[at], a1[at]):
            low, high = base + a_starts[i], base + a_ends[i]
            for byte in range(low, high):
                digits += 48 <= a[byte] <= 57
            while low > base and a[low - 1] > 32 and a[low - 1] != 64:
                low -= 1
            stop = a_texts[rows[pair[at]] + 1]
            while high < stop and a[high] > 32 and a[high] != 64:
                high += 1
            if (low > base and a[low - 1] == 64) or (high < stop and a[high] == 64):
                in_contact[i] = 1
                signs += 1
        if a1[at] > a0[at] and digits < _DIALLED and signs == 0:
            doubtful[pair[at]] = 1


def plain_contacts(
    hunks: Hunks, rows: I64, submitted: Tokens, before: pa.Array, in_contact: U8
) -> I64:
    """Mark removed addresses with `@` in `in_contact`; pairs whose hunks need a closer look.

    A number of seven digits or an address says by itself that a contact went. Of the other stretches
    only `signals.identifiers` can tell, and that takes a hundred times as long.
    """
    doubtful = np.zeros(len(rows), np.uint8)
    a, a_texts = text_buffers(before)
    _plain_contacts(
        hunks.pair, hunks.a0, hunks.a1, rows, a, a_texts, submitted.starts, submitted.ends,
        in_contact, doubtful,
    )  # fmt: skip
    return np.flatnonzero(doubtful)


def hunk_kinds(
    hunks: Hunks, rows: I64, submitted: Tokens, before: pa.Array, published: Tokens,
    after: pa.Array, in_contact: U8,
) -> U8:  # fmt: skip
    """(h,) kind of each hunk. `in_contact` is 1 for submitted tokens inside an identifier."""
    kinds = np.zeros(len(hunks.pair), np.uint8)
    a, a_texts = text_buffers(before)
    b, b_texts = text_buffers(after)
    _kinds(
        *hunks, rows, a, a_texts, submitted.starts, submitted.ends,
        b, b_texts, published.starts, published.ends, in_contact,
        submitted.offsets, submitted.hashes, published.offsets, kinds,
    )  # fmt: skip
    return kinds


@kernel
def _span_tokens(
    rows: I64, starts: I64, ends: I64, data: U8, texts: I64,
    offsets: I64, token_starts: I32, token_ends: I32, lows: I64, highs: I64,
) -> None:  # fmt: skip
    for at in range(len(rows)):
        row = rows[at]
        base, stop = texts[row], texts[row + 1]
        byte, point = base, 0
        low = np.int64(-1)
        while byte < stop and point < ends[at]:
            if point == starts[at]:
                low = byte - base
            byte += 1
            while byte < stop and (data[byte] & 0xC0) == 0x80:
                byte += 1
            point += 1
        high = byte - base
        lows[at] = highs[at] = offsets[row]
        if low < 0:
            continue
        for token in range(offsets[row], offsets[row + 1]):
            if token_ends[token] > low and token_starts[token] < high:
                if highs[at] <= lows[at]:
                    lows[at] = token
                highs[at] = token + 1


def span_tokens(tokens: Tokens, texts: pa.Array, rows: I64, spans: pa.Table) -> tuple[I64, I64]:
    """(s,) tokens `low:high` that lie in each span: `start`, `end` in code points of `rows[row]`."""
    data, offsets = text_buffers(texts)
    row, start, end = (spans[name].to_numpy().astype(np.int64) for name in ("row", "start", "end"))
    lows, highs = np.zeros(len(row), np.int64), np.zeros(len(row), np.int64)
    _span_tokens(
        rows[row], start, end, data, offsets, tokens.offsets, tokens.starts, tokens.ends,
        lows, highs,
    )  # fmt: skip
    return lows, highs


@kernel
def _cut(data: U8, lows: I64, highs: I64, offsets: I64, out: U8) -> None:
    for at in range(len(lows)):
        base = offsets[at]
        for byte in range(lows[at], highs[at]):
            out[base + byte - lows[at]] = data[byte]


def words_of(tokens: Tokens, texts: pa.Array, rows: I64, lows: I64, highs: I64) -> pa.Array:
    """(h,) the stretch of text from token `lows` to `highs` of each row, as written; null if none."""
    data, offsets = text_buffers(texts)
    some = highs > lows
    last = max(len(tokens.starts) - 1, 0)
    starts = np.append(tokens.starts, 0)[np.minimum(lows, last)]
    ends = np.append(tokens.ends, 0)[np.clip(highs - 1, 0, last)]
    low = np.where(some, offsets[rows] + starts, 0).astype(np.int64)
    high = np.where(some, offsets[rows] + ends, 0).astype(np.int64)
    sizes = np.concatenate([np.zeros(1, np.int64), np.cumsum(high - low)])
    out = np.empty(int(sizes[-1]), np.uint8)
    _cut(data, low, high, sizes, out)
    valid = pa.py_buffer(np.packbits(some, bitorder="little"))
    buffers = [valid, pa.py_buffer(sizes), pa.py_buffer(out)]
    return pa.Array.from_buffers(pa.large_string(), len(lows), buffers)
