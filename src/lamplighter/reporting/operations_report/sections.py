"""Single sections of the report for pages that show one lead: the console draws nothing twice."""

from __future__ import annotations

from markupsafe import Markup

from lamplighter.reporting.operations_report.atlas import world
from lamplighter.reporting.operations_report.lead import Lead
from lamplighter.reporting.operations_report.page import facts_of, templates_of_page

#: What `section` knows: file names without their ending.
SECTIONS = ("reasons", "activity", "movement", "shared_text")


def section(name: str, lead: Lead) -> Markup:
    """One section of a lead as HTML, escaped; empty where the lead has nothing for it."""
    if name not in SECTIONS:
        raise ValueError(f"there is no section {name!r}")
    template = templates_of_page().get_template("section.html.j2")
    return Markup(template.render(section=name, **facts_of(1, lead)))  # noqa: S704 - autoescaped


def definitions() -> Markup:
    """SVG definitions that sections refer to: land, borders, arrow heads, hatching."""
    land, borders = world()
    template = templates_of_page().get_template("defs.html.j2")
    return Markup(template.render(land=land, borders=borders))  # noqa: S704 - autoescaped
