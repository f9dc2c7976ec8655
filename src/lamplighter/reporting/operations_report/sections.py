"""Single sections of the report for pages that show one lead: the console draws nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from markupsafe import Markup

from lamplighter.reporting.operations_report.atlas import world
from lamplighter.reporting.operations_report.lead import Lead
from lamplighter.reporting.operations_report.page import facts_of, templates_of_page
from lamplighter.reporting.operations_report.strip import strip

#: File names without their ending.
SECTIONS = ("reasons", "activity", "movement", "shared_text")


def sections(lead: Lead) -> dict[str, Markup]:
    """The sections of a lead as HTML, escaped; empty where the lead has nothing for one."""
    template, facts = templates_of_page().get_template("section.html.j2"), facts_of(1, lead)
    return {
        name: Markup(template.render(section=name, **facts))  # noqa: S704 - autoescaped
        for name in SECTIONS
    }


def template_activity(days: Sequence[tuple[date, str, int]]) -> Markup:
    """The strip of days with a row for each template: (day, template, listings)."""
    template = templates_of_page().get_template("activity.html.j2")
    drawn = template.render(strip=strip(days), heading="Days and templates", axis="template")
    return Markup(drawn)  # noqa: S704 - autoescaped


@cache
def definitions() -> Markup:
    """SVG definitions that sections refer to: land, borders, arrow heads, hatching."""
    land, borders = world()
    template = templates_of_page().get_template("defs.html.j2")
    return Markup(template.render(land=land, borders=borders))  # noqa: S704 - autoescaped
