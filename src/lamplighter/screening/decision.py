"""What is decided about one listing, and why: as Python objects and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson


@dataclass(frozen=True)
class Reason:
    """One rule that held, with a sentence that names its evidence."""

    rule: str
    do: str  #: what this rule asks for: publish, hold or refuse
    sentence: str
    evidence: str  #: grade of evidence (docs/indicators.md)
    source: str


@dataclass(frozen=True)
class Indicator:
    """A phrase of the lexicon found in the listing. `counts` is judged in context, `why` says it."""

    entry: str
    category: str
    field: str  #: title or text
    start: int  #: code points of that field
    end: int
    counts: bool
    why: str


@dataclass(frozen=True)
class Resemblance:
    """What of the known the listing is like. Resemblance is a lead, not a finding."""

    operation_id: str | None
    band: str | None
    score: float | None
    headline: str | None
    template_id: str | None
    ties: tuple[str, ...]  #: text, contact, image, account: strongest first
    likeness: float  #: of the most alike known text, 0 to 1
    listings: tuple[str, ...]  #: known listings it is tied to, at most five
    contacts: tuple[str, ...]  #: shared contacts as `kind:value`, at most five


@dataclass(frozen=True)
class Compared:
    """What the shadow policy would have done. It never acts."""

    policy: str
    outcome: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """The answer to one submission.

    `outcome` is what to do. In shadow mode it is always `publish`, and `policy_outcome` says what
    the policy asks for; else both are the same. `log_index` is the entry of the ledger that holds
    the listing as it was received; it is durable before the decision is made.
    """

    listing_id: str
    outcome: str
    policy_outcome: str
    reasons: tuple[Reason, ...]
    resembles: Resemblance | None
    indicators: tuple[Indicator, ...]
    policy: str
    compared: Compared | None
    log_index: int
    received_at: str  #: ISO 8601, UTC
    problems: tuple[str, ...] = ()  #: what could not be read, such as a damaged image
    replayed: bool = False  #: the answer was given before, to the same idempotency key

    def again(self) -> Decision:
        """The same answer, marked as given before."""
        return replace(self, replayed=True)

    def as_dict(self) -> dict[str, Any]:
        """For JSON. It has no words of the listing but the identifiers and spans of evidence."""
        return asdict(self)

    def as_json(self) -> bytes:
        """`as_dict` as JSON, made in one go."""
        return orjson.dumps(self)

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Decision:
        """The reverse of `as_dict`."""
        resembles, compared = held["resembles"], held["compared"]
        return cls(
            **{
                **held,
                "reasons": tuple(Reason(**reason) for reason in held["reasons"]),
                "resembles": Resemblance(
                    **{
                        **resembles,
                        **{key: tuple(resembles[key]) for key in ("ties", "listings", "contacts")},
                    }
                )
                if resembles
                else None,
                "indicators": tuple(Indicator(**found) for found in held["indicators"]),
                "compared": Compared(**{**compared, "rules": tuple(compared["rules"])})
                if compared
                else None,
                "problems": tuple(held["problems"]),
            }
        )
