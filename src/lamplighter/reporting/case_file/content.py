"""A case file as the document takes it: plain values, already worded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lamplighter.reporting.case_file.case_file import CaseFile, Submitted
from lamplighter.reporting.case_file.drawings import map_svg, timeline_svg
from lamplighter.reporting.case_file.not_found import not_found
from lamplighter.reporting.case_file.visible import visible
from lamplighter.reporting.operations_report.lead import Identifier, Leg, Link, Part, Template

BANDS = {
    "A": "A: possible child",
    "B": "B: strong signs of control by a third party",
    "C": "C: organised, unclear",
    "D": "D: ordinary repeat posting",
}
_SLOT_VALUES = 8


def content(case: CaseFile) -> dict[str, Any]:
    """What `document.typ` reads; every text is made visible."""
    lead = case.lead
    values = {
            "operation": lead.operation_id,
            "band": BANDS.get(lead.band, lead.band),
            "score": f"{lead.score:.1f}",
            "headline": lead.headline,
            "facts": _facts(case),
            "reasons": [
                {"sentence": r.sentence[:1].upper() + r.sentence[1:], "grade": r.grade,
                 "points": f"{r.points:+.1f} points. " if r.points else "",
                 "lifts": r.lifts, "listings": list(r.listings[:12]), "more": max(0, len(r.listings) - 12)}
                for r in lead.reasons
            ],
            "map": map_svg(lead.legs),
            "timeline": timeline_svg(lead.days),
            "legs": [_leg(number, leg) for number, leg in enumerate(lead.legs, start=1)],
            "identifiers": [_identifier(one) for one in lead.identifiers],
            "templates": [_template(one) for one in lead.templates],
            "links": [_link(one) for one in lead.links],
            "not_found": not_found(case),
            "listings": [_listing(one) for one in case.listings],
            "log": _log(case),
            "bag": case.bag,
            "made": when(case.made_at),
            "version": case.version,
        }  # fmt: skip
    return {name: _shown(name, value) for name, value in values.items()}


def when(time: datetime | None) -> str:
    """A time in UTC, to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else "time unknown"


def _shown(name: str, value: Any) -> Any:
    """Texts made visible; drawings are not read as text."""
    return value if name in ("map", "timeline") else _seen(value)


def _seen(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _seen(inner) for key, inner in value.items()}
    return [_seen(item) for item in value] if isinstance(value, list) else value


def _facts(case: CaseFile) -> list[list[str]]:
    lead = case.lead
    facts = [
        ["Platform", case.platform],
        ["Listings", f"{lead.listings:,} in this operation, {len(case.listings):,} shown in full"],
        ["First and last", f"{when(lead.first_seen)} to {when(lead.last_seen)}"],
        ["Accounts", f"{lead.accounts:,}"],
        ["Telephone numbers", f"{lead.phones:,}"],
        ["Cities", f"{lead.cities:,}"],
        ["Offered", lead.trade or "unknown"],
        ["Prepared by", case.prepared_by],
        ["Approved by", case.approved_by],
        ["For", case.recipient],
    ]
    return facts + ([["Your reference", case.reference]] if case.reference else [])


def _leg(number: int, leg: Leg) -> list[str]:
    stay = f"{leg.dwell_days:.1f} days" if leg.dwell_days is not None else "unknown"
    far = f"{leg.km:,.0f} km" if leg.km is not None else "unknown"
    note = "faster than travel allows" if leg.implausible else ""
    return [str(number), leg.from_, leg.to, when(leg.departed), when(leg.arrived), stay, far, note]


def _identifier(one: Identifier) -> dict[str, Any]:
    if one.hub:
        word = "shared widely, as a hotline or agency would be: ties nothing by itself"
    elif one.outside:
        word = (
            f"{one.inside / (one.inside + one.outside):.0%} of its listings are in this operation"
        )
    else:
        word = "in no other listing"
    return {"kind": one.kind, "value": one.value, "inside": one.inside, "outside": one.outside,
            "word": word + ("; written so as to hide it" if one.obscured else "")}  # fmt: skip


def _template(one: Template) -> dict[str, Any]:
    best = {slot.slot: slot.values[0][0] for slot in one.slots if slot.values}
    return {
        "id": one.template_id,
        "listings": one.listings,
        "parts": [_part(part, best) for part in one.parts],
        "slots": [
            {"slot": slot.slot, "kind": slot.kind, "distinct": slot.distinct,
             "values": [[value, count] for value, count in slot.values[:_SLOT_VALUES]]}
            for slot in one.slots
        ],
    }  # fmt: skip


def _part(part: Part, best: dict[int, str]) -> dict[str, Any]:
    text = part.text or best.get(part.slot or 0, "")
    return {"text": text, "slot": part.slot if part.kind == "slot" else None}


def _link(one: Link) -> list[str]:
    sure = f"{one.weight:.2f}" if one.kept else "not believed"
    return [one.source, one.target, one.kind, sure, one.sentence]


def _listing(one: Submitted) -> dict[str, Any]:
    return {
        "id": one.listing_id, "when": when(one.posted_at), "place": one.place,
        "account": one.account, "category": one.category, "url": one.url, "title": one.title,
        "text": one.text, "published": one.published,
        "entry": None if one.entry is None else f"{one.entry:,}",
    }  # fmt: skip


def _log(case: CaseFile) -> dict[str, str] | None:
    if case.log is None:
        return None
    log = case.log
    return {"origin": log.origin, "size": f"{log.size:,}", "root": log.root, "key": log.key}
