"""What each listing says of itself: party, place, time, contact and price, from its number alone.

A listing's number decides everything about it, so blocks can be made in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamplighter.simulate.chance import below, chosen, mixed, uniform
from lamplighter.simulate.cities import cities
from lamplighter.simulate.kinds import Mix
from lamplighter.simulate.parties import STOPS, Parties, homes
from lamplighter.simulate.words import HUBS, LANGUAGES, ROOTS, TRADES, Words, hiding_styles

#: The market opens on 1 March 2025 and closes sixty days later.
OPENING_US = 1_740_787_200_000_000
DAYS = 60
_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
_EMAIL_CODES = 1 << 30
#: Usual price of each trade in dollars (goods to rent per month, work per hour): least and most.
_PRICES = np.array(
    [[15, 900], [15, 45], [650, 3200], [30, 220], [15, 90], [40, 160], [14, 35], [1800, 6500]]
)

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Columns of some listings, all of one length; see `Parties` and `words.Words`."""

    number: I64  # of the listing: its place in the plan
    party: I64  # -1 for singles
    kind: I64  # index into the mix's kinds, -1 for singles
    template: I64  # of its party
    seed: U64  # of its template
    own: U64  # of itself
    trade: I64
    root: I64
    stock: I64
    language: I64
    city: I64
    issuer: I64  # city whose numbers it uses
    posted: I64  # microseconds since 1970, UTC
    contact: I64
    account: I64
    name: I64
    price: I64
    style: I64  # how its phone is written
    work: I64  # (n, 4): see `render.render`
    hub: I64
    pictures: Mask


def rows(numbers: I64, parties: Parties, listings: int, seed: int, mix: Mix, words: Words) -> Rows:
    """The listings of those numbers (each in 0 … listings - 1)."""
    member = numbers < parties.start[-1]
    party = np.where(member, np.searchsorted(parties.start, numbers, side="right") - 1, -1)
    own = mixed(numbers + (seed << 34), 1)
    single = ~member
    if len(parties) == 0:
        return _singles(numbers, own, parties, mix, words)
    p = np.maximum(party, 0)
    kind = np.where(member, parties.kind[p], -1)
    alone = _singles(numbers, own, parties, mix, words)
    rank = numbers - parties.start[p]
    size = parties.start[p + 1] - parties.start[p]
    template = np.where(member, rank % parties.templates[p], 0)
    text_seed = np.where(member, mixed(parties.seed[p] + template.astype(np.uint64), 2), own)
    where = _Where.of(parties, p, rank, size, own, text_seed)
    of_kind = _KindColumns(mix)
    by = of_kind.phone_by[parties.kind[p]]
    turn = np.where(
        by == 2, rank * parties.phones[p] // np.maximum(size, 1), where.town % parties.phones[p]
    )
    turn = np.where(by == 0, 0, turn)
    trade = of_kind.trades[parties.kind[p], parties.trade[p]]
    language = _languages(mixed(parties.seed[p], 3), parties.home[p], mix, words)
    hidden = hiding_styles()[language, below(text_seed, 11, hiding_styles().shape[1])]
    hidden = np.where(uniform(own, 12) < 0.85, hidden, 0)
    work = np.zeros((len(numbers), 4), np.int64)
    work[:, 0] = np.where(uniform(own, 13) < 0.9, parties.edits[p], 0)
    work[:, 1] = parties.evasion[p]
    work[:, 2] = parties.evaded[p]
    work[:, 3] = parties.padding[p]
    work[single] = 0
    # Agencies and landlords offer another flat each time; others the same thing again.
    varied = of_kind.varied[parties.kind[p]]
    price_seed = np.where(varied, own, text_seed)
    names = (parties.seed[p] % np.uint64(1 << 20)).astype(np.int64) + below(
        own, 14, parties.names[p]
    )

    def either(theirs: NDArray, its_own: NDArray) -> NDArray:  # type: ignore[type-arg]
        return np.where(member, theirs, its_own)

    return Rows(
        numbers, party, kind, template, text_seed, own,
        either(trade, alone.trade), either(of_kind.root[parties.kind[p]], alone.root),
        either(_flags(text_seed, 15, mix.stock), alone.stock), either(language, alone.language),
        either(where.city, alone.city), either(where.issuer(by, parties, p), alone.issuer),
        either(where.posted, alone.posted), either(parties.contact[p] + turn, alone.contact),
        either(parties.account[p] + below(own, 16, parties.accounts[p]), alone.account),
        either(names, alone.name),
        either(_prices(price_seed, own, trade, where.city, words, 0.04), alone.price),
        either(np.where(parties.obscured[p], hidden, 0), alone.style), work,
        either(below(parties.seed[p], 17, HUBS), alone.hub),
        either(parties.pictures[p], alone.pictures),
    )  # fmt: skip


class _KindColumns:
    """The mix's kinds as arrays."""

    def __init__(self, mix: Mix) -> None:
        widest = max((len(kind.trades) for kind in mix.kinds), default=1)
        self.trades = np.zeros((len(mix.kinds), widest), np.int64)
        for row, kind in enumerate(mix.kinds):
            for column, trade in enumerate(kind.trades):
                self.trades[row, column] = TRADES.index(trade)
        ways = ("party", "city", "turn")
        self.phone_by = np.array([ways.index(kind.phone_by) for kind in mix.kinds], np.int64)
        varied = {"form", "offer"}
        self.varied = np.array([kind.root in varied for kind in mix.kinds], np.bool_)
        self.root = np.array([ROOTS.index(kind.root) for kind in mix.kinds], np.int64)


@dataclass(frozen=True)
class _Where:
    """When and where the listings of parties stand."""

    city: I64
    town: I64  # which of its party's cities
    posted: I64

    @staticmethod
    def of(parties: Parties, p: I64, rank: I64, size: I64, own: U64, text_seed: U64) -> _Where:
        """By the schedule of the party's kind."""
        near, reach = cities().near, cities().reach
        table = {name: i for i, name in enumerate(("spread", "burst", "circuit"))}
        ways = np.array([table[kind.schedule] for kind in parties.kinds], np.int64)
        way = ways[parties.kind[p]]
        overlap = np.array([kind.overlap for kind in parties.kinds])[parties.kind[p]]
        towns = parties.cities[p]
        # Who posts much from one place posts in many towns of the neighbourhood of its home.
        town = np.where(way == 1, rank % towns, below(own, 21, towns))
        stops = np.minimum(towns, STOPS)
        stop = rank * stops // np.maximum(size, 1)
        city = np.where(
            way == 2,
            parties.tour[p, np.minimum(stop, STOPS - 1)],
            near[parties.home[p], town % reach[parties.home[p]]],
        )
        aside = (way == 2) & (uniform(own, 22) < overlap)
        city = np.where(aside, near[city, 20 + below(own, 23, 20)], city)
        hours = (7 + _daytime(own)) * _HOUR_US
        spread = below(own, 28, DAYS) * _DAY_US + hours
        share = (rank + uniform(own, 24)) / np.maximum(size, 1)
        start = uniform(parties.seed[p], 25) * (DAYS - 4) * _DAY_US
        burst = start + share * (3 * _DAY_US)
        dwell = np.minimum(2 + below(parties.seed[p], 30, 5), DAYS // np.maximum(stops, 1))
        within = rank * stops - stop * size  # 0 … size - 1: how far into the stop
        day = stop * dwell + within * dwell // np.maximum(size, 1)
        free = DAYS - stops * dwell + 1
        circuit = (below(parties.seed[p], 32, free) + day) * _DAY_US + hours
        time = np.where(way == 2, circuit, np.where(way == 1, burst, spread)).astype(np.int64)
        # A timetable: on the minute, every four hours around the clock.
        slot = 4 * _HOUR_US
        at = (parties.seed[p] % np.uint64(240)).astype(np.int64) * 60_000_000
        clock = time // _DAY_US * _DAY_US + below(own, 31, 6) * slot + at
        clock = clock + below(own, 29, 90) * 1_000_000
        time = np.where(parties.regular[p], clock, time)
        return _Where(city, np.where(way == 2, stop, town), OPENING_US + time // 1000000 * 1000000)

    def issuer(self, by: I64, parties: Parties, p: I64) -> I64:
        """Numbers come from the listing's city where a party keeps one per city, else from home."""
        return np.where(by == 1, self.city, parties.home[p])


def _singles(numbers: I64, own: U64, parties: Parties, mix: Mix, words: Words) -> Rows:
    """Everyone with one listing: contact and account of their own."""
    n = len(numbers)
    trade = chosen(own, 41, list(mix.singles))
    city = homes(own)
    language = _languages(own, city, mix, words)
    zero = np.zeros(n, np.int64)
    posted = OPENING_US + below(own, 43, DAYS) * _DAY_US
    posted = posted + ((6 + _daytime(own) * 1.2) * 3600).astype(np.int64) * 1_000_000
    hidden = np.full(n, words_style_spaced(), np.int64)
    return Rows(
        numbers, zero - 1, zero - 1, zero, own, own, trade,
        np.where(_flags(own, 44, mix.forms) == 1, ROOTS.index("form"), 0),
        _flags(own, 45, mix.stock), language, city, city, posted,
        parties.contacts + numbers, int(parties.accounts.sum()) + numbers,
        below(own, 46, 1 << 20), _prices(own, own, trade, city, words, 0.0),
        np.where(uniform(own, 47) < 0.01, hidden, 0), np.zeros((n, 4), np.int64),
        below(own, 48, HUBS), uniform(own, 49) < 0.12,
    )  # fmt: skip


def words_style_spaced() -> int:
    """Ordinary people, too, now and then write a number digit by digit."""
    from lamplighter.simulate.phones import STYLES

    return STYLES.index("spaced")


def _flags(seeds: U64, purpose: int, odds: float) -> I64:
    return (uniform(seeds, purpose) < odds).astype(np.int64)


def _daytime(own: U64) -> NDArray[np.float64]:
    """Hours after the day begins, most often around its middle."""
    return (uniform(own, 26) + uniform(own, 27)) * 7.0


def _languages(seeds: U64, city: I64, mix: Mix, words: Words) -> I64:
    if mix.languages:
        codes = np.array([LANGUAGES.index(language) for language in mix.languages])
        return codes[below(seeds, 51, len(codes))]
    found: I64 = words.spoken[city, (uniform(seeds, 51) < 0.07).astype(np.int64)]
    return found


def _prices(text_seed: U64, own: U64, trade: I64, city: I64, words: Words, wobble: float) -> I64:
    low, high = _PRICES[trade, 0], _PRICES[trade, 1]
    base = low * (high / low) ** uniform(text_seed, 61)
    changed = np.where(uniform(own, 62) < wobble, 0.9, 1.0)
    step = np.where(base > 100, 5, 1)
    steps = (base * changed * words.scale[city] / step).astype(np.int64)
    found: I64 = np.maximum(steps * step, 1)
    return found


def email_codes(contacts: I64) -> I64:
    """A code of an e-mail address for each contact; distinct for distinct contacts."""
    return (contacts * 6_364_136_223 + 1_442_695_041) % _EMAIL_CODES
