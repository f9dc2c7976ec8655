"""From TOML text to a ScreeningPolicy: each key, type and rule of evidence is checked."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

from lamplighter.foundation.toml_source import TomlSource
from lamplighter.operations.policy import COMPARISONS, GRADES, REFUTED
from lamplighter.operations.policy_entries import LIST, TEXT, check_entry, policy_text, unknown_key
from lamplighter.operations.sentences import PLACEHOLDER
from lamplighter.screening.policy import OUTCOMES, Condition, Rule, ScreeningPolicy
from lamplighter.screening.policy_facts import EXACT, LISTED, NUMBERS, TEXTS, is_number

_NUMERIC = re.compile(r"^\s*([a-z0-9_.-]+)\s*(>=|<=|==|>|<)\s*(-?\d+(?:\.\d+)?)\s*$")
_TEXTUAL = re.compile(r"^\s*([a-z0-9_.-]+)\s+in\s+([\w-]+(?:\s*,\s*[\w-]+)*)\s*$")
_COUNTRY = re.compile(r"^[A-Z]{2}$")
#: What placeholders of `because` may name besides facts.
WORDS = ("terms", "lists", "operation", "tie", "contacts")
_KEYS = {
    "name": TEXT,
    "do": TEXT,
    "when": LIST,
    "because": TEXT,
    "evidence": TEXT,
    "source": TEXT,
    "categories": LIST,
    "except_categories": LIST,
    "countries": LIST,
    "except_countries": LIST,
}
_NEEDS = ("name", "do", "when", "because", "evidence", "source")
_TOP = {"name": TEXT, "version": TEXT}
_EXAMPLES = {
    "name": 'name = "child-term"',
    "version": 'version = "1"',
    "do": 'do = "hold"',
    "when": 'when = ["operation.band in A, B", "known.likeness >= 0.4"]',
    "because": 'because = "resembles {operation} ({tie})"',
    "evidence": 'evidence = "expert-opinion"',
    "source": 'source = "who says so, and when"',
    "categories": 'categories = ["jobs"]',
    "except_categories": 'except_categories = ["furniture"]',
    "countries": 'countries = ["DE", "AT"]',
    "except_countries": 'except_countries = ["CH"]',
}
#: Words for which people may look who want to change a listing.
_EDITS = ("edit", "strip", "redact", "replace", "remove", "rewrite", "mask", "delete", "sanitise")


@cache
def default_policy() -> ScreeningPolicy:
    """The policy that comes with Lamplighter."""
    home = resources.files("lamplighter").joinpath("screening/policies/default.toml")
    return read_policy(home.read_text("utf-8"), "default.toml")


def read_policy(text: str, name: str) -> ScreeningPolicy:
    """The policy in a TOML text; `name` is the file to show in errors.

    Raises LamplighterError with file, line, an excerpt and a hint at the first fault.
    """
    source = policy_text(name, text)
    content = source.parse()
    for key in content:
        if key not in (*_TOP, "rule"):
            unknown_key(source, "", 0, key, (*_TOP, "rule"))
    head = {key: content[key] for key in _TOP if key in content}
    check_entry(source, head, "", 0, _TOP, (), _EXAMPLES)
    for key in _TOP:
        if key not in content:
            source.fail(f"the policy has no {key}", "", None, f"for example {_EXAMPLES[key]}")
    entries = content.get("rule", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        source.fail("rule must be a list of tables", "rule", None, "write [[rule]]")
    rules = tuple(_rule(source, entry, number) for number, entry in enumerate(entries))
    names = [rule.name for rule in rules]
    for number, rule in enumerate(rules):
        if rule.name in names[:number]:
            source.fail(
                f"there are two rules named {rule.name!r}", "rule", "name", "give each its own name: decisions cite it", number=number,
            )  # fmt: skip
    return ScreeningPolicy(content["name"], content["version"], rules, text)


def _rule(source: TomlSource, entry: dict[str, Any], number: int) -> Rule:
    check_entry(source, entry, "rule", number, _KEYS, _NEEDS, _EXAMPLES)

    def fail(what: str, key: str, hint: str, part: str = "") -> None:
        source.fail(f"rule {entry['name']!r} {what}", "rule", key, hint, number=number, part=part)

    do = entry["do"]
    if do not in OUTCOMES:
        if any(do.lower().startswith(word) for word in _EDITS):
            hint = "nothing here can change a listing's words: publish, hold or refuse it whole"
        else:
            near = get_close_matches(do, OUTCOMES, 1)
            hint = f"did you mean {near[0]}?" if near else f"outcomes are {', '.join(OUTCOMES)}"
        fail(f"has the unknown outcome {do!r}", "do", hint)
    if not entry["when"]:
        fail("has no condition, and would hold for every listing", "when", _EXAMPLES["when"])
    when = tuple(_condition(source, text, number) for text in entry["when"])
    grade = entry["evidence"]
    if grade not in GRADES:
        near = get_close_matches(grade, GRADES, 1)
        hint = f"did you mean {near[0]}?" if near else f"grades are {', '.join(GRADES)}"
        fail(f"has the unknown grade {grade!r}", "evidence", hint)
    if grade in REFUTED and do != "publish":
        fail(
            f"would {do} on what was tested and is not a sign",
            "evidence",
            f"{grade} evidence may only be noted: do = \"publish\"",
        )  # fmt: skip
    if do == "refuse" and not any(_is_exact(condition) for condition in when):
        fail(
            "refuses without an exact match with a list of the operator",
            "when",
            'no score refuses: do = "hold", or add "lists.refuse >= 1" or "list.NAME >= 1"',
        )
    for key in ("because", "source"):
        if not entry[key].strip():
            fail(f"has an empty {key}", key, f"for example {_EXAMPLES[key]}")
    for found in PLACEHOLDER.finditer(entry["because"]):
        if found.group(1) not in WORDS:
            _check_fact(source, found.group(1), number, "because")
    for key in ("countries", "except_countries"):
        for code in entry.get(key, ()):
            if not _COUNTRY.match(code):
                hint = "two capital letters (ISO 3166), for example DE"
                fail(f"names {code!r}, which is no country", key, hint, code)
    return Rule(
        name=entry["name"],
        do=do,
        when=when,
        because=entry["because"],
        evidence=grade,
        source=entry["source"],
        categories=_folded(entry, "categories"),
        except_categories=_folded(entry, "except_categories"),
        countries=tuple(entry.get("countries", ())),
        except_countries=tuple(entry.get("except_countries", ())),
    )


def _folded(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text.casefold() for text in entry.get(key, ()))


def _is_exact(condition: Condition) -> bool:
    """Whether it can hold only where something is on a list, exactly."""
    needs_one = (condition.comparison == ">=" and condition.number >= 1) or (
        condition.comparison == ">" and condition.number >= 0
    )
    return bool(EXACT.match(condition.fact)) and needs_one


def _condition(source: TomlSource, text: str, number: int) -> Condition:
    if found := _NUMERIC.match(text):
        name = found.group(1)
        _check_fact(source, name, number, "when")
        if name in TEXTS:
            hint = f'write it as a text: "{name} in A, B"'
            source.fail(f"{name} is no number", "rule", "when", hint, number=number, part=text)
        return Condition(name, found.group(2), number=float(found.group(3)))
    found = _TEXTUAL.match(text)
    if not found:
        hint = f"write: fact {'|'.join(COMPARISONS)} number, or: fact in text, text"
        source.fail(f"{text!r} is no condition", "rule", "when", hint, number=number, part=text)
    name = found.group(1)
    _check_fact(source, name, number, "when")
    if name not in TEXTS:
        hint = f'compare it: "{name} >= 1"'
        source.fail(f"{name} is a number", "rule", "when", hint, number=number, part=text)
    values = tuple(value.strip() for value in found.group(2).split(","))
    if name == "operation.band":
        for value in values:
            if value not in ("A", "B", "C", "D"):
                hint = "bands are A, B, C and D"
                source.fail(
                    f"there is no band {value!r}", "rule", "when", hint, number=number, part=text
                )
    return Condition(name, "in", texts=values)


def _check_fact(source: TomlSource, name: str, number: int, key: str) -> None:
    if is_number(name) or name in TEXTS or LISTED.match(name):
        return
    near = get_close_matches(name, (*NUMBERS, *TEXTS), 1)
    hint = f"did you mean {near[0]}?" if near else "docs/screening.md lists the facts"
    source.fail(f"there is no fact {name!r}", "rule", key, hint, number=number, part=name)
