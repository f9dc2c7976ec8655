"""The kernel that writes text: grammar expansion, slots, and the reworking of copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.simulate.chance import draw
from lamplighter.simulate.rework import edit, evade, pad
from lamplighter.simulate.slots import put, put_slot

#: Bytes of one rendered text at most; a longer one is cut at a whole piece.
ROOM = 24_000

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
_ONE = np.uint64(1)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SPACE = 32
_SLOTS = 10  # pieces below are slots, see `grammar.SLOTS`


@inlined
def expand(
    out: U8, held: U8, at: int, root: int, pool: U8, pieces: I64, symbols: I64,
    alternatives: I64, operations: NDArray[np.int32], row: I64, styles: I64,
    state: NDArray[np.uint64], stack: NDArray[np.int32], streams: U8, marked: bool,
    used: NDArray[np.uint64], stamp: I64, turn: int,
) -> int:  # fmt: skip
    """Expand a symbol into `out` from `at`; `held`, if `marked`, tells the bytes of slots.

    `used` and `stamp` remember what each symbol chose in this listing (`turn`), so that a text
    does not say the same thing twice while there is something else to say.
    """
    depth = 1
    stack[0] = -(1 + 4 * root)
    streams[0] = 0
    while depth > 0 and at < ROOM - 2000:
        depth -= 1
        operation = stack[depth]
        stream = streams[depth]
        if operation >= 0:
            begin = at
            if operation < _SLOTS:
                at = put_slot(out, at, operation, pool, pieces, row, styles)
            else:
                at = put(out, at, pool, pieces, operation)
            if marked:
                flag = np.uint8(1 if operation < _SLOTS else 0)
                for i in range(begin, at):
                    held[i] = flag
            continue
        code = -(operation + 1)
        symbol = code // 4
        mode = code % 4
        if mode == 3 and draw(state, stream, 2) == 0:
            continue
        if mode == 1:
            stream = 1
        count = symbols[symbol + 1] - symbols[symbol]
        if mode == 2:
            state[3] = state[2] + np.uint64(symbol) * _GOLDEN
            pick = draw(state, 3, count)
        elif count > 1:
            pick = draw(state, stream, count)
            if count < 64:
                if stamp[symbol] != turn:
                    stamp[symbol] = turn
                    used[symbol] = 0
                for _ in range(3):
                    if (used[symbol] >> np.uint64(pick)) & _ONE == 0:
                        break
                    pick = draw(state, stream, count)
                used[symbol] |= _ONE << np.uint64(pick)
        else:
            pick = 0
        alternative = symbols[symbol] + pick
        for i in range(alternatives[alternative + 1] - 1, alternatives[alternative] - 1, -1):
            stack[depth] = operations[i]
            streams[depth] = stream
            depth += 1
    return at


@kernel
def render(
    pool: U8, pieces: I64, symbols: I64, alternatives: I64, operations: NDArray[np.int32],
    styles: I64, looks: U8, spare: I64, roots: I64, seeds: NDArray[np.uint64],
    loose: NDArray[np.uint64], values: I64, work: I64, first: int, out: U8, offsets: I64,
) -> int:  # fmt: skip
    """Render rows `first` … into `out`; the row that found no room is returned (or the count).

    `roots` (n,) symbol per row, -1 for nothing. `seeds`, `loose` (n,) the template's and the
    listing's own seed. `values` (n, len(VALUES)). `work` (n, 4): per mille of words edited, how
    words are disguised (0 not), per mille of words disguised, per cent of foreign text.
    `spare` are the symbols of words for edits and of sentences for padding, per row of `values`:
    (n, 2). `offsets` (n + 1,) is written; `offsets[first]` must hold the place to go on from.
    """
    one, two = np.empty(2 * ROOM, np.uint8), np.empty(2 * ROOM, np.uint8)
    held_one, held_two = np.empty(2 * ROOM, np.uint8), np.empty(2 * ROOM, np.uint8)
    stack, streams = np.empty(4096, np.int32), np.empty(4096, np.uint8)
    state = np.zeros(4, np.uint64)
    used, stamp = np.zeros(len(symbols), np.uint64), np.full(len(symbols), -1, np.int64)
    for n in range(first, len(roots)):
        at = offsets[n]
        if roots[n] < 0:
            offsets[n + 1] = at
            continue
        marked = work[n, 0] > 0 or work[n, 1] > 0 or work[n, 3] > 0
        state[0] = seeds[n]
        state[1] = loose[n]
        state[2] = seeds[n] ^ _GOLDEN
        size = expand(
            one, held_one, 0, roots[n], pool, pieces, symbols, alternatives, operations,
            values[n], styles, state, stack, streams, marked, used, stamp, n,
        )  # fmt: skip
        if work[n, 3] > 0:
            extra = 0
            wanted = min(size * work[n, 3] // (100 - work[n, 3]), ROOM // 4)
            state[0] = loose[n] ^ _GOLDEN
            start = ROOM  # the foreign text is written behind the listing's own
            while extra < wanted:
                end = expand(
                    two, held_two, extra, spare[n, 1], pool, pieces, symbols, alternatives,
                    operations, values[n], styles, state, stack, streams, marked,
                    used, stamp, n,
                )  # fmt: skip
                if end == extra:
                    break
                two[end] = _SPACE
                held_two[end] = 0
                extra = end + 1
            for i in range(extra):
                one[start + i] = two[i]
                held_one[start + i] = held_two[i]
            size = pad(one, held_one, size, start, extra, two, held_two, state)
            one, two = two, one
            held_one, held_two = held_two, held_one
        if work[n, 0] > 0:
            size = edit(
                one, held_one, size, work[n, 0], two, held_two, pool, pieces, symbols,
                alternatives, operations, spare[n, 0], state,
            )  # fmt: skip
            one, two = two, one
            held_one, held_two = held_two, held_one
        if work[n, 1] > 0:
            size = evade(one, held_one, size, work[n, 1], work[n, 2], two, looks, state)
            one, two = two, one
        if at + size > len(out):
            return n
        for i in range(size):
            out[at + i] = one[i]
        offsets[n + 1] = at + size
    return len(roots)
