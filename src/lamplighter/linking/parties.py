"""Campaigns that fill the site, told by what their listings say, not only by who is grouped.

What is common is what many parties say, not what one party says often. A campaign of a tenth of all
listings makes its own words common: few of its links then exceed chance, and it falls into parts.
But one part is enough to know its words: a listing that has most of the word pairs that a group's
members share is of the group's party, and of each party a few listings count when what is common is
learned again. Nothing is linked here; the next round does that, by the same rules as ever.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.foundation.jit import kernel
from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.rarity import STEPS, Rarity, pair_slot
from lamplighter.linking.shingles import pair, spread

#: Members of a group that are read for what it says, and how many a group must have.
_READ, _LEAST = 24, 5
#: Share of members that must say a pair for it to be the group's.
_SAID = 0.5
#: Share of a member's pairs that the group's are, in the best quarter of the members: a stock
#: sentence or the labels of a form leave the poster's own words, a campaign leaves few.
_WHOLE = 0.5
#: … and so many pairs: in a short form, labels and values cannot be told from a campaign's words.
_LONG = 24
#: Word pairs in a row that are the group's, where an average one of them stands: what strangers with
#: one form share are labels, a few words each between the values.
_IN_A_ROW = 5.0
#: A listing of its party has this share of the group's pairs, or of what the members read have on
#: average: whoever fills in the same form has the labels, and a member the values too.
_OF_PARTY, _AS_MEMBERS = 0.5, 0.85
#: Share of a party that must be in groups already: strangers with one form are in none.
_GROUPED = 0.2

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]


@kernel
def _common(
    offsets: I64, tokens: U32, rows: I64, pairs: NDArray[np.uint8], level: int
) -> NDArray[np.bool_]:
    """(r,) rows half of whose word pairs are in the sample at `level` or above."""
    out = np.zeros(len(rows), dtype=np.bool_)
    for i in range(len(rows)):
        begin, end = offsets[rows[i]], offsets[rows[i] + 1]
        high = 0
        for at in range(begin, end - 1):
            high += pairs[pair_slot(tokens[at], tokens[at + 1], pairs)] >= level
        out[i] = end - begin > 8 and 2 * high >= end - begin - 1
    return out


@kernel
def _core(offsets: I64, tokens: U32, rows: I64, said: float) -> tuple[U64, float, float, float]:
    """Word pairs that enough of the rows have; their share of a row's pairs in the best quarter of
    the rows; the share of them that a row has, and in how long a run of them one stands, both on
    average."""
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
    hits = counts[common].sum()
    core = codes[common]
    runs = 0
    in_runs = 0
    shares = np.zeros(len(rows))
    for i in range(len(rows)):
        row = rows[i]
        run = 0
        for at in range(offsets[row], offsets[row + 1]):
            held = False
            if at + 1 < offsets[row + 1]:
                code = pair(tokens[at], tokens[at + 1])
                slot = spread(code) & mask
                while counts[slot] > 0 and codes[slot] != code:
                    slot = (slot + np.uint64(1)) & mask
                held = common[slot]
            if held:
                run += 1
                shares[i] += 1.0 / (offsets[row + 1] - offsets[row] - 1)
            else:
                runs += run * run
                in_runs += run
                run = 0
    best = np.sort(shares)[(3 * len(rows)) // 4]
    return core, best, hits / max(len(core) * len(rows), 1), runs / max(in_runs, 1)


@kernel
def _assign(
    offsets: I64, tokens: U32, order: I64, codes: U64, parties: I32, sizes: I64, needed: NDArray[np.float64],
    out: I32,
) -> None:  # fmt: skip
    """`out` (n,): the party most of whose pairs each listing has, if it has enough; else -1.

    `codes` and `parties` are slots of an open-addressing table (-1: free).
    """
    mask = np.uint64(len(codes) - 1)
    hits = np.zeros(len(sizes), np.int64)
    met = np.zeros(len(sizes), np.int64)  # parties that the listing has a pair of: few of them all
    last = np.full(len(codes), -1, np.int64)
    for node in range(len(order)):
        count = 0
        for at in range(offsets[order[node]], offsets[order[node] + 1] - 1):
            code = pair(tokens[at], tokens[at + 1])
            slot = spread(code) & mask
            while parties[slot] >= 0:
                if codes[slot] == code:
                    if last[slot] != node:
                        last[slot] = node
                        if hits[parties[slot]] == 0:
                            met[count] = parties[slot]
                            count += 1
                        hits[parties[slot]] += 1
                    break
                slot = (slot + np.uint64(1)) & mask
        best, out[node] = 0.0, -1
        for i in range(count):
            party = met[i]
            share = hits[party] / sizes[party]
            hits[party] = 0
            better = share > best or (share == best and party < out[node])
            if share >= needed[party] and better:
                best, out[node] = share, party


def _table(cores: list[U64]) -> tuple[U64, I32]:
    size = 64
    while size < 3 * sum(len(core) for core in cores):
        size *= 2
    codes, parties = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    for party, core in enumerate(cores):
        _fill(core, party, codes, parties)
    return codes, parties


@kernel
def _fill(core: U64, party: int, codes: U64, parties: I32) -> None:
    mask = np.uint64(len(codes) - 1)
    for code in core:
        slot = spread(code) & mask
        while parties[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        codes[slot], parties[slot] = code, party


def _cores(
    groups: I32, offsets: I64, tokens: U32, order: I64, rarity: Rarity
) -> tuple[list[U64], list[float]]:
    """The pairs of each party that fills the site, and the share of them that a listing of it has.

    Pairs that parties share stay with the first.
    """
    size = np.bincount(groups, minlength=len(groups))
    roots = np.flatnonzero(size >= _LEAST)
    level = max(rarity.heavy - STEPS, 1)  # half as many as make a phrase heavy
    roots = roots[_common(offsets, tokens, order[roots], rarity.pairs, level)]
    if not len(roots):
        return [], []
    members = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[members], roots)
    known: set[int] = set()
    cores: list[U64] = []
    needed: list[float] = []
    for at in np.argsort(-size[roots], kind="stable"):
        few = members[starts[at] : starts[at] + min(size[roots[at]], _READ)]
        core, share, held, run = _core(offsets, tokens, order[few], _SAID)
        fresh = np.array([code for code in np.sort(core).tolist() if code not in known], np.uint64)
        # A part of a party that is known has little of its own.
        if (
            len(core) >= _LONG
            and share >= _WHOLE
            and run >= _IN_A_ROW
            and 2 * len(fresh) > len(core)
        ):
            cores.append(fresh)
            needed.append(max(_OF_PARTY, _AS_MEMBERS * held))
            known.update(fresh.tolist())
    return cores, needed


def few_of_each_party(
    groups: I32, offsets: I64, tokens: U32, order: I64, rarity: Rarity, parameters: LinkParameters
) -> I64:
    """Nodes to learn from: of parties large enough to fill the site only their first few.

    `groups` (n,) is the smallest node of a node's group, `order` gives a node's row, `rarity` is that
    of all listings.
    """
    heavy = max(parameters.heavy_floor, int(np.ceil(parameters.heavy_share * len(groups))))
    party = np.full(len(groups), -1, np.int32)
    cores, needed = _cores(groups, offsets, tokens, order, rarity)
    if cores:
        codes, parties = _table(cores)
        sizes = np.array([len(core) for core in cores], np.int64)
        _assign(offsets, tokens, order, codes, parties, sizes, np.array(needed), party)
        grouped = np.bincount(groups, minlength=len(groups))[groups] > 1
        of_party = np.bincount(party[party >= 0], minlength=len(cores))
        linked = np.bincount(party[(party >= 0) & grouped], minlength=len(cores))
        party[(party >= 0) & (linked < _GROUPED * of_party)[party]] = -1
    # Whoever is in no party counts with his group.
    whose = np.where(party >= 0, len(groups) + party.astype(np.int64), groups)
    size = np.bincount(whose)
    large = np.flatnonzero(size[whose] >= heavy // 2)
    by_party = large[np.argsort(whose[large], kind="stable")]
    starts = np.flatnonzero(np.diff(whose[by_party], prepend=-1))
    place = np.arange(len(by_party)) - np.repeat(starts, np.diff(np.append(starts, len(by_party))))
    stays = np.ones(len(groups), dtype=bool)
    stays[by_party[place >= parameters.of_a_party]] = False
    return np.flatnonzero(stays)
