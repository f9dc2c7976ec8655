"""From a case to the documents: everything that is known goes where NCMEC looks for it."""

from __future__ import annotations

from typing import Any

from lamplighter.reporting.cybertipline.case import Account, Case, Evidence, ReportedChild
from lamplighter.reporting.cybertipline.fields import moment
from lamplighter.reporting.cybertipline.file_details import FileDetails, FileHash, FileRelevance
from lamplighter.reporting.cybertipline.incident import (
    IncidentSummary,
    InternetDetails,
    WebPageIncident,
)
from lamplighter.reporting.cybertipline.parties import (
    AssociatedAccount,
    LawEnforcement,
    PersonOrUserReported,
    Reporter,
    Victim,
)
from lamplighter.reporting.cybertipline.person import Email, Person, Phone
from lamplighter.reporting.cybertipline.report import Report
from lamplighter.reporting.cybertipline.submission import Attachment
from lamplighter.reporting.cybertipline.traces import IpCaptureEvent
from lamplighter.reporting.cybertipline.xml import printable

#: Listing addresses in one web page block; more go into further blocks.
_URLS_A_BLOCK = 500
_NO_NUMBER = 0  # put in when NCMEC has given one
_NO_FILE = "0" * 32
_METHOD = (
    "Lamplighter ties listings that share a text, contact, account or image. What follows are leads "
    "and indicators for a person to check, not findings of guilt."
)


def draft_report(case: Case) -> Report:
    """The `<report>` of a case. Long texts are cut at the schema's bounds, and say so."""
    first, *others = case.accounts or (None,)
    return Report(
        incident_summary=IncidentSummary(
            incident_type=case.incident,
            platform=_cut(case.platform, 256),
            escalate_to_high_priority=_cut(case.urgent_because, 3000),
            incident_date_time=moment(case.last_seen),
            incident_date_time_description=_cut(
                f"Last of {case.listings} listings; the first was seen on "
                f"{case.first_seen:%Y-%m-%d %H:%M %Z}.", 3000,
            ),
        ),
        internet_details=tuple(_pages(case)),
        law_enforcement=LawEnforcement(
            agency_name=_cut(case.known_agency, 255) or "",
            case_number=_cut(case.known_case_number, 100),
            reported_to_le=True,
        ) if case.known_agency else None,
        reporter=Reporter(
            reporting_person=Person(
                first_name=_cut(case.filer.first_name, 100),
                last_name=_cut(case.filer.last_name, 100),
                phone=tuple(Phone(value=p, type="Business") for p in _some(case.filer.phone, 50)),
                email=(Email(value=case.filer.email, type="Work"),),
            ),
            legal_url=_cut(case.filer.terms_url, 2083),
        ),
        person_or_user_reported=PersonOrUserReported(
            person_or_user_reported_person=Person(
                phone=tuple(Phone(value=phone) for phone in _fitting(case.phones, 50)),
                email=tuple(Email(value=email) for email in _fitting(case.emails, 255)),
            ),
            **_account(first, 255),
            esp_service=_cut(case.platform, 100),
            prior_ct_reports=case.prior_reports,
            associated_account=tuple(_associated(account, case) for account in others),
            additional_info=_handles(case),
        ),
        victim=tuple(_victim(child) for child in case.children),
        additional_info=_story(case),
    )  # fmt: skip


def draft_file(item: Evidence) -> Attachment:
    """A file with what is said of it; `viewed` is passed on as it is, unknown as unknown."""
    relevance = FileRelevance.SUPPLEMENTAL if item.supplemental else FileRelevance.REPORTED
    details = FileDetails(
        report_id=_NO_NUMBER,
        file_id=_NO_FILE,
        original_file_name=_cut(item.name, 2056),
        uploaded_to_esp_timestamp=moment(item.uploaded) if item.uploaded else None,
        location_of_file=_cut(item.url, 2083),
        file_viewed_by_esp=item.viewed,
        publicly_available=item.public,
        file_relevance=relevance,
        original_file_hash=(FileHash(value=item.sha256, hash_type="SHA256"),),
        additional_info=(_clean(item.viewing),) if item.viewing else (),
    )
    return Attachment(item.path, details)


def _pages(case: Case) -> list[InternetDetails]:
    urls = list(_fitting(case.listing_urls, 2083))
    blocks = [urls[i : i + _URLS_A_BLOCK] for i in range(0, len(urls), _URLS_A_BLOCK)]
    said = f"Listings of operation {case.operation_id} on {case.platform}."
    return [
        InternetDetails(web_page_incident=WebPageIncident(url=tuple(b), additional_info=_clean(said)))
        for b in blocks
    ]  # fmt: skip


def _account(account: Account | None, most: int) -> dict[str, Any]:
    if account is None:
        return {}
    return {
        "esp_identifier": _cut(account.account_id, most),
        "display_name": tuple(_clean(name) for name in account.display_names),
        "profile_url": tuple(_some(account.profile_url, 2083)),
        "ip_capture_event": tuple(
            IpCaptureEvent(ip_address=_clean(ip), date_time=moment(at))
            for ip, at in account.ip_addresses
        ),
    }


def _associated(account: Account, case: Case) -> AssociatedAccount:
    return AssociatedAccount(
        account_type="Linked",
        platform=_cut(case.platform, 256),
        email=tuple(Email(value=email) for email in _fitting(account.emails, 255)),
        **_account(account, 256),
        esp_service=_cut(case.platform, 256),
        additional_info=f"{account.listings} listings of this operation.",
    )


def _victim(child: ReportedChild) -> Victim:
    return Victim(
        victim_person=Person(age=child.stated_age, age_assertion_discrepancy=None),
        display_name=tuple(_clean(name) for name in child.names),
        additional_info=_clean("As listings claim, not verified. " + (child.claims or "")).strip(),
    )


def _handles(case: Case) -> str | None:
    return _clean("Handles: " + ", ".join(case.handles)) if case.handles else None


def _story(case: Case) -> str:
    lines = [_METHOD, "", f"Operation {case.operation_id}: {case.listings} listings."]
    if case.reasons:
        lines += ["", "Why this was put before reviewers:"]
        lines += [
            f"- {reason.sentence} (grade of evidence: {reason.grade})" for reason in case.reasons
        ]
    if case.legs:
        lines += ["", "Movement, as the listings say:"]
        lines += [
            f"- {leg.city}: {leg.first:%Y-%m-%d} to {leg.last:%Y-%m-%d}, {leg.listings} listings"
            for leg in case.legs
        ]
    if case.shared:
        lines += ["", "Contacts that many other listings have too, and so may be nobody's here:"]
        lines += [f"- {one}" for one in case.shared]
    if too_long := _unfitting(case):
        lines += ["", f"{too_long} addresses are too long for this form; ask for the case file."]
    if case.note:
        lines += ["", "The reviewers add:", case.note]
    return _clean("\n".join(lines))


def _clean(text: str) -> str:
    return printable(text)


def _cut(text: str | None, most: int) -> str | None:
    if text is None:
        return None
    text = _clean(text)
    return text if len(text) <= most else text[: most - 12] + " … (cut)"


def _some(text: str | None, most: int) -> list[str]:
    cut = _cut(text, most)
    return [cut] if cut else []


def _fitting(values: tuple[str, ...], most: int) -> list[str]:
    """Values that the schema can carry. A cut number or address would be a wrong one."""
    return [clean for clean in map(_clean, values) if clean.strip() and len(clean) <= most]


def _unfitting(case: Case) -> int:
    emails = case.emails + tuple(email for account in case.accounts[1:] for email in account.emails)
    bounded = ((case.listing_urls, 2083), (case.phones, 50), (emails, 255))
    return sum(len(_clean(value)) > most for values, most in bounded for value in values)
