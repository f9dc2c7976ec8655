"""Filters: hostile text made showable, days, numbers, ages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from markupsafe import Markup

from lamplighter.reporting.operations_report import wording
from lamplighter.reporting.operations_report.marks import visible
from lamplighter.reporting.transparency import page as figures_page

register = template.Library()


@register.filter
def shown(value: Any, limit: int = 2_000) -> Markup:
    """Text from outside: escaped, cut, what an eye would miss drawn as a tag."""
    return visible(wording.short(str(value), limit))


@register.filter
def plain(value: Any, limit: int = 200) -> str:
    """For attributes: as `shown`, without tags; Django escapes it."""
    return wording.clean(wording.short(str(value or ""), limit))


@register.filter
def day(value: Any) -> str:
    """`3 Mar 2026`."""
    return wording.day(value)


@register.filter
def number(value: Any, digits: int = 0) -> str:
    """With commas."""
    return wording.number(value, digits)


@register.filter
def spaced(value: str) -> str:
    """Dashes as blanks."""
    return wording.spaced(value)


@register.filter
def age(value: datetime) -> str:
    """`3 h`, `2 d`: how long ago, or until then."""
    seconds = abs((timezone.now() - value).total_seconds())
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


@register.filter
def get(held: Any, key: Any) -> Any:
    """An entry of a mapping."""
    return held.get(key, "")


@register.filter
def percent(value: float | None) -> str:
    """`12.3 %`; a dash where unknown."""
    return figures_page.percent(value)
