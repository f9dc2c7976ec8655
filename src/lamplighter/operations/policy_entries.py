"""What every table of a policy is held to: keys, types, grade, source, date, trades, sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any

from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.toml_source import TomlSource
from lamplighter.operations.policy import GRADES
from lamplighter.operations.policy_features import FEATURES, LANGUAGE
from lamplighter.operations.sentences import PLACEHOLDER
from lamplighter.operations.trade import TRADES

_DATE = re.compile(r"^\d{4}(-\d{2}){0,2}$")
#: Types of values, as errors name them.
TEXT, NUMBER, LIST, FLAG, WHOLE = "a text", "a number", "a list of texts", "true/false", "int"
#: A line to show for each key.
EXAMPLES = {
    "name": 'name = "circuit"',
    "when": 'when = ["circuit >= 3", "listings >= 6"]',
    "points": "points = 2.0",
    "sentence": 'sentence = "{n:listing|listings} in {places:place|places}"',
    "evidence": 'evidence = "expert-opinion"',
    "source": 'source = "Deeb-Swihart et al., CHI 2019"',
    "date": 'date = "2019-05"',
    "sign": 'sign = "movement"',
    "trades": 'trades = ["personal", "service"]',
    "moves_to": 'moves_to = "C"',
    "fallback": "fallback = true",
    "protected": "protected = true",
    "justification": 'justification = "why this deployment weighs it"',
    "band": 'band = "B"',
    "signs": 'signs = ["movement", "concealment"]',
    "at_least": "at_least = 2",
    "given": 'given = ["circuit"]',
    "without": 'without = ["parallel-presence"]',
    "score": "score = 3.0",
    "version": 'version = "1"',
    "organised": "organised = 1.5",
}


def check_entry(
    source: TomlSource,
    entry: dict[str, Any],
    table: str,
    number: int,
    kinds: dict[str, str],
    needs: tuple[str, ...],
    examples: Mapping[str, str] = EXAMPLES,
) -> None:
    """No unknown key, no wrong type, nothing missing. Hints show a line of `examples`."""
    for key, value in entry.items():
        if key not in kinds:
            unknown_key(source, table, number, key, tuple(kinds))
        kind = kinds[key]
        fits = {
            TEXT: isinstance(value, str),
            NUMBER: isinstance(value, int | float)
            and not isinstance(value, bool)
            and isfinite(value),
            WHOLE: isinstance(value, int) and not isinstance(value, bool),
            FLAG: isinstance(value, bool),
            LIST: isinstance(value, list) and all(isinstance(item, str) for item in value),
        }[kind]
        if not fits:
            want = "a whole number" if kind == WHOLE else kind
            source.fail(
                f"{key} must be {want}, not {value!r}",
                table,
                key,
                f"for example {examples[key]}",
                number=number,
            )
    for key in needs:
        if key not in entry:
            label = f"{table} {entry['name']!r}" if "name" in entry else f"a [[{table}]]"
            source.fail(
                f"{label} has no {key}", table, None, f"for example {examples[key]}", number=number
            )


def policy_text(name: str, text: str) -> TomlSource:
    """A policy file; what is wrong in it is a LamplighterError that points at the place."""
    example = 'Texts stand in quotes, lists in brackets: trades = ["job", "service"]'
    return TomlSource(name, text, "policy", example, LamplighterError)


def check_shared(source: TomlSource, entry: dict[str, Any], table: str, number: int) -> None:
    """What rules and combinations have in common: grade, source, date, trades, sentence."""
    label = f"{table} {entry['name']!r}"
    if entry["evidence"] not in GRADES:
        near = get_close_matches(entry["evidence"], GRADES, 1)
        hint = f"did you mean {near[0]}?" if near else f"grades are {', '.join(GRADES)}"
        source.fail(
            f"{label} has the unknown grade {entry['evidence']!r}",
            table,
            "evidence",
            hint,
            number=number,
        )
    if not entry["source"].strip():
        source.fail(
            f"{label} names no source",
            table,
            "source",
            f"say where the weight comes from, for example {EXAMPLES['source']}",
            number=number,
        )
    if not _DATE.match(entry["date"]):
        source.fail(
            f"{label} has the date {entry['date']!r}",
            table,
            "date",
            f"year, or year-month, or year-month-day: {EXAMPLES['date']}",
            number=number,
        )
    for trade in entry.get("trades", ()):
        if trade not in TRADES:
            near = get_close_matches(trade, TRADES, 1)
            hint = f"did you mean {near[0]}?" if near else f"trades are {', '.join(TRADES)}"
            source.fail(
                f"{label} names the unknown trade {trade!r}",
                table,
                "trades",
                hint,
                number=number,
                part=trade,
            )
    for found in PLACEHOLDER.finditer(entry["sentence"]):
        if found.group(1) not in ("n", "terms", "trade"):
            check_feature(source, found.group(1), number, "sentence", table)


def check_feature(
    source: TomlSource, feature: str, number: int, key: str, table: str = "rule"
) -> None:
    """There is such a feature, or it is one of a lexicon category."""
    if feature in FEATURES or LANGUAGE.match(feature):
        return
    near = get_close_matches(feature, FEATURES, 1)
    hint = f"did you mean {near[0]}?" if near else "docs/policy.md lists the features"
    source.fail(f"there is no feature {feature!r}", table, key, hint, number=number, part=feature)


def unknown_key(
    source: TomlSource, table: str, number: int, key: str, known: tuple[str, ...]
) -> None:
    """Refuse a key, with the one that was probably meant."""
    near = get_close_matches(key, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"keys here are {', '.join(known)}"
    where = (key, 0, None) if table == "" else (table, number, key)
    if table == "" and source.locate("", key) != (1, 1, 1):
        where = ("", 0, key)
    source.fail(f"unknown key {key!r}", where[0], where[2], hint, number=where[1])
