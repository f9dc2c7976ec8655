"""What a hunk is: words removed, replaced, respelt, only written otherwise, or put in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.concealment.align import Hunks
from lamplighter.concealment.letters import (
    LONGEST_WORD,
    repeated,
    respelt,
    same_ascii,
    same_letters,
)
from lamplighter.foundation.jit import kernel
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
_DIALLED = 7
#: A text is written anew (translated, say) if so many words went and came: at least, and of all.
_ANEW_WORDS, _ANEW_SHARE = 6, 0.2


@kernel
def _kinds(
    pair: I64, a0: I64, a1: I64, b0: I64, b1: I64, rows: I64,
    a: U8, a_texts: I64, a_starts: I32, a_ends: I32,
    b: U8, b_texts: I64, b_starts: I32, b_ends: I32, in_contact: U8,
    a_offsets: I64, a_hashes: U32, b_offsets: I64, kinds: U8,
) -> None:  # fmt: skip
    table = np.zeros((LONGEST_WORD + 1) * (LONGEST_WORD + 1), np.int64)
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
        if m == 0 and repeated(a_hashes, a0[at], a1[at], a_offsets[row], a_offsets[row + 1]):
            kinds[at] = SAME
            continue
        if m > 0:
            other = b_texts[pair[at]]
            if same_letters(
                a, base + a_starts[a0[at]], base + a_ends[a1[at] - 1],
                b, other + b_starts[b0[at]], other + b_ends[b1[at] - 1],
            ):  # fmt: skip
                kinds[at] = SAME
                continue
            slips = n == m
            for i in range(n):
                slips = slips and respelt(
                    a, base + a_starts[a0[at] + i], base + a_ends[a0[at] + i],
                    b, other + b_starts[b0[at] + i], other + b_ends[b0[at] + i], table,
                )  # fmt: skip
            slips = slips or same_ascii(
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
