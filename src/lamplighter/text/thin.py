"""Overlapping triples thinned to about one in three, so that they link as words do.

Thai, Lao, Khmer and Burmese give a token at every character, of three characters: neighbours say
the same thing twice, and strangers share them. (Pairs of ideographs are as rare as words, and all
stay.) Of the triples of a run, those whose hash is the smallest
among its neighbours are kept: winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003). The choice
depends on a few characters around, so two texts that share a passage keep the same ones in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.text.tokens import MARK_NGRAM, Tokens

#: Three characters of these scripts, three bytes each; a pair of ideographs has at most eight.
TRIPLE_BYTES = 9


@kernel
def _thin(
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint32],
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    marks: NDArray[np.uint8],
    out_offsets: NDArray[np.int64],
    out: NDArray[np.uint32],
) -> None:
    count = 0
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1]):
            keep = True
            if marks[at] & MARK_NGRAM and ends[at] - starts[at] >= TRIPLE_BYTES:
                before = at > offsets[row] and starts[at] < ends[at - 1]
                after = at + 1 < offsets[row + 1] and starts[at + 1] < ends[at]
                if before and hashes[at - 1] <= hashes[at]:
                    keep = False
                if after and hashes[at + 1] < hashes[at]:
                    keep = False
            if keep:
                out[count] = hashes[at]
                count += 1
        out_offsets[row + 1] = count


def thinned(tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Offsets (n+1,) and hashes (m,) of the tokens that linking goes by, as copies."""
    offsets = np.zeros(len(tokens.offsets), dtype=np.int64)
    out = np.empty(len(tokens.hashes), dtype=np.uint32)
    _thin(tokens.offsets, tokens.hashes, tokens.starts, tokens.ends, tokens.marks, offsets, out)
    return offsets, out[: offsets[-1]].copy()
