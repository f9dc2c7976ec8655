"""What a newly fetched schema changes, and whether it still takes what is made here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from lamplighter.reporting.cybertipline.case import (
    Account,
    Case,
    Evidence,
    Filer,
    Leg,
    Reason,
    ReportedChild,
)
from lamplighter.reporting.cybertipline.draft import draft_file, draft_report
from lamplighter.reporting.cybertipline.incident import IncidentType
from lamplighter.reporting.cybertipline.xml import Schema, safe_parse, to_xml

_XS = "{http://www.w3.org/2001/XMLSchema}"
_MOST = 60
#: Properties of a declaration that change what is taken.
_FACTS = ("type", "ref", "base", "minOccurs", "maxOccurs", "use", "fixed")
_FROM_ELSEWHERE = {f"{_XS}import", f"{_XS}include", f"{_XS}redefine", f"{_XS}override"}


def check_schema(data: bytes) -> None:
    """Raise ValueError unless this is a whole XML schema of reports.

    One that would read further files is refused: it comes from outside.
    """
    root = safe_parse(data)
    if root.tag != f"{_XS}schema":
        raise ValueError(f"<{root.tag}> is no XML schema")
    if elsewhere := [node.tag for node in root.iter() if node.tag in _FROM_ELSEWHERE]:
        raise ValueError(f"it reads further files ({elsewhere[0].rpartition('}')[2]})")
    declared = {node.get("name") for node in root.findall(f"{_XS}element")}
    if missing := {"report", "fileDetails"} - declared:
        raise ValueError(f"it declares no <{sorted(missing)[0]}>")
    try:
        etree.XMLSchema(root)
    except etree.XMLSchemaParseError as error:
        raise ValueError(f"it cannot be used: {error}") from error


def differences(old: bytes, new: bytes) -> list[str]:
    """One line for each declaration that was added, removed or changed; cut after sixty."""
    before, after = (dict(_declared(safe_parse(data), ())) for data in (old, new))
    lines = [f"added: {name} ({after[name]})" for name in after if name not in before]
    lines += [f"removed: {name}" for name in before if name not in after]
    lines += [
        f"changed: {name}: {before[name]} is now {after[name]}"
        for name in before
        if name in after and before[name] != after[name]
    ]
    more = len(lines) - _MOST
    return lines[:_MOST] + ([f"and {more} more"] if more > 0 else [])


def refusals(path: Path) -> list[str]:
    """What the schema in `path` says against documents that have every part made here."""
    schema = Schema(path)
    told = []
    for incident in IncidentType:
        told += schema.problems(to_xml(draft_report(_full(incident))))
    for file in _full(IncidentType.SEX_TRAFFICKING).evidence:
        told += schema.problems(to_xml(draft_file(file).details))
    return list(dict.fromkeys(told))


def _declared(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for child in node:
        if not isinstance(child.tag, str):
            continue
        kind, name = child.tag.removeprefix(_XS), child.get("name")
        if kind == "annotation":
            continue
        if kind == "enumeration":
            yield "/".join((*path, f"“{child.get('value')}”")), "value"
        elif kind in ("restriction", "extension") or child.get("value") is not None:
            yield "/".join((*path, kind)), child.get("value") or child.get("base") or ""
        here = (*path, f"@{name}" if kind == "attribute" else name) if name else path
        if name:
            said = " ".join(f"{fact}={child.get(fact)}" for fact in _FACTS if child.get(fact))
            yield "/".join(here), said or kind
        yield from _declared(child, here)


def _full(incident: IncidentType) -> Case:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    account = Account("a-1", 2, "https://market.example/a-1", ("Shop",), ("a@market.example",),
                      (("192.0.2.1", day),))  # fmt: skip
    return Case(
        operation_id="op-1", incident=incident, platform="Market", first_seen=day, last_seen=day,
        listing_urls=("https://market.example/1",), listings=2,
        filer=Filer("Ada", "Desk", "desk@market.example", "+1 555 0100", "https://market.example/t"),
        accounts=(account, account), phones=("+15550100",), emails=("b@market.example",),
        handles=("handle: chat:shop",), legs=(Leg("Springfield", day, day, 2),),
        reasons=(Reason("One text in two cities.", "measured"),),
        children=(ReportedChild(30, ("Sam",), "As written."),),
        evidence=(
            Evidence(Path("one.png"), "0" * 64, "one.png", True, True, day, "https://market.example/1",
                     viewing="Uncovered in the console."),
            Evidence(Path("two.txt"), "0" * 64, "two.txt", False, supplemental=True),
        ),
        urgent_because="A day is named.", known_agency="State police", known_case_number="17",
        note="Note.", shared=("phone +15550199",), prior_reports=(1_000_000,),
    )  # fmt: skip
