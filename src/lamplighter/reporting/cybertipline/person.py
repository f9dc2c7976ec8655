"""People and how to reach them, as every part of a report names them."""

from __future__ import annotations

from dataclasses import dataclass

from xsdata.models.datatype import XmlDate, XmlDateTime

from lamplighter.reporting.cybertipline.fields import attribute, text


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number as it was given, at most 50 characters."""

    value: str = text()
    type: str | None = attribute()
    verified: bool | None = attribute()
    verification_date: XmlDateTime | None = attribute()
    country_calling_code: str | None = attribute()
    extension: str | None = attribute()


@dataclass(frozen=True, kw_only=True)
class Email:
    """An address, at most 255 characters."""

    value: str = text()
    type: str | None = attribute()
    verified: bool | None = attribute()
    verification_date: XmlDateTime | None = attribute()


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address, or as much of one as is known."""

    type: str | None = attribute()
    address: str | None = None
    city: str | None = None
    zip_code: str | None = None
    state: str | None = None
    non_usa_state: str | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to call back."""

    first_name: str | None = None
    last_name: str | None = None
    phone: tuple[Phone, ...] = ()
    email: tuple[Email, ...] = ()
    address: tuple[Address, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Person(Contact):
    """Somebody the report is about, or who files it."""

    age: int | None = None
    age_assertion_discrepancy: bool | None = None
    date_of_birth: XmlDate | None = None
