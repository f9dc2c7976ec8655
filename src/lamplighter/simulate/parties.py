"""Who posts: all parties with several listings, decided before any text is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamplighter.simulate.chance import below, chosen, mixed, uniform
from lamplighter.simulate.cities import cities
from lamplighter.simulate.kinds import Kind, Mix

#: Stops of a circuit at most.
STOPS = 10
_SHARE_OF_LARGEST = 20  # no party has more than a twentieth of the market

I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Parties:
    """One row per party (all arrays have that length), largest index last; see `Kind`."""

    kinds: tuple[Kind, ...]
    kind: I64  # index into kinds
    start: I64  # (parties + 1,) its listings are the places start[p] … start[p + 1]
    seed: NDArray[np.uint64]
    trade: I64  # index into kinds[kind].trades
    home: I64  # city
    cities: I64
    tour: I64  # (parties, STOPS) cities in the order of a circuit
    templates: I64
    phones: I64
    contact: I64  # first of its contacts; there are `contacts` in all
    contacts: int
    accounts: I64
    account: I64  # first of its accounts
    names: I64
    edits: I64  # per mille of words
    obscured: NDArray[np.bool_]
    evasion: I64  # way to disguise words, 0 for none
    evaded: I64  # per mille of words disguised
    padding: I64  # per cent of foreign text
    regular: NDArray[np.bool_]
    pictures: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many parties there are."""
        return len(self.kind)


def plan(listings: int, seed: int, mix: Mix) -> Parties:
    """Decide all parties of a market of `listings` listings."""
    sizes = [_sizes(kind, i, listings, seed) for i, kind in enumerate(mix.kinds)]
    kind = np.repeat(np.arange(len(sizes)), [len(some) for some in sizes])
    size = np.concatenate([*sizes, np.empty(0, np.int64)])
    own = mixed(np.arange(len(kind)) + (seed << 32), 101)

    def pair(purpose: int, name: str) -> I64:
        """A whole number between the two of a kind's pair, never above the party's listings."""
        low = np.array([getattr(k, name)[0] for k in mix.kinds], np.int64)[kind]
        high = np.array([getattr(k, name)[1] for k in mix.kinds], np.int64)[kind]
        found: I64 = np.minimum(low + below(own, purpose, high - low + 1), size)
        return found

    def odds(purpose: int, name: str) -> NDArray[np.bool_]:
        wanted = np.array([getattr(k, name) for k in mix.kinds], np.float64)[kind]
        found: NDArray[np.bool_] = uniform(own, purpose) < wanted
        return found

    phones, accounts = pair(105, "phones"), pair(106, "accounts")
    by_city = np.array([k.phone_by == "city" for k in mix.kinds], np.bool_)[kind]
    towns = pair(103, "cities")
    phones = np.where(by_city, np.minimum(phones, towns), phones)
    levels = [kind.edits for kind in mix.kinds]
    picks = zip(kind.tolist(), uniform(own, 108).tolist(), strict=True)
    edits = np.array([levels[k][int(u * len(levels[k]))] for k, u in picks], np.int64)
    trades = np.array([len(k.trades) for k in mix.kinds], np.int64)[kind]
    circuit = np.array([k.schedule == "circuit" for k in mix.kinds], np.bool_)[kind]
    home = homes(own, settled=~circuit)
    evasion = np.where(odds(109, "evasion"), 1 + below(own, 110, 6), 0)
    return Parties(
        mix.kinds, kind, np.concatenate([[0], np.cumsum(size)]).astype(np.int64), own,
        below(own, 102, trades), home, towns, _tours(own, home, towns),
        np.minimum(pair(104, "templates"), np.maximum(size // 2, 1)),
        phones, _firsts(phones), int(phones.sum()), accounts, _firsts(accounts),
        pair(107, "names"), edits, odds(111, "obscured"), evasion,
        np.where(evasion > 0, 100 + below(own, 112, 151), 0),
        np.where(odds(113, "padding"), 20 + below(own, 114, 41), 0),
        odds(115, "regular"), odds(116, "pictures"),
    )  # fmt: skip


def homes(seeds: NDArray[np.uint64], settled: NDArray[np.bool_] | bool = True) -> I64:
    """A city for each seed, large ones more often; who travels lives where cities are many."""
    table = cities()
    weights = [
        (1.0 if country == "US" else 0.55) / (8 + place)
        for place, country in enumerate(table.countries)
    ]
    busy = {"US", "GB", "FR", "DE", "ES", "CA"}
    roaming = [w * (c in busy) for w, c in zip(weights, table.countries, strict=True)]
    return np.where(settled, chosen(seeds, 121, weights), chosen(seeds, 121, roaming))


def _firsts(counts: I64) -> I64:
    return np.cumsum(counts) - counts


def _sizes(kind: Kind, index: int, listings: int, seed: int) -> I64:
    """Sizes by a power law, together as near to the kind's share as they come."""
    budget = round(listings * kind.share)
    least = kind.sizes[0]
    most = min(kind.sizes[1], max(listings // _SHARE_OF_LARGEST, least))
    # Inverse of the truncated Pareto distribution.
    power = kind.slope - 1.0
    tail = 1.0 - (least / (most + 1.0)) ** power
    found = np.empty(0, np.int64)
    step = 0
    while budget >= least and found.sum() < budget:
        keys = np.arange(4096) + ((seed * 64 + index) << 24) + step * 4096
        more = least * (1.0 - uniform(keys, 120) * tail) ** (-1.0 / power)
        found = np.concatenate([found, np.floor(more).astype(np.int64)])
        step += 1
    total = np.cumsum(found)
    kept = int(np.searchsorted(total, budget, side="right"))
    rest = budget - (int(total[kept - 1]) if kept else 0)
    sizes = found[:kept]
    return np.append(sizes, rest) if rest >= least else sizes


def _tours(seeds: NDArray[np.uint64], home: I64, towns: I64) -> I64:
    """From city to one of the nearer cities; most circuits end where they began."""
    near = cities().near
    tour = np.empty((len(home), STOPS), np.int64)
    if len(home) == 0:
        return tour
    tour[:, 0] = home
    for stop in range(1, STOPS):
        following = near[tour[:, stop - 1], 1 + below(seeds, 130 + stop, 8)]
        back = following == tour[:, max(stop - 2, 0)]  # rather on than back at once
        tour[:, stop] = np.where(back, near[tour[:, stop - 1], 9], following)
    returns = uniform(seeds, 129) < 0.6
    last = np.minimum(towns, STOPS) - 1
    rows = np.flatnonzero(returns & (last >= 2))
    tour[rows, last[rows]] = tour[rows, 0]
    return tour
