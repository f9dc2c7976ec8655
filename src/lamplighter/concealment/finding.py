"""A finding: one practice in plain sentences, graded, with the innocent explanations tested."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

PRACTICES = {
    "automatic_filter": "Words deleted by rule before publication",
    "manual_sanitising": "Words deleted by people before publication",
    "coaching": "Posters told which word to leave out",
    "age_reentry": "A refused number entered anew and accepted",
    "missing_originals": "Originals not kept",
}
#: Most listings that a finding names.
LISTINGS = 50


@dataclass(frozen=True)
class Tested:
    """An innocent explanation, what was done to test it, and whether it fits."""

    explanation: str
    test: str
    fits: bool


@dataclass(frozen=True)
class Finding:
    """One practice; `details` are further sentences."""

    practice: str
    grade: int
    sentence: str
    details: list[str] = field(default_factory=list)
    innocent_explanations: list[Tested] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For findings.json."""
        return asdict(self)


def quoted(terms: list[str], most: int = 6) -> str:
    """The first terms in quotes, and how many more there are."""
    shown = ", ".join(f"“{term}”" for term in terms[:most])
    return shown + (f" and {len(terms) - most} more" if len(terms) > most else "")
