"""What the page is made of. All text is raw: escaping and shortening are the page's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the band: points of the score, one sentence, grade of evidence, listings it rests on."""

    name: str
    points: float
    sentence: str
    grade: str
    listings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a template: `kind` is `text` or `slot`; `slot` is the slot's number or None."""

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
    """One move: last seen in `from_` at `departed`, first seen in `to` at `arrived`."""

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
    """One operation. `days` holds (day, place, listings posted there that day)."""

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


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read and found; `by_band` counts operations; `facts` are facts of the run."""

    title: str
    generated: datetime | str
    version: str
    listings: int
    rejected: int
    linked: int
    operations: int
    by_band: Mapping[str, int] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A page: `leads` in the order shown (may be a generator: it is read once), and `rest`,
    the number of operations that are not on the page.
    """

    summary: Summary
    leads: Iterable[Lead]
    rest: int = 0
