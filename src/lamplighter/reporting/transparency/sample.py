"""Which listings go blind to two reviewers: a random sample that anyone can draw again.

The seed is the log's root just after the act that announced the sample (period, sizes and how much
of the log it covers), with a word from outside where the announcement named its source. Nobody can
choose the listings, and everybody can check: docs/reporting.md says how.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lamplighter.reporting.transparency.states import ACTED, NAMES, SHOWN, States

_LABEL = b"lamplighter sample 1\n"


@dataclass(frozen=True)
class Plan:
    """What was announced: listings received from `since` to before `until`, as the first `size`
    entries of the log tell of them; `shown` and `acted` listings are to be drawn.
    """

    since: datetime
    until: datetime
    size: int
    shown: int
    acted: int


@dataclass(frozen=True)
class Part:
    """A stratum: its name, whether its listings were acted on, all of them, and those drawn."""

    name: str
    acted: bool
    population: int
    sampled: int


@dataclass(frozen=True)
class Draw:
    """Strata, and the items in the order in which they are read: (received entry, stratum)."""

    strata: tuple[Part, ...]
    items: tuple[tuple[int, int], ...]


def seed_of(root: bytes, value: str | None) -> bytes:
    """The seed: of the root after the announcement, and of the word from outside if there is one."""
    return hashlib.sha256(_LABEL + root + (value or "").encode()).digest()


def allocated(populations: Sequence[int], size: int) -> list[int]:
    """How many of each stratum: half of `size` in equal shares, the rest by population; never more
    than there are. The smallest strata are read best, and the largest weigh most.
    """
    size = min(size, sum(populations))
    if size <= 0:
        return [0] * len(populations)
    given = [min(count, size // (2 * len(populations))) for count in populations]
    while (left := size - sum(given)) > 0:
        room = [count - have for count, have in zip(populations, given, strict=True)]
        shares = [left * count // sum(room) for count in room]
        if not any(shares):  # fewer are left than strata: one each, the roomiest first
            for at in sorted(range(len(room)), key=lambda at: (-room[at], at))[:left]:
                shares[at] = 1
        given = [have + share for have, share in zip(given, shares, strict=True)]
    return given


def drawn(population: int, size: int, *, seed: bytes, stratum: str) -> list[int]:
    """`size` different places of a list of `population`, in the order they were drawn.

    The n-th number is the SHA-256 of seed, stratum and n, modulo the population (a bias below
    2⁻²⁰⁰); one that came before is left out.
    """
    places: dict[int, None] = {}
    turn = 0
    while len(places) < min(size, population):
        digest = hashlib.sha256(seed + f"{stratum}\n{turn}".encode()).digest()
        places[int.from_bytes(digest) % population] = None
        turn += 1
    return list(places)


def draw(states: States, plan: Plan, seed: bytes) -> Draw:
    """The sample that the seed selects. The same for everyone who has the log."""
    came = states.received(plan.since, plan.until, plan.size)
    became = states.of(came, plan.size)
    strata: list[Part] = []
    items: list[tuple[int, int]] = []
    for names, wanted in ((SHOWN, plan.shown), (ACTED, plan.acted)):
        members = {code: came[became == code] for code in names}
        members = {code: found for code, found in members.items() if len(found)}
        sizes = allocated([len(found) for found in members.values()], wanted)
        for (code, found), size in zip(members.items(), sizes, strict=True):
            places = drawn(len(found), size, seed=seed, stratum=NAMES[code])
            items += [(int(entry), len(strata)) for entry in found[np.array(places, np.int64)]]
            strata.append(Part(NAMES[code], code in ACTED, len(found), size))
    items.sort(key=lambda item: hashlib.sha256(seed + f"order\n{item[0]}".encode()).digest())
    return Draw(tuple(strata), tuple(items))
