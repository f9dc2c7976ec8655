"""Four bland leads: goods, jobs, rentals, services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from lamplighter.reporting.operations_report import (
    Identifier,
    Lead,
    Leg,
    Link,
    Part,
    Reason,
    Report,
    Sample,
    Slot,
    Summary,
    Template,
)

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TOWNS = {
    "Houston": (29.76, -95.37),
    "Dallas": (32.78, -96.8),
    "New Orleans": (29.95, -90.07),
    "Atlanta": (33.75, -84.39),
    "Lyon": (45.76, 4.84),
    "Genève": (46.2, 6.15),
    "Milano": (45.46, 9.19),
}
OFFERS = [
    (
        "services",
        "B",
        41.5,
        "Garden and cleaning help",
        ["Houston", "Dallas", "New Orleans", "Atlanta"],
    ),
    ("jobs", "C", 18.0, "Packing work in a warehouse", ["Lyon", "Genève", "Milano"]),
    ("rentals", "D", 4.5, "Room with a desk", ["Dallas"]),
    ("goods", "D", 22.0, "Oak shelves, made to measure", ["Houston", "Atlanta"]),
]


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def leg(from_: str, to: str, day: float, implausible: bool = False) -> Leg:
    (a, b), (c, d) = TOWNS[from_], TOWNS[to]
    return Leg(from_, to, a, b, c, d, at(day), at(day + 1.5), 4.0, 561.4, implausible)


def lead(number: int) -> Lead:
    category, band, score, offer, towns = OFFERS[number]
    text = (
        f"{offer}. Good price, quick reply. Call 713 two one 2 88 07 or write to us. Open all week."
    )
    phone = text.index("713"), text.index(" or write")
    quick = text.index("quick"), text.index("quick") + 11
    moves = [*pairwise(towns), (towns[-1], towns[0])] if len(towns) > 1 else []
    days = [
        (date(2026, 3, 1) + timedelta(days=day), towns[day // 5 % len(towns)], 1 + day * 7 % 5)
        for day in range(60)
        if not 20 < day < 44 and day % 3 != 1
    ]
    reasons = [
        Reason(
            "several_names",
            20.0,
            "3 names answer on one phone in 12 listings.",
            "tested",
            ["g-1", "g-2", "g-3", "g-4", "g-5", "g-6"],
        ),
        Reason(
            "circuit",
            15.5,
            f"Seen in {len(towns)} cities one after the other.",
            "observation",
            ["g-1", "g-9"],
        ),
        Reason(
            "business",
            -3.0,
            "A registered business name is given in 2 listings.",
            "practitioner",
            ["g-2"],
        ),
    ]
    return Lead(
        f"op_{number}f3a9c0d17e24b5",
        band,
        score,
        f"{offer}: 48 listings in {len(towns)} places on 3 phones",
        48 + number,
        3,
        3,
        len(towns),
        at(0),
        at(59 + number),
        reasons,
        [
            Template(
                f"tp_{number}c0ffee",
                40,
                [
                    Part("text", f"{offer}. Ask for"),
                    Part("slot", "name", 0),
                    Part("text", "in"),
                    Part("slot", "city", 1),
                    Part("text", ". Good price, from"),
                    Part("slot", "price", 2),
                    Part("text", "a day. Call"),
                    Part("slot", "phone", 3),
                ],
                [
                    Slot(0, "name", [("Robin", 18), ("Sam", 14), ("Alex", 8)], 3),
                    Slot(1, "city", [(t, 10) for t in towns], len(towns)),
                    Slot(2, "price", [("30", 21), ("35", 12), ("40", 7)], 9),
                    Slot(3, "phone", [("713 212 8807", 31)], 3),
                ],
                18233.0,
            )
        ],
        days,
        [leg(a, b, 5.0 * n, implausible=n == 1) for n, (a, b) in enumerate(moves)],
        [
            Identifier("phone", "+17132128807", 31, 0, obscured=True),
            Identifier("phone", "+17132128850", 9, 2),
            Identifier("email", "hello@example.org", 12, 4210 if number == 3 else 40, hub=True),
        ],
        [
            Sample(
                "g-1",
                f"{offer} – call today",
                text,
                [(*phone, "phone"), (*quick, "urgency: quick reply")],
                at(3),
                towns[0],
                category,
            ),
            Sample(
                "g-2", "مكتب للإيجار", "مكتب هادئ مع نافذة. " * 4, [], at(9), towns[-1], category
            ),
            Sample(
                "g-3",
                "Long one",
                "Solid, tidy, on time. " * 200,
                [(0, 5, "phone")],
                None,
                "",
                category,
            ),
        ],
        [
            Link("g-1", "g-2", "text", 0.93, "They share 31 of 34 uncommon phrases."),
            Link(
                "g-1",
                "x-9",
                "email",
                0.1,
                "Both give hello@example.org.",
                kept=False,
                why="4,210 other listings give it too.",
            ),
        ],
    )


def report() -> Report:
    summary = Summary(
        "Operations in market.parquet",
        START,
        "0.1.0",
        200_000,
        37,
        9_412,
        311,
        {"A": 0, "B": 12, "C": 60, "D": 239},
        [
            ("input", "market.parquet (sha-256 1f0e…)"),
            ("seconds", "11.8"),
            ("policy", "default 2026-11 9ab1"),
        ],
    )
    return Report(summary, (lead(number) for number in range(4)), rest=307)
