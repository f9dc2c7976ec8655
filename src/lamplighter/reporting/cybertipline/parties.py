"""Who reports, who is reported, who was meant, who was hurt.

Trap: the schema is a sequence, so the order of fields here is the order of elements, and the four
kinds of party differ in small ways. They are written out rather than inherited.
"""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.reporting.cybertipline.fields import attribute, named
from lamplighter.reporting.cybertipline.person import Address, Contact, Email, Person, Phone
from lamplighter.reporting.cybertipline.traces import DeviceId, EstimatedLocation, IpCaptureEvent


@dataclass(frozen=True, kw_only=True)
class LawEnforcement:
    """An agency that knows already."""

    flea_country: str | None = attribute()
    agency_name: str
    case_number: str | None = None
    officer_contact: Contact | None = None
    reported_to_le: bool | None = None
    served_legal_process_domestic: bool | None = None
    served_legal_process_international: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """The platform, and the person who answers for the report."""

    reporting_person: Person
    contact_person: Contact | None = None
    company_template: str | None = None
    terms_of_service: str | None = None
    legal_url: str | None = named("legalURL")


@dataclass(frozen=True, kw_only=True)
class AssociatedAccount:
    """A further account of the same party."""

    account_type: str | None = attribute()
    third_party_user: bool | None = attribute()
    platform: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    approximate_age: int | None = None
    age_assertion_discrepancy: bool | None = None
    phone: tuple[Phone, ...] = ()
    email: tuple[Email, ...] = ()
    all_emails_reported: bool | None = None
    address: tuple[Address, ...] = ()
    esp_service: str | None = None
    esp_identifier: str | None = None
    profile_url: tuple[str, ...] = ()
    screen_name: str | None = None
    display_name: tuple[str, ...] = ()
    profile_bio: str | None = None
    group_identifier: str | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonOrUserReported:
    """The account, or the person, that the report is about."""

    person_or_user_reported_person: Person | None = None
    vehicle_description: str | None = None
    esp_identifier: str | None = None
    esp_service: str | None = None
    compromised_account: bool | None = None
    screen_name: str | None = None
    display_name: tuple[str, ...] = ()
    profile_url: tuple[str, ...] = ()
    profile_bio: str | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    third_party_user_reported: bool | None = None
    prior_ct_reports: tuple[int, ...] = named("priorCTReports", ())
    group_identifier: str | None = None
    estimated_location: EstimatedLocation | None = None
    all_emails_reported: bool | None = None
    associated_account: tuple[AssociatedAccount, ...] = ()
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class IntendedRecipient:
    """Whom something was meant for."""

    intended_recipient_person: Person | None = None
    esp_identifier: str | None = None
    esp_service: str | None = None
    compromised_account: bool | None = None
    screen_name: str | None = None
    display_name: tuple[str, ...] = ()
    profile_url: tuple[str, ...] = ()
    profile_bio: str | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    prior_ct_reports: tuple[int, ...] = named("priorCTReports", ())
    group_identifier: str | None = None
    estimated_location: EstimatedLocation | None = None
    all_emails_reported: bool | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class Victim:
    """A child who may be hurt. Whatever is known belongs here: others left it empty."""

    victim_person: Person
    esp_identifier: str | None = None
    esp_service: str | None = None
    compromised_account: bool | None = None
    screen_name: str | None = None
    display_name: tuple[str, ...] = ()
    profile_url: tuple[str, ...] = ()
    profile_bio: str | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    school_name: str | None = None
    prior_ct_reports: tuple[int, ...] = named("priorCTReports", ())
    estimated_location: EstimatedLocation | None = None
    all_emails_reported: bool | None = None
    additional_info: str | None = None
