"""Labels that too few listings have to be common: told by how a group shares them.

On a small site, or where there are many kinds of form, a form's labels are in no more listings than
a campaign's words, and whoever fills one in is linked to whoever else does. But labels show in the
group that this makes: all of its members have them word for word, in pieces of a few words, and
between these say something else; they begin with a label and end with a value. A campaign's words
stand in longer pieces, or, where its listings are edited, are not in all of them. What labels are counts as the site's own words do, and
the group must be alike in the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity
from lamplighter.linking.shingles import pair, spread

#: Members of a group that are read.
_READ = 24
#: Share of the members that have a pair for it to be the group's; and share of the group's pairs
#: that a member has on average: labels are in all.
_SAID, _HELD = 0.5, 0.9
#: Word pairs in a row that are the group's, where an average one stands: labels have up to four words.
_IN_A_ROW = 3.0
#: Where other things stand between pieces so many times, on average, it is a form; with fewer, only
#: where this share of the members begin with a label and end with a value, for a text of 5 to 16 words
#: with two or three slots is built like one but for that.
_FIELDS, _FEWEST, _ENDED = 4.5, 1.5, 0.5
#: Where there are so many and nearly all begin and end so, it is a form though its labels are longer: in scripts
#: without spaces a word is several tokens.
_HELD_SURE, _FIELDS_SURE, _ENDED_SURE, _IN_A_ROW_SURE = 0.95, 3.5, 0.9, 5.5


def labels_of(
    groups: NDArray[np.int32],
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    order: NDArray[np.int64],
    rarity: Rarity,
    parameters: LinkParameters,
) -> NDArray[np.uint64]:
    """Word pairs, ascending, that are labels to the members of some group.

    `groups` (n,) is the smallest node of a node's group, `order` gives a node's row, `rarity` is that
    of all listings.
    """
    level = max(rarity.heavy - STEPS, 1)  # half as many as make a phrase heavy
    size = np.bincount(groups, minlength=len(groups))
    heavy = max(parameters.heavy_floor, int(np.ceil(parameters.heavy_share * len(groups))))
    roots = np.flatnonzero(size >= heavy // 4)  # half of those who have them, at least
    members = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[members], roots)
    found = [np.zeros(0, dtype=np.uint64)]
    for root, start in zip(roots, starts, strict=True):
        rows = order[members[start : start + min(size[root], _READ)]]
        core, held, run, fields, ended = _core(offsets, tokens, rows, _SAID)
        sure = fields >= _FIELDS_SURE and ended >= _ENDED_SURE and held >= _HELD_SURE
        most = _IN_A_ROW_SURE if sure else _IN_A_ROW
        if held >= _HELD and run < most and _is_form(fields, ended):
            found.append(at_level(core, rarity.pairs, level))
    return np.unique(np.concatenate(found))


def built_as_form(
    offsets: NDArray[np.int64], tokens: NDArray[np.uint32], rows: NDArray[np.int64]
) -> bool:
    """Whether what half of the rows have stands as a form's labels do, held by all or not."""
    _, _, _, fields, ended = _core(offsets, tokens, rows, _SAID)
    return _is_form(fields, ended)


def _is_form(fields: float, ended: float) -> bool:
    return fields >= _FIELDS or (fields >= _FEWEST and ended >= _ENDED)


@kernel
def _core(
    offsets: NDArray[np.int64], tokens: NDArray[np.uint32], rows: NDArray[np.int64], said: float
) -> tuple[NDArray[np.uint64], float, float, float, float]:
    """Word pairs that enough of the rows have; the share of them that a row has, in how long a run of
    them one stands and how many gaps are between such runs, on average; and the share of rows that
    begin with the same word as enough of the others and end with another."""
    room = 64
    for row in rows:
        room += 2 * (offsets[row + 1] - offsets[row])
    size = 1
    while size < room:
        size *= 2
    mask = np.uint64(size - 1)
    codes = np.zeros(size, np.uint64)
    counts, last = np.zeros(size, np.int32), np.full(size, -1, np.int32)
    for i in range(len(rows)):
        for at in range(offsets[rows[i]], offsets[rows[i] + 1] - 1):
            code = pair(tokens[at], tokens[at + 1])
            slot = spread(code) & mask
            while counts[slot] > 0 and codes[slot] != code:
                slot = (slot + np.uint64(1)) & mask
            codes[slot] = code
            if last[slot] != i:
                last[slot] = i
                counts[slot] += 1
    common = counts >= max(said * len(rows), 2.0)
    runs, in_runs, gaps, ended = 0, 0, 0, 0
    for row in rows:
        run, pieces = 0, 0
        for at in range(offsets[row], offsets[row + 1] - 1):
            code = pair(tokens[at], tokens[at + 1])
            slot = spread(code) & mask
            while codes[slot] != code:
                slot = (slot + np.uint64(1)) & mask
            if common[slot]:
                pieces += run == 0
                run += 1
                continue
            runs += run * run
            in_runs += run
            run = 0
        runs += run * run
        in_runs += run
        gaps += max(pieces - 1, 0)
        if offsets[row] < offsets[row + 1]:
            begin, end = 0, 0
            for other in rows:
                if offsets[other] < offsets[other + 1]:
                    begin += tokens[offsets[other]] == tokens[offsets[row]]
                    end += tokens[offsets[other + 1] - 1] == tokens[offsets[row + 1] - 1]
            ended += begin > said * len(rows) and end <= said * len(rows)
    core = codes[common]
    held = counts[common].sum() / max(len(core) * len(rows), 1)
    return core, held, runs / max(in_runs, 1), gaps / len(rows), ended / len(rows)


@kernel
def at_level(codes: NDArray[np.uint64], pairs: NDArray[np.uint8], level: int) -> NDArray[np.uint64]:
    """Those of the word pairs `codes` that are in the sample at `level` or above."""
    mask = np.uint64(len(pairs) - 1)
    held = np.zeros(len(codes), dtype=np.bool_)
    for i in range(len(codes)):
        held[i] = pairs[spread(codes[i]) & mask] >= level
    return codes[held]


@kernel
def _lower(
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    labels: NDArray[np.uint64],
    most: int,
    entry: NDArray[np.uint8],
    held: NDArray[np.bool_],
) -> None:
    size = 64
    while size < 3 * len(labels):
        size *= 2
    mask = np.uint64(size - 1)
    codes, used = np.zeros(size, np.uint64), np.zeros(size, np.bool_)
    for code in labels:
        slot = spread(code) & mask
        while used[slot]:
            slot = (slot + np.uint64(1)) & mask
        codes[slot], used[slot] = code, True
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1] - 1):
            if entry[at] <= most:
                continue
            code = pair(tokens[at], tokens[at + 1])
            slot = spread(code) & mask
            while used[slot] and codes[slot] != code:
                slot = (slot + np.uint64(1)) & mask
            if used[slot]:
                entry[at] = most
                held[row] = True


def lower(
    labels: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    tokens: NDArray[np.uint32],
    most: int,
    entry: NDArray[np.uint8],
) -> NDArray[np.bool_]:
    """Hold the rarity `entry` (m,) of `labels`, each once, to `most`, that of the site's words; in
    which rows (n,) that changed something."""
    held = np.zeros(len(offsets) - 1, dtype=np.bool_)
    _lower(offsets, tokens, labels, most, entry, held)
    return held
