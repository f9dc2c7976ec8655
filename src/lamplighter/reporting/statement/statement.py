"""A statement of reasons (Regulation (EU) 2022/2065, DSA, art. 17), as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any


class Measure(StrEnum):
    """What was done to the poster."""

    HOLD = "hold"  #: the listing is not shown until a person has looked
    REFUSAL = "refusal"  #: the listing was not taken
    REMOVAL = "removal"  #: the listing is no longer shown
    ACCOUNT = "account"  #: the account was closed or suspended


class Automated(StrEnum):
    """How far the decision itself was taken by a machine (the words of the DSA's database)."""

    FULLY = "fully"
    PARTIALLY = "partially"
    NOT = "not"


class Source(StrEnum):
    """What led to the decision (DSA art. 17(3)(b))."""

    OWN = "own initiative"
    NOTICE = "notice"
    FLAGGER = "trusted flagger"


@dataclass(frozen=True)
class Ground:
    """What the decision rests on. `facts` and `reference` say no wording that was looked for."""

    code: str
    kind: str  #: law or terms
    reference: str  #: the law and article, or the clause of the terms
    words: str  #: why what was posted falls under it
    facts: str  #: what was found, in general
    category: str  #: of the DSA's database
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One measure against one poster. Times are aware, UTC."""

    puid: str  #: letters, digits, hyphen: names it here and in the DSA's database
    decision: int  #: entry of the ledger with the decision
    measure: Measure
    decided_at: datetime
    listings: tuple[str, ...]
    account: str
    ground: Ground
    automated_detection: bool
    automated_decision: Automated
    source: Source
    content: tuple[str, ...]  #: text, image
    content_date: date | None  #: of the (oldest) listing
    language: str  #: ISO 639-1, "" where unknown
    operation: str = ""
    #: Pseudonyms of whoever took part: none of them may decide on a complaint.
    barred: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        made = asdict(self)
        made["decided_at"] = self.decided_at.astimezone(UTC).isoformat()
        made["content_date"] = self.content_date.isoformat() if self.content_date else None
        return made

    @classmethod
    def from_dict(cls, held: Mapping[str, Any]) -> Statement:
        """The reverse of `as_dict`."""
        ground = held["ground"]
        return cls(
            **{
                **held,
                "measure": Measure(held["measure"]),
                "automated_decision": Automated(held["automated_decision"]),
                "source": Source(held["source"]),
                "decided_at": datetime.fromisoformat(held["decided_at"]),
                "content_date": date.fromisoformat(held["content_date"])
                if held["content_date"]
                else None,
                "ground": Ground(**{**ground, "keywords": tuple(ground["keywords"])}),
                **{name: tuple(held[name]) for name in ("listings", "content", "barred")},
            }
        )
