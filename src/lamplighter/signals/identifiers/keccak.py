"""Keccak-256 as Ethereum uses it: the submission's padding, not that of SHA-3 (FIPS 202)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel

#: Bytes of a block: 1600 bits less twice the 256 of the digest.
_RATE = 136


def _constants() -> NDArray[np.uint64]:
    """The 24 round constants, from the linear feedback register that defines them."""
    out, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant ^= 1 << ((1 << power) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        out.append(constant)
    return np.array(out, np.uint64)


def _rotations() -> NDArray[np.uint64]:
    """(25,) bits by which lane x + 5 y is turned."""
    turns, x, y = [0] * 25, 1, 0
    for step in range(24):
        turns[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return np.array(turns, np.uint64)


_ROUNDS, _TURNS = _constants(), _rotations()


def keccak256(message: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(32,) digest of the bytes."""
    return _digest(message, _ROUNDS, _TURNS)


@kernel
def _digest(
    message: NDArray[np.uint8], rounds: NDArray[np.uint64], turns: NDArray[np.uint64]
) -> NDArray[np.uint8]:
    lanes, moved, sums = np.zeros(25, np.uint64), np.zeros(25, np.uint64), np.zeros(5, np.uint64)
    blocks = len(message) // _RATE + 1
    for block in range(blocks):
        for at in range(_RATE):
            place = block * _RATE + at
            byte = np.uint64(0)
            if place < len(message):
                byte = np.uint64(message[place])
            elif place == len(message):
                byte = np.uint64(1)
            if block == blocks - 1 and at == _RATE - 1:
                byte ^= np.uint64(0x80)
            lanes[at // 8] ^= byte << np.uint64(8 * (at % 8))
        for constant in rounds:
            for x in range(5):
                sums[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for at in range(25):
                right = sums[(at + 1) % 5]
                lanes[at] ^= sums[(at + 4) % 5] ^ (right << np.uint64(1) | right >> np.uint64(63))
            for x in range(5):
                for y in range(5):
                    lane, turn = lanes[x + 5 * y], turns[x + 5 * y]
                    if turn:
                        lane = lane << turn | lane >> (np.uint64(64) - turn)
                    moved[y + 5 * ((2 * x + 3 * y) % 5)] = lane
            for y in range(0, 25, 5):
                for x in range(5):
                    lanes[y + x] = moved[y + x] ^ (~moved[y + (x + 1) % 5] & moved[y + (x + 2) % 5])
            lanes[0] ^= constant
    out = np.zeros(32, np.uint8)
    for at in range(32):
        out[at] = np.uint8(lanes[at // 8] >> np.uint64(8 * (at % 8)) & np.uint64(255))
    return out
