"""Whether the database will take a statement: the rules of its schema, read from `schema.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from lamplighter.reporting.statement.dsa.schema import Schema, schema

_PUID = re.compile(r"[A-Za-z0-9_-]+")
_DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_REQUIRED = (
    "decision_ground", "content_type", "category", "territorial_scope", "content_date",
    "application_date", "decision_facts", "source_type", "automated_detection",
    "automated_decision", "puid",
)  # fmt: skip
_LISTS = {
    "decision_visibility", "content_type", "territorial_scope", "category_addition",
    "category_specification",
}  # fmt: skip
_ENDS = ("end_date_visibility_restriction", "end_date_monetary_restriction",
         "end_date_service_restriction", "end_date_account_restriction")  # fmt: skip
#: What an attribute with this value also needs.
_WITH = {
    ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"): (
        "illegal_content_legal_ground", "illegal_content_explanation"),
    ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"): (
        "incompatible_content_ground", "incompatible_content_explanation"),
    ("decision_visibility", "DECISION_VISIBILITY_OTHER"): ("decision_visibility_other",),
    ("decision_monetary", "DECISION_MONETARY_OTHER"): ("decision_monetary_other",),
    ("content_type", "CONTENT_TYPE_OTHER"): ("content_type_other",),
}  # fmt: skip
_OLDEST = {"content_date": date(2000, 1, 1), "application_date": date(2020, 1, 1)}
_KNOWN = {
    *_DECISIONS, *_REQUIRED, *_LISTS, *_ENDS, *(name for names in _WITH.values() for name in names),
    "account_type", "decision_ground_reference_url", "incompatible_content_illegal",
    "category_specification_other", "content_language", "content_id", "source_identity",
}  # fmt: skip


def problems(made: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by attribute; empty where nothing is."""
    shape, found = schema(), {}
    for name in made:
        if name not in _KNOWN:
            found[name] = "is not in the schema"
    for name in _REQUIRED:
        if not made.get(name):
            found[name] = "is required"
    if not any(made.get(name) for name in _DECISIONS):
        found[_DECISIONS[0]] = f"one of {', '.join(_DECISIONS)} is required"
    for (name, value), needed in _WITH.items():
        if value == made.get(name) or (name in _LISTS and value in (made.get(name) or ())):
            found |= {one: f"is required with {value}" for one in needed if not made.get(one)}
    for name, value in made.items():
        if value is not None and name not in found and (wrong := _wrong(shape, name, value)):
            found[name] = wrong
    start = _day(made.get("application_date"))
    for name in _ENDS:
        end = _day(made.get(name))
        if start and end and end < start:
            found[name] = "is before application_date"
    return found


def _wrong(shape: Schema, name: str, value: Any) -> str:
    values = value if name in _LISTS else [value]
    if name in _LISTS and (not isinstance(value, list) or not value):
        return "is a list with something in it"
    if name == "content_id":
        return _wrong_id(value)
    if not all(isinstance(one, str) for one in values):
        return "is a text"
    allowed = _allowed(shape, name)
    if allowed is not None and (other := [one for one in values if one not in allowed]):
        return f"cannot be {other[0][:80]!r}"
    if len(value) > shape.lengths.get(name, 2_000):
        return f"is longer than {shape.lengths.get(name, 2_000):,} characters"
    if name == "puid" and not _PUID.fullmatch(value):
        return "has other characters than letters, digits, - and _"
    if name in _OLDEST or name in _ENDS:
        day = _day(value)
        if day is None:
            return "is no date such as 2026-01-31"
        if day < _OLDEST.get(name, day):
            return f"is before {_OLDEST[name]}"
    return ""


def _allowed(shape: Schema, name: str) -> frozenset[str] | None:
    if name == "territorial_scope":
        return frozenset(shape.eea)
    if name == "content_language":
        return shape.languages
    return shape.enums.get("category" if name == "category_addition" else name)


def _wrong_id(value: Any) -> str:
    fine = isinstance(value, dict) and set(value) == {"EAN-13"}
    if not fine or not re.fullmatch(r"[0-9]{13}", str(value["EAN-13"])):
        return "is an EAN-13 number by its name"
    return ""


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
