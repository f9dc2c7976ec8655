"""What an account leaves behind: addresses of machines, devices, places."""

from __future__ import annotations

from dataclasses import dataclass

from xsdata.models.datatype import XmlDateTime

from lamplighter.reporting.cybertipline.fields import attribute


@dataclass(frozen=True, kw_only=True)
class IpCaptureEvent:
    """An IP address, and what the account did from it."""

    ip_address: str
    event_name: str | None = None
    date_time: XmlDateTime | None = None
    possible_proxy: bool | None = None
    port: int | None = None


@dataclass(frozen=True, kw_only=True)
class DeviceId:
    """An identifier of a device, and its kind."""

    id_type: str
    id_value: str
    event_name: str | None = None
    date_time: XmlDateTime | None = None


@dataclass(frozen=True, kw_only=True)
class EstimatedLocation:
    """Where somebody seems to be."""

    verified: bool | None = attribute()
    timestamp: XmlDateTime | None = attribute()
    city: str | None = None
    region: str | None = None
    country_code: str | None = None
