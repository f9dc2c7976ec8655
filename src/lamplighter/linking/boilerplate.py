"""Words that belong to the site rather than to a poster are masked.

A phrase of three tokens found in a large share of all listings is boilerplate: a stock sentence,
the labels of a form. Trap: so is every phrase of a campaign that fills the site. What tells them
apart is what else the listing says: boilerplate leaves words of the listing's own, a campaign
leaves next to none. So a listing's heavy phrases are masked only if enough of it remains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import Rarity
from lamplighter.linking.shingles import triple


@kernel
def _mask(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    first: int,
    stop: int,
    phrases: NDArray[np.uint8],
    heavy: int,
    everywhere: int,
    keep: float,
    keep_most: float,
    covered: NDArray[np.bool_],
    entry: NDArray[np.uint8],
) -> int:
    masked = 0
    mask = np.uint64(len(phrases) - 1)
    for row in range(first, stop):
        begin, end = offsets[row], offsets[row + 1]
        size = end - begin
        if size < 3:
            continue
        common = 0
        hidden = 0
        covered_to = begin
        for at in range(begin, end):
            covered[at - begin] = False
        for at in range(begin, end - 2):
            level = phrases[triple(tokens[at], tokens[at + 1], tokens[at + 2]) & mask]
            if level >= heavy:
                common += 1 if level >= everywhere else 0
                for place in range(max(at, covered_to), at + 3):
                    covered[place - begin] = True
                    hidden += 1
                covered_to = at + 3
        own = keep if 4 * common >= size else keep_most
        if hidden > 0 and size - hidden >= own * size:
            masked += hidden
            for at in range(begin, end):
                if covered[at - begin]:
                    entry[at] = 0
                    if at > begin:
                        entry[at - 1] = 0
    return masked


def mask_boilerplate(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    rows: tuple[int, int],
    rarity: Rarity,
    parameters: LinkParameters,
    entry: NDArray[np.uint8],
) -> int:
    """Set to 0 the `entry` of pairs with a boilerplate token in rows [first, stop).

    Returns how many tokens are masked.
    """
    first, stop = rows
    widest = int((offsets[first + 1 : stop + 1] - offsets[first:stop]).max(initial=0))
    covered = np.zeros(widest, dtype=np.bool_)
    return _mask(
        offsets, tokens, first, stop, rarity.phrases, rarity.heavy, rarity.everywhere,
        parameters.keep_share, parameters.keep_most, covered, entry,
    )  # fmt: skip
