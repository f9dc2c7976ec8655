"""Templates of pages that open offline: all is escaped, and what cannot be shown is cleaned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lamplighter.reporting.operations_report.wording import clean, counted, day, number, short


def environment(package: str, filters: Mapping[str, Any]) -> Environment:
    """Templates of `package`/templates, escaping everything, failing on unknown names."""
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_showable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day, "number": number, "short": short, **filters}
    made.globals |= {"counted": counted}
    return made


def _showable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value
