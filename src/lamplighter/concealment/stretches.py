"""From stretches of a text to its tokens, and from tokens to the words as written."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.text.tokens import Tokens, text_buffers

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]


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
