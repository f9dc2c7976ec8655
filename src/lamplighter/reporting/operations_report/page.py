"""Writes the page: head, one lead after the other, the others in a table, foot."""

from __future__ import annotations

from functools import cache
from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lamplighter.reporting.assets import asset, policy_hash, style
from lamplighter.reporting.operations_report.atlas import atlas, world
from lamplighter.reporting.operations_report.contact_bars import bars
from lamplighter.reporting.operations_report.lead import Lead, Report, Summary
from lamplighter.reporting.operations_report.marks import pieces, visible
from lamplighter.reporting.operations_report.strip import strip
from lamplighter.reporting.operations_report.wording import (
    BANDS,
    GRADES,
    SHOWN,
    clean,
    counted,
    day,
    days_between,
    number,
    short,
    spaced,
)

_PACKAGE = "lamplighter.reporting.operations_report"
#: Contacts, legs, … of one operation that are shown; the page says how many more there are.
CONTACTS, LEGS, LINKS, TEMPLATES, SLOTS, VALUES, PARTS = 40, 60, 30, 8, 24, 6, 600
#: Operations in one line each.
OTHERS = 5_000


def write_report(report: Report, out: BinaryIO) -> None:
    """Write one self-contained UTF-8 HTML page, lead by lead.

    Memory does not grow with the number of leads when `report.leads` is a generator. The same
    report gives the same bytes. Errors are those of `out.write`.
    """
    templates = templates_of_page()
    css, js = style(_PACKAGE), asset(_PACKAGE, "report.js")
    land, borders = world()
    head = templates.get_template("head.html.j2").render(
        summary=report.summary,
        band_bar=_band_bar(report.summary),
        css=Markup(css),  # noqa: S704 - our own packaged file
        js_hash=policy_hash(js),
        css_hash=policy_hash(css),
        land=land,
        borders=borders,
    )
    out.write(head.encode())
    card = templates.get_template("lead.html.j2")
    shown = 0
    for shown, lead in enumerate(report.leads, start=1):
        out.write(card.render(**facts_of(shown, lead)).encode())
    out.write(templates.get_template("after_leads.html.j2").render(shown=shown).encode())
    others = _write_others(report, shown, out)
    foot = templates.get_template("foot.html.j2").render(
        left=max(report.rest - others, 0),
        version=report.summary.version,
        js=Markup(js),  # noqa: S704 - our own packaged file
    )
    out.write(foot.encode())


def _write_others(report: Report, shown: int, out: BinaryIO) -> int:
    """Write the table of operations in one line each; how many it has."""
    templates = templates_of_page()
    row = templates.get_template("other.html.j2")
    count = 0
    for brief in report.others:
        if count == OTHERS:
            break
        if count == 0:
            out.write(templates.get_template("others_head.html.j2").render().encode())
        count += 1
        rendered = row.render(rank=shown + count, brief=brief, band=_known_band(brief.band))
        out.write(rendered.encode())
    if count:
        out.write(b"</tbody></table></section>\n")
    return count


def facts_of(rank: int, lead: Lead) -> dict[str, object]:
    """What the templates of one lead take."""
    shown = lead.identifiers[:CONTACTS]
    return {
        "rank": rank,
        "lead": lead,
        "meaning": BANDS.get(lead.band, ""),
        "band": _known_band(lead.band),
        "strip": strip(lead.days),
        "atlas": atlas(lead.legs),
        "contacts": list(zip(shown, bars(shown), strict=True)),
        "sampled": {sample.listing_id: n for n, sample in enumerate(lead.samples, start=1)},
        "most_points": max((abs(reason.points) for reason in lead.reasons), default=1.0) or 1.0,
    }


def _known_band(band: str) -> str:
    return band if band in BANDS else "other"


def _band_bar(summary: Summary) -> list[tuple[str, int, float, float]]:
    """(band, operations, x, width), in percent; a band with a few is still seen."""
    counts = [(band, max(summary.by_band.get(band, 0), 0)) for band in BANDS]
    total = sum(count for _, count in counts)
    widths = [max(100 * count / total, 0.8) if count else 0.0 for _, count in counts]
    room, x, out = sum(widths), 0.0, []
    for (band, count), width in zip(counts, widths, strict=True):
        part = 100 * width / room if room else 0.0
        out.append((band, count, x, part))
        x += part
    return out


def _showable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value


@cache
def templates_of_page() -> Environment:
    """The page's templates: everything escaped, unknown names fail."""
    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_showable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day, "number": number, "short": short, "visible": visible, "spaced": spaced,
    }  # fmt: skip
    environment.globals |= {
        "pieces": pieces, "counted": counted, "days_between": days_between,
        "bands": BANDS, "grades": GRADES,
        "shown_code_points": SHOWN, "most_contacts": CONTACTS, "most_legs": LEGS,
        "most_links": LINKS, "most_templates": TEMPLATES, "most_slots": SLOTS,
        "most_values": VALUES, "most_parts": PARTS,
    }  # fmt: skip
    return environment
