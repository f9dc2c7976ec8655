"""What a case file holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lamplighter.reporting.operations_report.lead import Lead


@dataclass(frozen=True, slots=True)
class Submitted:
    """A listing as it was submitted. `published` is what was shown instead, None if the same or
    unknown; `entry` its place in the ledger, None where it was linked without one.
    """

    listing_id: str
    posted_at: datetime | None
    place: str
    account: str
    category: str
    url: str
    title: str
    text: str
    published: str | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The ledger at the time of making: what somebody else needs to check the listings against it."""

    origin: str
    size: int
    root: str  # hex
    key: str  # C2SP verifier key


@dataclass(frozen=True, slots=True)
class CaseFile:
    """An operation for a recipient. `prepared_by` and `approved_by` are account ids."""

    lead: Lead
    listings: Sequence[Submitted]
    made_at: datetime
    version: str
    platform: str
    prepared_by: str
    approved_by: str
    recipient: str
    reference: str = ""
    log: LogFacts | None = None
    bag: str = ""  # name of the evidence export that goes with it
