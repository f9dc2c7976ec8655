"""Words that belong to the site rather than to a poster are masked.

A phrase of three tokens found in a large share of all listings is boilerplate: a stock sentence,
the labels of a form. Trap: so is every phrase of a campaign that fills the site. What tells them
apart is what else the listing says: boilerplate leaves words of the listing's own, a campaign
leaves next to none. So a listing's heavy phrases are masked only if enough of it remains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity, read_row


@inlined
def _mask_row(
    begin: int,
    end: int,
    levels: NDArray[np.uint8],
    heavy: int,
    everywhere: int,
    keep: float,
    keep_most: float,
    covered: NDArray[np.bool_],
    entry: NDArray[np.uint8],
) -> int:
    size = end - begin
    if size < 3:
        return 0
    common = 0
    hidden = 0
    covered_to = 0
    covered[:size] = False
    for at in range(size - 2):
        if levels[at] >= heavy:
            common += 1 if levels[at] >= everywhere else 0
            for place in range(max(at, covered_to), at + 3):
                covered[place] = True
                hidden += 1
            covered_to = at + 3
    own = keep if 4 * common >= size else keep_most
    if hidden == 0 or size - hidden < own * size:
        return 0
    for at in range(size):
        if covered[at]:
            entry[begin + at] = 0
            if at > 0:
                entry[begin + at - 1] = 0
    return hidden


@kernel
def _read_and_mask(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    first: int,
    stop: int,
    pairs: NDArray[np.uint8],
    phrases: NDArray[np.uint8],
    sampled: int,
    heavy: int,
    everywhere: int,
    own: int,
    keep: float,
    keep_most: float,
    levels: NDArray[np.uint8],
    covered: NDArray[np.bool_],
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
) -> int:
    masked = 0
    for row in range(first, stop):
        begin, end = offsets[row], offsets[row + 1]
        read_row(tokens, begin, end, pairs, phrases, sampled, heavy, own, entry, gain, levels)
        masked += _mask_row(begin, end, levels, heavy, everywhere, keep, keep_most, covered, entry)
    return masked


def read_and_mask(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    rows: tuple[int, int],
    rarity: Rarity,
    parameters: LinkParameters,
    entry: NDArray[np.uint8],
    gain: NDArray[np.uint8],
) -> int:
    """Write `entry` and `gain` (m,) of the tokens of rows [first, stop), see `rarity`.

    The `entry` of pairs with a boilerplate token is 0. Returns how many tokens are masked.
    """
    first, stop = rows
    widest = int((offsets[first + 1 : stop + 1] - offsets[first:stop]).max(initial=0))
    return _read_and_mask(
        offsets, tokens, first, stop, rarity.pairs, rarity.phrases, rarity.sampled, rarity.heavy,
        rarity.everywhere, round(parameters.own * STEPS), parameters.keep_share,
        parameters.keep_most, np.zeros(widest, dtype=np.uint8), np.zeros(widest, dtype=np.bool_),
        entry, gain,
    )  # fmt: skip
