"""Whether two stretches of bytes are the same letters, or the same word but for a slip. Kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]

LONGEST_WORD = 40


@inlined
def lower(byte: int) -> int:
    """An ASCII capital as a small letter."""
    return byte + 32 if 65 <= byte <= 90 else byte


@inlined
def same_letters(a: U8, a_low: int, a_high: int, b: U8, b_low: int, b_high: int) -> bool:
    """Whether both stretches have the same letters and digits (bytes), case and the rest aside."""
    i, j = a_low, b_low
    while True:
        while i < a_high and not (a[i] >= 128 or 48 <= a[i] <= 57 or 65 <= (a[i] & 0xDF) <= 90):
            i += 1
        while j < b_high and not (b[j] >= 128 or 48 <= b[j] <= 57 or 65 <= (b[j] & 0xDF) <= 90):
            j += 1
        if i == a_high or j == b_high:
            return bool(i == a_high and j == b_high)
        if lower(a[i]) != lower(b[j]):
            return False
        i += 1
        j += 1


@inlined
def same_ascii(a: U8, a_low: int, a_high: int, b: U8, b_low: int, b_high: int) -> bool:
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
        if lower(a[i]) != lower(b[j]):
            return False
        found += 1
        i += 1
        j += 1


@inlined
def repeated(tokens: U32, low: int, high: int, first: int, stop: int) -> bool:
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
def respelt(a: U8, a_low: int, a_high: int, b: U8, b_low: int, b_high: int, table: I64) -> bool:
    """Whether two words differ by a slip: Damerau–Levenshtein distance 1, or 2 in long words."""
    n, m = a_high - a_low, b_high - b_low
    if min(n, m) < 3 or max(n, m) > LONGEST_WORD or abs(n - m) > 2:
        return False
    for i in range(a_low, a_high):
        if 48 <= a[i] <= 57:
            return False
    for j in range(b_low, b_high):
        if 48 <= b[j] <= 57:
            return False
    width = LONGEST_WORD + 1
    for i in range(n + 1):
        table[i * width] = i
    for j in range(m + 1):
        table[j] = j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            one, two = lower(a[a_low + i - 1]), lower(b[b_low + j - 1])
            best = table[(i - 1) * width + j - 1] + (one != two)
            best = min(best, table[(i - 1) * width + j] + 1, table[i * width + j - 1] + 1)
            if i > 1 and j > 1:
                if one == lower(b[b_low + j - 2]) and two == lower(a[a_low + i - 2]):
                    best = min(best, table[(i - 2) * width + j - 2] + 1)
            table[i * width + j] = best
    return bool(table[n * width + m] <= (1 if min(n, m) < 6 else 2))
