"""What the listings of a party say alike, and how much of each of them that is.

Strangers may share much: the labels of a form, a website's frame, a quote that all know. A campaign
shares nearly all, and not only because its words follow from one another: what is not shared is
scattered through its texts, or stands now here, now there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import inlined, kernel
from lamplighter.linking.shingles import pair, spread

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]

#: Members of a party that are read for what it says.
READ = 48
#: A party says a pair that half as many say as say its twelfth most common one, and a quarter of all:
#: where each listing is evaded and edited, few pairs are in half of them.
_SAID, _TOP, _AT_LEAST = 0.5, 12, 0.25
#: Pairs between two that are the party's for which these two still stand together.
_GAP = 6
#: Share of the listings that go on after a pair as the party does, unless there is a field behind it.
_FOLLOWED = 0.4
#: Pairs in a row, none of them the party's, that a listing fills into a field of its own.
_FIELD = 8
#: Share of the listings that have a stretch there, where it is a field. Padding stands now here, now there.
_MOST = 0.66


class Core(NamedTuple):
    """The word pairs of a party, and how they stand in its listings."""

    pairs: U64  # distinct
    share: float  # of a listing's pairs, in the best quarter of those read
    covered: float  # the same, with the gaps between two of them that are short
    held: float  # share of the core that a listing has, on average
    run: float  # how many from one field to the next, where an average one of them stands
    dense: float  # share of the covered that is not in a field of a few words
    field: float  # share of the pairs in long stretches, at places where most listings have one


@inlined
def _find(codes: U64, counts: NDArray[np.int32], code: np.uint64) -> int:
    mask = np.uint64(len(codes) - 1)
    slot = spread(code) & mask
    while counts[slot] > 0 and codes[slot] != code:
        slot = (slot + np.uint64(1)) & mask
    return int(np.int64(slot))  # numba: a number of both signs would be a float


@kernel
def _count(offsets: I64, tokens: U32, rows: I64) -> tuple[U64, NDArray[np.int32]]:
    """An open-addressing table of the word pairs of some rows, and in how many rows each is."""
    room = 64
    for row in rows:
        room += 2 * (offsets[row + 1] - offsets[row])
    size = 1
    while size < room:
        size *= 2
    codes = np.zeros(size, np.uint64)
    counts, last = np.zeros(size, np.int32), np.full(size, -1, np.int32)
    for i in range(len(rows)):
        for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 1):
            code = pair(tokens[at], tokens[at + 1])
            slot = _find(codes, counts, code)
            codes[slot] = code
            if last[slot] != i:
                last[slot] = i
                counts[slot] += 1
    return codes, counts


@kernel
def _goes_on(
    offsets: I64, tokens: U32, rows: I64, codes: U64, counts: NDArray[np.int32], common: NDArray[np.bool_]
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether a common pair is mostly followed by another: if it is not, there is a field behind it."""
    met, followed = np.zeros((2, len(codes)), np.int32)
    for row in rows:
        before = -1
        for at in range(offsets[row], offsets[row + 1] - 1):
            slot = _find(codes, counts, pair(tokens[at], tokens[at + 1]))
            if before >= 0:
                followed[before] += common[slot]
            before = slot if common[slot] else -1
            if common[slot]:
                met[slot] += 1
    goes_on: NDArray[np.bool_] = followed >= _FOLLOWED * np.maximum(met, 1)
    return goes_on


@kernel
def _stand(
    offsets: I64, tokens: U32, rows: I64, codes: U64, counts: NDArray[np.int32], common: NDArray[np.bool_],
    goes_on: NDArray[np.bool_], held: I64, covered: I64, stretches: I64, behind: U64,
) -> tuple[float, int, int]:  # fmt: skip
    """How the common pairs stand in each row; returns the length of the run of an average one, how
    many others stand in the fields between them, and how many stretches there are.

    Of a row: how many of them, and how many with the short gaps. Of each long stretch without any:
    its row and length, and the pair before it. An edit does not end a run, a field does.
    """
    long = 0
    runs = 0
    in_runs = 0
    filled = 0
    for i in range(len(rows)):
        run = 0
        gap = 0
        before = np.uint64(0)
        field = False
        for at in range(offsets[rows[i]], offsets[rows[i] + 1]):
            ended = at + 1 == offsets[rows[i] + 1]
            code = np.uint64(0)
            slot = 0
            here = False
            if not ended:
                code = pair(tokens[at], tokens[at + 1])
                slot = _find(codes, counts, code)
                here = common[slot]
            if ended or (not here and (field or gap == _GAP)):
                runs += run * run
                in_runs += run
                run = 0
            if here or ended:
                if gap >= _FIELD:
                    stretches[long, 0], stretches[long, 1], behind[long] = i, gap, before
                    long += 1
                if here and gap <= _GAP and held[i] > 0:
                    covered[i] += gap
                    filled += gap if field else 0
                gap = 0
            else:
                gap += 1
            if here:
                held[i] += 1
                covered[i] += 1
                run += 1
                before = code
                field = not goes_on[slot]
    return runs / max(in_runs, 1), filled, long


def core_of(offsets: I64, tokens: U32, rows: I64) -> Core:
    """Read some listings of one party. `rows` (r,), at least one."""
    codes, counts = _count(offsets, tokens, rows)
    top = np.sort(counts)[-_TOP:][0]
    common = counts >= max(_SAID * top, _AT_LEAST * len(rows), 2.0)
    held, covered = np.zeros((2, len(rows)), np.int64)
    stretches = np.zeros(
        (int((offsets[rows + 1] - offsets[rows]).sum()) // _FIELD + 1, 2), np.int64
    )
    behind = np.zeros(len(stretches), np.uint64)
    goes_on = _goes_on(offsets, tokens, rows, codes, counts, common)
    run, filled, long = _stand(
        offsets, tokens, rows, codes, counts, common, goes_on, held, covered, stretches, behind
    )
    lengths = np.maximum(offsets[rows + 1] - offsets[rows] - 1, 1)
    best = (3 * len(rows)) // 4
    core = codes[common]
    return Core(
        np.sort(core),
        float(np.sort(held / lengths)[best]),
        float(np.sort(covered / lengths)[best]),
        float(counts[common].sum() / max(len(core) * len(rows), 1)),
        run,
        1.0 - filled / max(int(covered.sum()), 1),
        _fields(stretches[:long], behind[:long], lengths),
    )


def _fields(stretches: I64, behind: U64, lengths: I64) -> float:
    """Share of the listings that stands in long stretches, at places where most of them have one."""
    share = 0.0
    for place in np.unique(behind):
        row, length = stretches[behind == place].T
        there = np.unique(row)
        if len(there) >= _MOST * len(lengths):
            share += float(length.sum() / lengths[there].sum())
    return share
