"""The document that opens a report: `<report>`."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.reporting.cybertipline.fields import attribute
from lamplighter.reporting.cybertipline.incident import IncidentSummary, InternetDetails
from lamplighter.reporting.cybertipline.parties import (
    IntendedRecipient,
    LawEnforcement,
    PersonOrUserReported,
    Reporter,
    Victim,
)


@dataclass(frozen=True, kw_only=True)
class BatchedReport:
    """Many reports of one thing that went viral."""

    reason: str = attribute()


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything but the files, which follow one by one."""

    class Meta:
        """The name of the root element."""

        name = "report"

    batched_report: BatchedReport | None = None
    incident_summary: IncidentSummary
    internet_details: tuple[InternetDetails, ...] = ()
    law_enforcement: LawEnforcement | None = None
    reporter: Reporter
    person_or_user_reported: PersonOrUserReported | None = None
    intended_recipient: tuple[IntendedRecipient, ...] = ()
    victim: tuple[Victim, ...] = ()
    additional_info: str | None = None
