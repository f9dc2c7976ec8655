"""What a case knows, in the platform's own terms: from this a draft is filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lamplighter.reporting.cybertipline.incident import IncidentType


@dataclass(frozen=True)
class Account:
    """An account that placed listings of the operation."""

    account_id: str
    listings: int
    profile_url: str | None = None
    display_names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    ip_addresses: tuple[tuple[str, datetime], ...] = ()  # address, when


@dataclass(frozen=True)
class Leg:
    """One stay of the operation in a city."""

    city: str
    first: datetime
    last: datetime
    listings: int


@dataclass(frozen=True)
class Reason:
    """Why this is a lead: a sentence, and how well such a sign was tested."""

    sentence: str
    grade: str


@dataclass(frozen=True)
class Evidence:
    """A file of the case. Whether a person saw it is the truth, or None: nobody knows."""

    path: Path
    sha256: str
    name: str
    viewed: bool | None
    public: bool | None = None
    uploaded: datetime | None = None
    url: str | None = None
    supplemental: bool = False
    #: How it is known whether a person viewed it.
    viewing: str | None = None


@dataclass(frozen=True)
class ReportedChild:
    """What listings claim of somebody who may be a child. Claims, not findings."""

    stated_age: int | None = None
    names: tuple[str, ...] = ()
    claims: str | None = None


@dataclass(frozen=True)
class Filer:
    """Who answers for the report: NCMEC sends a report back that lacks the e-mail address."""

    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    terms_url: str | None = None


@dataclass(frozen=True)
class Case:
    """An operation that people decided to report."""

    operation_id: str
    incident: IncidentType
    platform: str
    first_seen: datetime
    last_seen: datetime
    listing_urls: tuple[str, ...]
    listings: int
    filer: Filer
    accounts: tuple[Account, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    legs: tuple[Leg, ...] = ()
    reasons: tuple[Reason, ...] = ()
    children: tuple[ReportedChild, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())
    urgent_because: str | None = None
    known_agency: str | None = None
    known_case_number: str | None = None
    note: str | None = None
    #: Contacts that so many other listings have that they say little of who is behind these.
    shared: tuple[str, ...] = ()
    #: Numbers of finished reports that listings of this one are in already.
    prior_reports: tuple[int, ...] = ()
