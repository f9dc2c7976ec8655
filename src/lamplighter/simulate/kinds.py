"""The kinds of parties on the market: who posts, how much, from where, and with which habits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lamplighter.foundation.errors import UsageError


@dataclass(frozen=True)
class Kind:
    """One kind of party with several listings. Pairs are least and most; odds are in [0, 1]."""

    name: str
    share: float  # of all listings
    sizes: tuple[int, int]  # listings of one party: a power law between the two
    trades: tuple[str, ...]  # tables of the grammar
    root: str = "text"  # symbol of that table
    slope: float = 1.75  # exponent of the power law
    cities: tuple[int, int] = (1, 1)
    templates: tuple[int, int] = (1, 1)
    phones: tuple[int, int] = (1, 1)
    phone_by: str = "party"  # party, city, or turn (one after the other)
    accounts: tuple[int, int] = (1, 1)
    names: tuple[int, int] = (1, 1)
    schedule: str = "spread"  # spread, burst, or circuit (city after city, with dwell)
    edits: tuple[int, ...] = (0, 0, 10, 20, 40)  # per mille of words
    obscured: float = 0.0  # odds that the phone is written so that a plain search misses it
    evasion: float = 0.0  # odds that words are disguised
    padding: float = 0.0  # odds of foreign text and new order
    overlap: float = 0.0  # share of listings in a distant city at the same time
    regular: float = 0.0  # odds of a timetable that no single person keeps
    pictures: float = 0.4  # odds that its listings carry images
    control: bool = False  # planted signs of control by a third party
    movement: bool = False  # planted circuit with more than one sign of organisation

    @property
    def planted(self) -> str:
        """`control`, `movement`, `control+movement`, or empty."""
        return "+".join(
            name for name, has in (("control", self.control), ("movement", self.movement)) if has
        )


_EDITS = (0, 20, 50, 100, 160)
ORDINARY = (
    Kind("goods_seller", 0.10, (2, 60), ("goods",), cities=(1, 12), schedule="burst",
         templates=(1, 2), pictures=0.7),
    Kind("landlord", 0.035, (2, 12), ("rentals",), root="offer", templates=(1, 2)),
    Kind("rental_agency", 0.045, (8, 1500), ("rentals",), root="form", cities=(1, 10),
         phones=(1, 10), phone_by="city", names=(1, 6), templates=(1, 4), accounts=(1, 3)),
    Kind("staffing_agency", 0.045, (8, 2500), ("jobs",), cities=(2, 20), phones=(1, 8),
         phone_by="city", names=(1, 8), templates=(1, 5), accounts=(1, 4), regular=0.2),
    Kind("service_chain", 0.02, (6, 1000), ("services",), cities=(3, 30), names=(1, 1),
         templates=(1, 2), phones=(1, 1), accounts=(1, 6)),
    Kind("class_teacher", 0.01, (4, 40), ("classes",), cities=(3, 7), schedule="circuit"),
    Kind("independent", 0.005, (4, 60), ("personal",), root="solo", cities=(2, 6),
         schedule="circuit"),
)  # fmt: skip
OPERATIONS = (
    Kind("operation_organised", 0.06, (2, 5000), ("services", "goods", "jobs", "household"),
         cities=(1, 12), phones=(1, 6), phone_by="turn", accounts=(1, 8), names=(1, 2),
         edits=_EDITS, obscured=0.2, evasion=0.15, padding=0.15, regular=0.2),
    Kind("operation_control", 0.02, (6, 2000), ("abroad", "household", "personal"),
         root="control", slope=1.9, cities=(1, 8), phones=(2, 6), phone_by="turn",
         accounts=(2, 10), names=(2, 6), control=True, edits=_EDITS, obscured=0.5,
         evasion=0.2, padding=0.1, regular=0.5),
    Kind("operation_movement", 0.025, (8, 5000), ("personal",), slope=1.9, cities=(4, 9),
         phones=(2, 8), phone_by="turn", accounts=(2, 12), names=(3, 8), schedule="circuit",
         edits=_EDITS, obscured=0.7, evasion=0.25, padding=0.1, overlap=0.06, regular=0.4,
         pictures=0.7, movement=True),
    Kind("operation_mixed", 0.015, (10, 3000), ("personal", "household"), root="control", slope=1.9,
         cities=(4, 9), phones=(2, 8), phone_by="turn", accounts=(2, 12), names=(3, 8),
         schedule="circuit", edits=_EDITS, obscured=0.6, evasion=0.25, padding=0.1, overlap=0.06,
         regular=0.5, pictures=0.7, control=True, movement=True),
)  # fmt: skip


@dataclass(frozen=True)
class Mix:
    """What a market is made of; the rest of the listings are singles."""

    name: str
    kinds: tuple[Kind, ...]
    forms: float = 0.08  # share of singles that are filled-in forms
    stock: float = 0.12  # share of all listings that end with stock sentences
    versions: float = 0.005  # later versions, in proportion to the listings
    languages: tuple[str, ...] = ()  # in place of those of the cities
    singles: tuple[float, ...] = (0.5, 0.14, 0.2, 0.16)  # goods, jobs, rentals, services


def _campaigns(**changes: object) -> tuple[Kind, ...]:
    base = Kind("campaign", 0.3, (2, 5000), ("services", "goods", "jobs", "household", "personal"),
                cities=(1, 12), phones=(1, 6), phone_by="turn", accounts=(1, 8), names=(1, 4),
                edits=(0, 20, 50, 80, 120, 160), pictures=0.0)  # fmt: skip
    return (replace(base, **changes),)  # type: ignore[arg-type]


#: Trades that have words in every language.
_PLAIN = ("goods", "jobs", "rentals", "services")
#: Markets by name: `market` is the whole of it; the others each put one difficulty to the test.
MIXES = {
    mix.name: mix
    for mix in (
        Mix("market", ORDINARY + OPERATIONS),
        Mix("scattered", _campaigns(), forms=0, stock=0, versions=0),
        Mix("stock", _campaigns(), forms=0, stock=0.3, versions=0),
        Mix("evasion", _campaigns(evasion=1.0), forms=0, stock=0.1, versions=0),
        Mix("padding", _campaigns(padding=1.0), forms=0, stock=0.1, versions=0),
        Mix("forms", _campaigns(), forms=0.5, stock=0.1, versions=0),
        Mix(
            "unspaced",
            _campaigns(trades=_PLAIN),
            stock=0.1,
            versions=0,
            languages=("zh", "ja", "th"),
        ),
        Mix(
            "scripts",
            _campaigns(trades=_PLAIN),
            stock=0.1,
            versions=0,
            languages=("fr", "de", "es", "pt", "ru", "ar"),
        ),
    )
}


def mix_named(name: str) -> Mix:
    """The mix of that name; `UsageError` with the names there are."""
    if name not in MIXES:
        raise UsageError(
            f"there is no mix {name!r}", where="--mix", hint="choose one of " + ", ".join(MIXES)
        )
    return MIXES[name]
