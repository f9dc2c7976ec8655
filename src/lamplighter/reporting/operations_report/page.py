"""Writes the page: head, one lead after the other, foot."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lamplighter.reporting.operations_report.atlas import atlas, world
from lamplighter.reporting.operations_report.lead import Lead, Report
from lamplighter.reporting.operations_report.strip import strip
from lamplighter.reporting.operations_report.wording import (
    SHOWN,
    clean,
    counted,
    day,
    number,
    pieces,
    short,
)

#: What each band says, in the words of the policy: leads, never guilt.
BANDS = {
    "A": "possible child",
    "B": "strong signs of control by a third party",
    "C": "organised, but unclear by whom and for what",
    "D": "ordinary repeat posting",
}


def write_report(report: Report, out: BinaryIO) -> None:
    """Write one self-contained UTF-8 HTML page, lead by lead.

    Memory does not grow with the number of leads when `report.leads` is a generator. The same
    report gives the same bytes. Errors are those of `out.write`.
    """
    templates = _templates()
    css, js = _asset("report.css"), _asset("report.js")
    land, borders = world()
    head = templates.get_template("head.html.j2").render(
        report=report,
        summary=report.summary,
        bands=BANDS,
        css=Markup(css),  # noqa: S704 - our own packaged file
        js_hash=_digest(js),
        css_hash=_digest(css),
        land=land,
        borders=borders,
    )
    out.write(head.encode())
    card = templates.get_template("lead.html.j2")
    shown = 0
    for shown, lead in enumerate(report.leads, start=1):
        out.write(card.render(**_facts(shown, lead)).encode())
    foot = templates.get_template("foot.html.j2").render(
        report=report,
        shown=shown,
        js=Markup(js),  # noqa: S704 - our own packaged file
    )
    out.write(foot.encode())


def _facts(rank: int, lead: Lead) -> dict[str, object]:
    largest = max((max(i.inside, i.outside) for i in lead.identifiers), default=1)
    return {
        "rank": rank,
        "lead": lead,
        "meaning": BANDS.get(lead.band, ""),
        "band": lead.band if lead.band in BANDS else "other",
        "strip": strip(lead.days),
        "atlas": atlas(lead.legs),
        "largest": max(largest, 1),
        "sampled": {sample.listing_id: n for n, sample in enumerate(lead.samples, start=1)},
        "most_points": max((abs(reason.points) for reason in lead.reasons), default=1.0) or 1.0,
    }


def _showable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    """Hash source of Content-Security-Policy level 3, section 2.3.1."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("lamplighter.reporting.operations_report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_showable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day, "number": number, "short": short}
    environment.globals |= {"pieces": pieces, "counted": counted, "shown_code_points": SHOWN}
    return environment
