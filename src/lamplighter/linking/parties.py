"""Campaigns that fill the site, told by what their listings say, not only by who is grouped.

What is common is what many parties say, not what one party says often. A campaign of a tenth of all
listings makes its own words common: few of its links then exceed chance, and it falls into parts, or
none of it is linked. But a part, or a few listings that are alike, is enough to know its words: a
listing that has most of the word pairs that these share is of their party, and of each party a few
listings count when what is common is learned again. Nothing is linked here; the next round does
that, by the same rules as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lamplighter.linking.parameters import LinkParameters
from lamplighter.linking.party_core import READ, Core, core_of
from lamplighter.linking.party_members import least_share, nearest_party
from lamplighter.linking.party_seeds import crowded_rows, likely_parties
from lamplighter.linking.rarity import STEPS, Rarity

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]

#: Members that a group must have for it to stand for a party.
_LEAST = 5
#: Times that a party is read again from the listings that were found to be its.
_TURNS = 4
#: Pairs of a core: in a short text, a model or a label cannot be told from a campaign's words.
_LONG = 16
#: Pairs from one field to the next, and share of the text that is not filled into such fields: what
#: strangers with one form share are labels, a few words each between the values.
_IN_A_ROW, _DENSE = 4.0, 0.65
#: Share of a listing that is its party's, in the best quarter of them: a stock sentence or the labels
#: of a form leave the poster's own words, a campaign leaves few.
_WHOLE = 0.5
#: Share of a party that is in groups already: strangers with one form are in none. Where it is less …
_GROUPED = 0.2
#: Share of a listing in fields of many words, from which it is a frame that strangers fill in, though a
#: fifth of them be linked.
_FRAME = 0.25
#: … this share of a listing is the party's, gaps of a few words counted with it, and no more than
#: that is filled into one field: a frame leaves the poster's own words in one piece …
_COVERED, _FIELD = 0.67, 0.15
#: … or so much is the party's where no words of the poster's own have a place: it is padded.
_PADDED, _NO_FIELD = 0.5, 0.05


def _is_party(core: Core, linked: bool) -> bool:
    """Whether these are a party's words, of whose listings enough are linked or not."""
    if len(core.pairs) < _LONG or core.run < _IN_A_ROW or core.dense < _DENSE:
        return False
    if core.share >= _WHOLE and linked and core.field <= _FRAME:
        return True
    whole = core.share >= _WHOLE and core.covered >= _COVERED and core.field <= _FIELD
    return whole or (core.covered >= _PADDED and core.field <= _NO_FIELD)


class Site:
    """Listings whose parties are looked for: their texts, and what is common among them all."""

    def __init__(self, offsets: I64, tokens: U32, order: I64, rarity: Rarity) -> None:
        self.offsets, self.tokens, self.order = offsets, tokens, order
        self.pairs = rarity.pairs
        self.level = max(rarity.heavy - STEPS, 1)  # half as many as make a phrase heavy

    def read(self, nodes: I64) -> Core:
        """What the first of some listings say alike."""
        return core_of(self.offsets, self.tokens, self.order[nodes[:READ]])

    def grouped(self, groups: I32) -> Iterator[I64]:
        """Groups of listings that consist of common words, the largest first."""
        size = np.bincount(groups, minlength=len(groups))
        roots = np.flatnonzero(size >= _LEAST)
        rows = self.order[roots]
        common = crowded_rows(
            self.offsets, self.tokens, rows, self.pairs, self.level, max(1, len(rows))
        )
        members = np.argsort(groups, kind="stable")
        starts = np.searchsorted(groups[members], roots)
        for at in common[np.argsort(-size[roots[common]], kind="stable")]:
            yield members[starts[at] : starts[at] + size[roots[at]]]

    def alike(self) -> Iterator[I64]:
        """Listings that are alike in what is common, most first."""
        yield from likely_parties(
            self.offsets, self.tokens, self.order, self.pairs, self.level, _LEAST
        )

    def nearest(self, cores: list[Core], pairs: list[U64]) -> I32:
        """(n,) the party of each listing, -1 for none."""
        whose, share = nearest_party(self.offsets, self.tokens, self.order, pairs)
        for party, core in enumerate(cores):
            shares = share[whose == party]
            whose[(whose == party) & (share < least_share(shares, core.held))] = -1
        return whose


def _disjoint(cores: Iterator[Core]) -> tuple[list[Core], list[U64]]:
    """Cores most of which no earlier one has, and what no earlier one has of each."""
    known: set[int] = set()
    kept, pairs = [], []
    for core in cores:
        fresh = np.array([code for code in core.pairs.tolist() if code not in known], np.uint64)
        # A part of a party that is known has little of its own.
        if 2 * len(fresh) > len(core.pairs):
            kept.append(core)
            pairs.append(fresh)
            known.update(fresh.tolist())
    return kept, pairs


def _parties(groups: I32, site: Site) -> I32:
    """(n,) the party of each listing, -1 for none."""
    seen = (core for nodes in site.grouped(groups) if _is_party(core := site.read(nodes), True))
    met = (core for nodes in site.alike() if _is_party(core := site.read(nodes), False))
    cores, pairs = _disjoint(core for some in (seen, met) for core in some)
    party = np.full(len(groups), -1, np.int32)
    grouped = np.bincount(groups, minlength=len(groups))[groups] > 1
    for _ in range(_TURNS):
        if not cores:
            return np.full(len(groups), -1, np.int32)
        before, party = party, site.nearest(cores, pairs)
        if np.array_equal(before, party):
            break
        by_party = np.argsort(party, kind="stable")
        bounds = np.searchsorted(party[by_party], np.arange(len(cores) + 1))
        read: list[tuple[int, int, Core]] = []
        for first, stop in pairwise(bounds):
            members = by_party[first:stop]
            if len(members) < _LEAST:
                continue
            core = site.read(members)
            if _is_party(core, grouped[members].mean() >= _GROUPED):
                read.append((-len(members), len(read), core))
        cores, pairs = _disjoint(core for *_, core in sorted(read, key=lambda one: one[:2]))
    return site.nearest(cores, pairs) if cores else np.full(len(groups), -1, np.int32)


def few_of_each_party(
    groups: I32, offsets: I64, tokens: U32, order: I64, rarity: Rarity, parameters: LinkParameters
) -> I64:
    """Nodes to learn from: of parties large enough to fill the site only their first few.

    `groups` (n,) is the smallest node of a node's group, `order` gives a node's row, `rarity` is that
    of all listings. Only the first nodes are looked at, twice as many as are learned from.
    """
    groups, order = groups[: 2 * parameters.learn_from], order[: 2 * parameters.learn_from]
    heavy = max(parameters.heavy_floor, int(np.ceil(parameters.heavy_share * len(groups))))
    party = _parties(groups, Site(offsets, tokens, order, rarity))
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
