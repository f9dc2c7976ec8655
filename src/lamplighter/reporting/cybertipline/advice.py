"""What a report still lacks to be acted on, said before anybody releases it.

From what rejected or unusable reports had in common: the reporting person's e-mail was missing, the
victim block stayed empty although the platform knew, text-only cases were dropped because no file
was attached, and nobody could say whether a file had been looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lamplighter.reporting.cybertipline.case import Case
from lamplighter.reporting.cybertipline.incident import IncidentType

#: An incident later than this after now comes from a wrong clock.
_SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class Advice:
    """One thing to mend. `blocks`: NCMEC would send the report back."""

    sentence: str
    blocks: bool = False


def advise(case: Case, now: datetime) -> list[Advice]:
    """What to mend, the blocking first."""
    found = list(_blocking(case, now)) + list(_helpful(case))
    return sorted(found, key=lambda advice: not advice.blocks)


def _blocking(case: Case, now: datetime) -> Iterator[Advice]:
    if "@" not in case.filer.email:
        yield Advice("The reporting person has no e-mail address.", blocks=True)
    if case.last_seen > now + _SKEW:
        yield Advice(
            f"The incident lies in the future ({case.last_seen.isoformat()}): is a clock wrong?",
            blocks=True,
        )
    if case.first_seen > case.last_seen:
        yield Advice("The first listing is later than the last.", blocks=True)
    if not (case.listing_urls or case.accounts or case.phones or case.emails or case.evidence):
        yield Advice(
            "There is nothing to go by: no address of a listing, account, phone, e-mail or file.",
            blocks=True,
        )


def _helpful(case: Case) -> Iterator[Advice]:
    if not (case.filer.first_name.strip() and case.filer.last_name.strip()):
        yield Advice("The reporting person has no full name: NCMEC calls back a person.")
    if not case.listing_urls:
        yield Advice("No listing has an address (URL): investigators cannot open what you saw.")
    if not case.accounts:
        yield Advice("No account is named: legal process needs the identifier you know it by.")
    elif not any(account.ip_addresses for account in case.accounts):
        yield Advice(
            "No IP address with its time is given: it is what most often leads to a subscriber."
        )
    if not (case.phones or case.emails or case.handles):
        yield Advice("No phone, e-mail or handle is given, though the listings may hold some.")
    trafficking = case.incident in (IncidentType.SEX_TRAFFICKING, IncidentType.SEX_TOURISM)
    if trafficking and not case.legs:
        yield Advice("No city is given: NCMEC routes a tip by place.")
    if trafficking and not case.children:
        yield Advice(
            "Nothing is said of a possible victim: put in what the listings claim (age, name used)."
        )
    if not case.reasons:
        yield Advice("No reason is given why this may be what the incident type says.")
    unknown = sum(item.viewed is None for item in case.evidence)
    if unknown:
        files = "1 file" if unknown == 1 else f"{unknown} files"
        yield Advice(
            f"For {files} nobody says whether a person viewed the whole of it: that decides whether "
            "police may open it without a warrant. Say what is true; do not guess."
        )
    if case.known_agency and not case.known_case_number:
        yield Advice(f"{case.known_agency} knows of this; its case number would join the two.")
    if case.urgent_because is not None and len(case.urgent_because.split()) < 5:
        yield Advice("High priority needs a reason that names the danger and the time.")
