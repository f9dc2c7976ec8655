"""What the page is given; `None` is unknown everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Explanation:
    """An innocent explanation, how it was tested, and whether it fits."""

    explanation: str
    test: str
    fits: bool


@dataclass(frozen=True)
class Finding:
    """A practice with its grade, 1 (weak) to 4."""

    title: str
    grade: int
    sentence: str
    details: Sequence[str]
    tests: Sequence[Explanation]
    listings: Sequence[str]


@dataclass(frozen=True)
class Term:
    """A row of the strip list. Rates are shares of 1; `variants` are (form, present, removed)."""

    term: str
    kind: str
    rate: float
    low: float
    high: float
    present: int
    removed: int
    first: datetime | None
    last: datetime | None
    entered: datetime | None
    left: datetime | None
    categories: Sequence[str]
    variants: Sequence[tuple[str, int, int]]
    replaced_by: str | None
    explanation: str | None
    reason: str


@dataclass(frozen=True)
class Actor:
    """One who acted; shares of 1, delay in seconds."""

    name: str
    person: bool
    seen: int
    edits: int
    indicators: int
    automatic: float | None
    delay: float | None
    consistency: float | None
    rate: float | None
    low: float | None
    high: float | None
    colleagues: float | None
    p: float | None


@dataclass(frozen=True)
class Chain:
    """Refused, then published. `before` and `after` mark the change with ⟦ ⟧."""

    practice: str
    refused: str
    published: str
    minutes: float
    message: str | None
    explanation: str | None
    before: str
    after: str


@dataclass(frozen=True)
class Original:
    """A sign that originals are missing."""

    kind: str
    sentence: str
    listings: Sequence[str]


@dataclass(frozen=True)
class Rate:
    """Published listings that lost a term, of those published."""

    label: str
    published: int
    sanitised: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Sample:
    """A listing word by word: stretches are (same, removed or added; text)."""

    listing_id: str
    class_name: str
    actor: str | None
    delay: float | None
    stretches: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class AuditReport:
    """The page. `classes` are (name, what it means, count); `facts` name and value."""

    title: str
    version: str
    source: str
    pairs: int
    published: int
    rejected: int
    findings: Sequence[Finding]
    terms: Sequence[Term]
    more_terms: int
    actors: Sequence[Actor]
    chains: Sequence[Chain]
    more_chains: int
    originals: Sequence[Original]
    periods: Sequence[Rate]
    categories: Sequence[Rate]
    classes: Sequence[tuple[str, str, int]]
    samples: Sequence[Sample]
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
