"""Writes the page."""

from __future__ import annotations

import re
from functools import cache
from typing import BinaryIO

from jinja2 import Environment
from markupsafe import Markup

from lamplighter.reporting.assets import asset, policy_hash, style
from lamplighter.reporting.concealment_report.chart import HEIGHT, Timeline, chart
from lamplighter.reporting.concealment_report.model import AuditReport
from lamplighter.reporting.self_contained import environment

_PACKAGE = "lamplighter.reporting.concealment_report"

#: What each grade says.
GRADES = {
    4: "very strong: many cases, no tested explanation fits, and a second independent mark agrees",
    3: "strong: many cases, and no tested explanation fits",
    2: "moderate: more than chance gives, in few terms, accounts or kinds of signs",
    1: "weak: few cases, or an innocent explanation fits all of them",
}
_MARKED = re.compile("[⟦⟧]")


def write_report(report: AuditReport, out: BinaryIO) -> None:
    """Write one self-contained UTF-8 HTML page. The same report gives the same bytes."""
    css = style(_PACKAGE)
    js = asset(_PACKAGE, "report.js")
    timeline = Timeline(report.terms)
    largest = max((count for _, _, count in report.classes), default=1)
    page = _templates().get_template("page.html.j2").render(
        report=report,
        grades=GRADES,
        chart=chart(report.periods),
        chart_height=HEIGHT,
        timeline=timeline,
        largest_class=max(largest, 1),
        most_rate=max([rate.high for rate in report.categories] or [1.0]) or 1.0,
        sampled={sample.listing_id: n for n, sample in enumerate(report.samples, start=1)},
        css=Markup(css),  # noqa: S704 - our own packaged files
        js=Markup(js),  # noqa: S704 - our own packaged file
        css_hash=policy_hash(css),
        js_hash=policy_hash(js),
    )  # fmt: skip
    out.write(page.encode())


def percent(value: float | None) -> str:
    """`12 %`; one more place below ten; a dash where unknown."""
    if value is None:
        return "–"
    digits = 0 if value >= 0.0995 or value == 0 else 1
    return f"{100 * value:.{digits}f} %"


def duration(seconds: float | None) -> str:
    """`3 s`, `12 min`, `4.5 h`, `3 d`; a dash where unknown."""
    if seconds is None:
        return "–"
    sign, rest = ("−" if seconds < 0 else ""), abs(seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if rest >= size:
            value = rest / size
            return f"{sign}{value:.{0 if value >= 10 else 1}f} {unit}"
    return f"{sign}{rest:.0f} s"


def marked(text: str) -> list[tuple[bool, str]]:
    """`a ⟦b⟧ c` → pieces, with whether each was inside the marks."""
    return [(at % 2 == 1, part) for at, part in enumerate(_MARKED.split(text)) if part]


@cache
def _templates() -> Environment:
    return environment(_PACKAGE, {"percent": percent, "duration": duration, "marked": marked})
