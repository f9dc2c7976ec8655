"""What happened, when, and where on the internet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from xsdata.models.datatype import XmlDateTime

from lamplighter.reporting.cybertipline.fields import Flag, attribute
from lamplighter.reporting.cybertipline.person import Address, Email, Phone
from lamplighter.reporting.cybertipline.traces import IpCaptureEvent


class IncidentType(Enum):
    """The only incident types that NCMEC takes."""

    CSAM = "Child Pornography (possession, manufacture, and distribution)"
    SEX_TRAFFICKING = "Child Sex Trafficking"
    SEX_TOURISM = "Child Sex Tourism"
    MOLESTATION = "Child Sexual Molestation"
    MISLEADING_DOMAIN = "Misleading Domain Name"
    MISLEADING_WORDS = "Misleading Words or Digital Images on the Internet"
    ENTICEMENT = "Online Enticement of Children for Sexual Acts"
    UNSOLICITED = "Unsolicited Obscene Material Sent to a Child"


@dataclass(frozen=True, kw_only=True)
class ReportAnnotations:
    """Flags that sort a report on arrival."""

    sextortion: Flag | None = None
    csam_solicitation: Flag | None = None
    minor_to_minor_interaction: Flag | None = None
    spam: Flag | None = None
    sadistic_online_exploitation: Flag | None = None
    informational: Flag | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentSummary:
    """The head of a report. The presence of `escalate_to_high_priority` escalates it."""

    incident_type: IncidentType
    platform: str | None = None
    escalate_to_high_priority: str | None = None
    report_annotations: ReportAnnotations | None = None
    incident_date_time: XmlDateTime
    incident_date_time_description: str | None = None


@dataclass(frozen=True, kw_only=True)
class WebPageIncident:
    """Pages, such as listings."""

    third_party_hosted_content: bool | None = attribute()
    url: tuple[str, ...] = ()
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class EmailIncident:
    """Messages by e-mail."""

    email_address: tuple[Email, ...] = ()
    content: str | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewsgroupIncident:
    """Posts in a newsgroup."""

    name: str | None = None
    email_address: tuple[Email, ...] = ()
    content: str | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChatImIncident:
    """A chat or instant messages."""

    chat_client: str | None = None
    chat_room_name: str | None = None
    content: str | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class OnlineGamingIncident:
    """In a game."""

    game_name: str | None = None
    console: str | None = None
    content: str | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class CellPhoneIncident:
    """By telephone."""

    phone_number: Phone | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class NonInternetIncident:
    """At a place."""

    location_name: str | None = None
    incident_address: tuple[Address, ...] = ()
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class Peer2peerIncident:
    """In a file-sharing network."""

    client: str | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    file_names: str | None = None
    additional_info: str | None = None


@dataclass(frozen=True, kw_only=True)
class InternetDetails:
    """One place on the internet. Exactly one field is set: the schema is a choice."""

    web_page_incident: WebPageIncident | None = None
    email_incident: EmailIncident | None = None
    newsgroup_incident: NewsgroupIncident | None = None
    chat_im_incident: ChatImIncident | None = None
    online_gaming_incident: OnlineGamingIncident | None = None
    cell_phone_incident: CellPhoneIncident | None = None
    non_internet_incident: NonInternetIncident | None = None
    peer2peer_incident: Peer2peerIncident | None = None
