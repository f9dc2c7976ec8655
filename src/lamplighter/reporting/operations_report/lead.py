"""What the page is made of. All text is raw: escaping and shortening are the page's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the band: points of the score, one sentence, grade of evidence, listings it rests on.

    `lifts` says that this reason alone calls for the band (a combination of signs, or a term from
    an official list), whatever the points.
    """

    name: str
    points: float
    sentence: str
    grade: str
    listings: Sequence[str] = ()
    lifts: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a template: `kind` is `text` or `slot`; `slot` is the slot's number or None.

    A text has its own blanks and punctuation; the text of a slot may be empty (its most frequent
    value is shown then).
    """

    kind: str
    text: str
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """What filled a slot: most frequent values with counts, and how many distinct ones."""

    slot: int
    kind: str
    values: Sequence[tuple[str, int]]
    distinct: int


@dataclass(frozen=True, slots=True)
class Template:
    """Common text of several listings; `saved_bits` by description length."""

    template_id: str
    listings: int
    parts: Sequence[Part]
    slots: Sequence[Slot]
    saved_bits: float


@dataclass(frozen=True, slots=True)
class Leg:
    """One move: last seen in `from_` at `departed`, first seen in `to` at `arrived`.

    Coordinates in degrees (WGS 84); `dwell_days` is the stay in `to`; `km` the great circle.
    """

    from_: str
    to: str
    from_lat: float | None
    from_lon: float | None
    to_lat: float | None
    to_lon: float | None
    departed: datetime | None
    arrived: datetime | None
    dwell_days: float | None
    km: float | None
    implausible: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """A contact; `inside`/`outside` count listings in this operation and in all others."""

    kind: str
    value: str
    inside: int
    outside: int
    hub: bool = False
    obscured: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One listing; `spans` are (start, end, label) in code points of `text`."""

    listing_id: str
    title: str
    text: str
    spans: Sequence[tuple[int, int, str]]
    posted_at: datetime | None
    place: str
    category: str


@dataclass(frozen=True, slots=True)
class Link:
    """Why two listings are (or, with `kept` false, are not) in one operation."""

    source: str
    target: str
    kind: str
    weight: float
    sentence: str
    kept: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """One operation. `days` holds (day, place, listings posted there that day).

    `trade` is what the listings seem to offer (goods, property, job, …; empty where unknown).
    """

    operation_id: str
    band: str
    score: float
    headline: str
    listings: int
    accounts: int
    phones: int
    cities: int
    first_seen: datetime | None
    last_seen: datetime | None
    reasons: Sequence[Reason] = ()
    templates: Sequence[Template] = ()
    days: Sequence[tuple[date, str, int]] = ()
    legs: Sequence[Leg] = ()
    identifiers: Sequence[Identifier] = ()
    samples: Sequence[Sample] = ()
    links: Sequence[Link] = ()
    trade: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """One operation in one line, for those that are not shown in full."""

    operation_id: str
    band: str
    score: float
    listings: int
    headline: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read and found; `by_band` counts operations; `facts` are facts of the run.

    `rejects` holds (reason, rows) of what was refused. `generated` as text follows "Made".
    """

    title: str
    generated: datetime | str
    version: str
    listings: int
    rejected: int
    linked: int
    operations: int
    by_band: Mapping[str, int] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    rejects: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A page: `leads` in full, in the order shown; `others` in one line each; `rest`, how many
    operations there are beyond `leads` (also those that `others` leaves out).

    `leads` and `others` may be generators: each is read once, in this order.
    """

    summary: Summary
    leads: Iterable[Lead]
    rest: int = 0
    others: Iterable[Brief] = ()
