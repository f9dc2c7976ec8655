"""Image hashes as a marketplace would hand them over: `pdq:` and 64 hexadecimal digits.

Copies of one picture differ in a few of the 256 bits, as re-encoding makes them differ; the
distance at which PDQ speaks of the same picture is 31 bits (Meta, "The TMK+PDQF and PDQ
algorithms", 2019).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.simulate.chance import below, draw, mixed

#: Bits that a copy of a picture differs in from the original, at most.
MOST_FLIPPED = 8
_WIDTH = 68  # pdq: and 64 digits


@kernel
def _write(
    originals: NDArray[np.uint64], copies: NDArray[np.uint64], out: NDArray[np.uint8]
) -> None:
    state = np.zeros(2, np.uint64)
    bits = np.zeros(32, np.uint8)
    for n in range(len(originals)):
        state[0], state[1] = originals[n], copies[n]
        for i in range(32):
            bits[i] = draw(state, 0, 256)
        for _ in range(draw(state, 1, MOST_FLIPPED + 1)):
            place = draw(state, 1, 256)
            bits[place // 8] ^= np.uint8(1 << (place % 8))
        base = n * _WIDTH
        out[base], out[base + 1], out[base + 2], out[base + 3] = 112, 100, 113, 58
        for i in range(64):
            digit = (bits[i // 2] >> (4 if i % 2 == 0 else 0)) & 15
            out[base + 4 + i] = 48 + digit if digit < 10 else 87 + digit


def hashes(
    seeds: NDArray[np.uint64], own: NDArray[np.uint64], shown: NDArray[np.bool_]
) -> pa.Array:
    """A list of one or two hashes per listing (null where none): those of its template, altered."""
    counts = np.where(shown, 1 + below(own, 91, 2), 0)
    lists = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    index = np.repeat(np.arange(len(seeds)), counts)
    turn = np.arange(lists[-1]) - lists[index]
    # A template has four pictures; a listing shows some of them.
    picture = below(mixed(own[index], 92) + turn.astype(np.uint64), 93, 4)
    originals = mixed(seeds[index] + picture.astype(np.uint64), 94)
    out = np.empty(int(lists[-1]) * _WIDTH, np.uint8)
    _write(originals, mixed(own[index] + turn.astype(np.uint64), 95), out)
    strings = pa.Array.from_buffers(
        pa.large_string(),
        int(lists[-1]),
        [
            None,
            pa.py_buffer(np.arange(lists[-1] + 1, dtype=np.int64) * _WIDTH),
            pa.py_buffer(out),
        ],
    )
    valid = pa.py_buffer(np.packbits(shown, bitorder="little"))
    return pa.Array.from_buffers(
        pa.large_list(pa.large_string()),
        len(seeds),
        [valid, pa.py_buffer(lists)],
        children=[strings],
    )
