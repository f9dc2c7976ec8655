"""How a dataclass field becomes XML: the few forms that NCMEC's documents use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xsdata.models.datatype import XmlDateTime


def attribute(name: str | None = None) -> Any:
    """An XML attribute, absent unless set."""
    return field(default=None, metadata={"type": "Attribute"} | ({"name": name} if name else {}))


def text() -> Any:
    """The text between the tags of an element that has attributes."""
    return field(metadata={"type": "Text"})


def named(name: str, default: Any = None) -> Any:
    """An element whose name is not the field's in camel case."""
    return field(default=default, metadata={"type": "Element", "name": name})


def elements() -> Any:
    """Elements of a class that has no other field.

    Trap: xsdata takes a lone field for the text between the tags unless it is told otherwise.
    """
    return field(default=(), metadata={"type": "Element"})


def moment(time: datetime) -> XmlDateTime:
    """A time as NCMEC takes it, with its zone. Raises ValueError without one."""
    if time.tzinfo is None:
        raise ValueError(f"{time.isoformat()} has no time zone")
    return XmlDateTime.from_datetime(time)


@dataclass(frozen=True)
class Flag:
    """An empty element: present means yes."""
