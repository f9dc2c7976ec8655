"""Parties by their habits alone: who is planted, who is ordinary, drawn at random.

The texts are a word or two, so that the ranking is judged on behaviour: journeys, numbers,
names, spelling. Nothing here is fitted to the simulator of the product.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.operations.market import PLACES, Market

_CHANCE = random.Random(20)
TOWNS = {
    f"Town {number:03}": (
        1000 + number,
        ("FR", "DE", "IT", "ES")[number % 4],
        _CHANCE.uniform(38, 54),
        _CHANCE.uniform(-4, 18),
    )
    for number in range(160)
}
PLACES.update(TOWNS)
NAMES = ("Ines", "Maud", "Vera", "Nora", "Lise", "Elsa", "Rosa", "Tina", "Ada", "Mila")

CATS = ("personal", "services", "wellness", "massage", None, "misc")
Party = Callable[[Market, int, random.Random], None]


def towns(chance: random.Random, least: int, most: int) -> list[str]:
    return chance.sample(sorted(TOWNS), chance.randint(least, most))


def number(operation: int, index: int) -> str:
    return f"+336{operation:06}{index:02}"


def journey(chance: random.Random, stops: list[str], stays: int) -> list[tuple[float, str]]:
    """Days and towns of listings: several per stay, days of dwell, a way between, returns."""
    day, posts = 0.0, []
    for stay in range(stays):
        town = stops[stay % len(stops)]
        dwell = chance.uniform(2, 8)
        for _ in range(chance.randint(2, 6)):
            posts.append((day + chance.uniform(0, dwell), town))
        day += dwell + chance.uniform(0.5, 3)
    return posts


def spread(chance: random.Random, stops: list[str], count: int) -> list[tuple[float, str]]:
    """Days and towns of listings: anywhere at any time."""
    days = chance.uniform(10, 120)
    return [(chance.uniform(0, days), chance.choice(stops)) for _ in range(count)]


def planted(market: Market, operation: int, chance: random.Random) -> None:
    """A third party that moves or controls: a circuit with one to four other habits, or, not
    moving, at least two of those that hide it."""
    moves = chance.random() < 0.7
    habits = {"phones", "names", "obscured", "evasion"}
    kept = chance.sample(sorted(habits), chance.randint(1 if moves else 2, 4))
    stops = towns(chance, 3, 8)
    if moves:
        posts = journey(chance, stops, chance.randint(len(stops), 2 * len(stops)))
    else:
        posts = spread(chance, stops[: chance.randint(1, 3)], chance.randint(6, 40))
        if kept == ["names", "phones"]:
            kept.append("obscured")
    if moves and chance.random() < 0.4:
        posts += [(day + 0.01, chance.choice(stops)) for day, _ in posts[:: chance.randint(8, 20)]]
    names = NAMES[: chance.randint(3, 8)] if "names" in kept else NAMES[:1]
    template = market.template(**({"name": names} if len(names) > 1 else {}))
    phones = chance.randint(3, 8) if "phones" in kept else 1
    serial = chance.random() < 0.5
    last = max(day for day, _ in posts) + 1
    hidden = chance.uniform(0.3, 1) if "obscured" in kept else 0.0
    spelled = chance.uniform(0.25, 0.8) if "evasion" in kept else 0.0
    category = chance.choice(CATS)
    accounts = chance.randint(1, 6)
    for day, town in sorted(posts):
        turn = int(day / last * phones) if serial else chance.randrange(phones)
        market.add(
            operation,
            day=day,
            city=town,
            phone=number(operation, turn),
            obscured=chance.random() < hidden,
            evasion={"homoglyph": 3} if chance.random() < spelled else {},
            template=template,
            text=f"{chance.choice(names)} offers rest and a friendly hour",
            category=category,
            account=f"{operation}-{chance.randrange(accounts)}",
        )


def goods(market: Market, operation: int, chance: random.Random) -> None:
    """One seller, one number, the same thing in up to ten towns, again and again."""
    stops = towns(chance, 1, 10)
    posts = [(k * chance.uniform(0.1, 4), town) for k, town in enumerate(stops)]
    posts += spread(chance, stops, chance.randint(0, 20))
    if chance.random() < 0.3:
        posts = journey(chance, stops, len(stops) + 2)
    hides = chance.random() < 0.2
    for day, town in posts:
        market.add(
            operation,
            day=day,
            city=town,
            phone=number(operation, 0),
            obscured=hides,
            title="Bicycle in good condition",
            category=chance.choice(("goods", "for sale", "sports", "furniture")),
        )


def business(market: Market, operation: int, chance: random.Random) -> None:
    """An agency, chain or landlord: all its places all the time; numbers by branch, by
    employee, or one for all; names of its people on them."""
    stops = towns(chance, 1, 20)
    by = chance.choice(("branch", "employee", "one"))
    staff = chance.randint(1, 6)
    template = market.template(name=NAMES[:staff])
    category, text = chance.choice(
        (
            ("rentals", "furnished flat"),
            ("jobs", "warehouse job"),
            ("services", "cleaning of offices"),
            ("services", "repairs"),
            ("property", "room"),
        )
    )
    for day, town in spread(chance, stops, chance.randint(8, 60)):
        who = chance.randrange(staff)
        line = {"branch": stops.index(town), "employee": who, "one": 0}[by]
        market.add(
            operation,
            day=day,
            city=town,
            phone=number(operation, line),
            template=template,
            text=f"{text}. {NAMES[who]} answers you.",
            category=category,
            account=f"{operation}-{who if by == 'employee' else 0}",
        )


def teacher(market: Market, operation: int, chance: random.Random) -> None:
    """One person who travels and teaches, or travels and works alone: openly."""
    stops = towns(chance, 3, 7)
    category, text = chance.choice((("classes", "pottery"), ("services", "yoga class and course")))
    for day, town in journey(chance, stops, len(stops) + chance.randint(0, 4)):
        market.add(
            operation, day=day, city=town, phone=number(operation, 0), category=category, text=text
        )


ORDINARY: tuple[Party, ...] = (goods, business, teacher)


def market_of(parties: tuple[Party, ...], count: int, seed: int) -> Market:
    """`count` operations of these kinds in turn."""
    chance = random.Random(seed)
    market = Market()
    for operation in range(count):
        parties[operation % len(parties)](market, operation, chance)
    return market
