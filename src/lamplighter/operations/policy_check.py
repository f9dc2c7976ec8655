"""From TOML text to a Policy: every key, type and rule of evidence is checked, with a hint."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib import resources
from typing import Any

from lamplighter.foundation.toml_source import TomlSource
from lamplighter.operations.policy import (
    BANDS,
    COMPARISONS,
    REFUTED,
    STRONG,
    Combination,
    Condition,
    Policy,
    Rule,
)
from lamplighter.operations.policy_entries import (
    EXAMPLES,
    FLAG,
    LIST,
    NUMBER,
    TEXT,
    WHOLE,
    check_entry,
    check_feature,
    check_shared,
    policy_text,
    unknown_key,
)
from lamplighter.operations.trade import TRADES

_CONDITION = re.compile(r"^\s*([a-z0-9_.-]+)\s*(>=|<=|==|>|<)\s*(-?\d+(?:\.\d+)?)\s*$")

_RULE_KEYS = {
    "name": TEXT,
    "when": LIST,
    "points": NUMBER,
    "sentence": TEXT,
    "evidence": TEXT,
    "source": TEXT,
    "date": TEXT,
    "sign": TEXT,
    "trades": LIST,
    "moves_to": TEXT,
    "fallback": FLAG,
    "protected": FLAG,
    "justification": TEXT,
}
_RULE_NEEDS = ("name", "when", "points", "sentence", "evidence", "source", "date")
_COMBINATION_KEYS = {
    "name": TEXT,
    "band": TEXT,
    "signs": LIST,
    "at_least": WHOLE,
    "sentence": TEXT,
    "evidence": TEXT,
    "source": TEXT,
    "date": TEXT,
    "given": LIST,
    "without": LIST,
    "trades": LIST,
    "score": NUMBER,
}
_COMBINATION_NEEDS = ("name", "band", "signs", "at_least", "sentence", "evidence", "source", "date")
_WORDS = {
    "words": (*TRADES[:-1], "company", "introduces", "ages"),
    "categories": TRADES[:-1],
}
_TOP_KEYS = {"name": TEXT, "version": TEXT}


def default_policy() -> Policy:
    """The policy that comes with Lamplighter."""
    text = resources.files("lamplighter").joinpath("policy/default.toml").read_text("utf-8")
    return read_policy(text, "default.toml")


def read_policy(text: str, name: str) -> Policy:
    """The policy in a TOML text; `name` is the file to show in errors.

    Raises LamplighterError with file, line, an excerpt and a hint at the first fault.
    """
    source = policy_text(name, text)
    content = source.parse()
    for key in content:
        if key not in (*_TOP_KEYS, "bands", "rule", "combination", *_WORDS):
            unknown_key(source, "", 0, key, (*_TOP_KEYS, "bands", "rule", "combination", *_WORDS))
    check_entry(source, {k: content[k] for k in _TOP_KEYS if k in content}, "", 0, _TOP_KEYS, ())
    for key in _TOP_KEYS:
        if key not in content:
            source.fail(f"the policy has no {key}", "", None, f"for example {EXAMPLES[key]}")
    bands = content.get("bands", {})
    check_entry(source, bands, "bands", 0, {"organised": NUMBER}, ("organised",))
    raw_rules = _tables(source, content, "rule")
    rules = tuple(_rule(source, entry, number) for number, entry in enumerate(raw_rules))
    _unique(source, "rule", [rule.name for rule in rules])
    raw = _tables(source, content, "combination")
    combinations = tuple(_combination(source, e, k, rules) for k, e in enumerate(raw))
    _unique(source, "combination", [combination.name for combination in combinations])
    if not any(rule.fallback for rule in rules):
        source.fail(
            "the policy has no fallback rule, so an operation could be without a reason",
            "",
            None,
            'add a [[rule]] with fallback = true and when = ["listings >= 1"]',
        )
    return Policy(
        name=content["name"],
        version=content["version"],
        organised=float(bands["organised"]),
        rules=rules,
        combinations=combinations,
        words=_words(source, content, "words"),
        categories_of=_words(source, content, "categories"),
    )


def _rule(source: TomlSource, entry: dict[str, Any], number: int) -> Rule:
    check_entry(source, entry, "rule", number, _RULE_KEYS, _RULE_NEEDS)
    name = entry["name"]

    def fail(what: str, key: str, hint: str, part: str = "") -> None:
        source.fail(f"rule {name!r} {what}", "rule", key, hint, number=number, part=part)

    check_shared(source, entry, "rule", number)
    points, evidence = float(entry["points"]), entry["evidence"]
    moves_to = entry.get("moves_to", "")
    if moves_to and moves_to not in BANDS[:3]:
        fail(f"moves to {moves_to!r}, which is no band", "moves_to", "bands are A, B and C")
    if moves_to and evidence not in STRONG:
        fail(
            f"moves to band {moves_to} by itself on {evidence}",
            "moves_to",
            "only tested-positive or official-list evidence moves a band alone; "
            'let a [[combination]] ask for it with others: signs = ["movement", "concealment"]',
        )
    if evidence in REFUTED and points > 0:
        fail(
            f"gives {points:g} points to what was tested and is not a sign",
            "points",
            f"{evidence} has weight zero or below: points = 0",
        )
    if evidence == "observation" and points > 0:
        fail("gives points to an observation", "points", "an observation describes: points = 0")
    if entry.get("protected") and points != 0 and not entry.get("justification", "").strip():
        fail(
            "weighs a protected characteristic without a justification",
            "points",
            "points = 0, or write why: " + EXAMPLES["justification"],
        )
    if points > 0 and not entry.get("sign"):
        fail("has points but no sign", "points", f"name its family: {EXAMPLES['sign']}")
    return Rule(
        name=name,
        when=tuple(_condition(source, text, number) for text in entry["when"]),
        points=points,
        sentence=entry["sentence"],
        evidence=evidence,
        source=entry["source"],
        date=entry["date"],
        sign=entry.get("sign", ""),
        trades=tuple(entry.get("trades", ())),
        moves_to=moves_to,
        fallback=entry.get("fallback", False),
        protected=entry.get("protected", False),
        justification=entry.get("justification", ""),
    )


def _condition(source: TomlSource, text: str, number: int) -> Condition:
    found = _CONDITION.match(text)
    if not found:
        source.fail(
            f"{text!r} is no condition",
            "rule",
            "when",
            f"write: feature {'|'.join(COMPARISONS)} number, for example {EXAMPLES['when']}",
            number=number,
            part=text,
        )
    check_feature(source, found.group(1), number, "when")
    return Condition(found.group(1), found.group(2), float(found.group(3)))


def _combination(
    source: TomlSource, entry: dict[str, Any], number: int, rules: tuple[Rule, ...]
) -> Combination:
    check_entry(source, entry, "combination", number, _COMBINATION_KEYS, _COMBINATION_NEEDS)
    check_shared(source, entry, "combination", number)
    name = entry["name"]

    def fail(what: str, key: str, hint: str, part: str = "") -> None:
        source.fail(
            f"combination {name!r} {what}", "combination", key, hint, number=number, part=part
        )

    if entry["band"] not in ("B", "C"):
        fail(
            f"calls for band {entry['band']!r}",
            "band",
            'a combination may call for B or C; A takes a term that denotes a child: band = "B"',
        )
    by_sign = {rule.sign for rule in rules if rule.sign and rule.points > 0}
    for sign in entry["signs"]:
        if sign not in by_sign:
            near = get_close_matches(sign, by_sign, 1)
            hint = f"did you mean {near[0]}?" if near else f"signs are {', '.join(sorted(by_sign))}"
            fail(f"names the sign {sign!r}, which no rule with points has", "signs", hint, sign)
    names = {rule.name for rule in rules}
    for key in ("given", "without"):
        for rule in entry.get(key, ()):
            if rule not in names:
                near = get_close_matches(rule, names, 1)
                hint = f"did you mean {near[0]}?" if near else "name a [[rule]] of this file"
                fail(f"names the rule {rule!r}, which does not exist", key, hint, rule)
    if entry["evidence"] in REFUTED:
        fail(
            "moves a band on what was tested and is not a sign",
            "evidence",
            'take it out, or cite evidence that supports it: evidence = "expert-opinion"',
        )
    # Signs of the given rules, and those of `at_least` that are not among them.
    sure = {rule.sign for rule in rules if rule.name in entry.get("given", ()) and rule.points > 0}
    different = len(sure) + max(0, entry["at_least"] - len(sure & set(entry["signs"])))
    if entry["band"] == "B" and different < 2:
        fail(
            "would move to band B on a single sign",
            "at_least",
            "two different signs at least: at_least = 2",
        )
    if entry["at_least"] > len(set(entry["signs"])):
        fail("asks for more signs than it names", "at_least", "lower at_least or add signs")
    return Combination(
        name=name,
        band=entry["band"],
        signs=tuple(entry["signs"]),
        at_least=entry["at_least"],
        sentence=entry["sentence"],
        evidence=entry["evidence"],
        source=entry["source"],
        date=entry["date"],
        given=tuple(entry.get("given", ())),
        without=tuple(entry.get("without", ())),
        trades=tuple(entry.get("trades", ())),
        score=float(entry.get("score", 0.0)),
    )


def _tables(source: TomlSource, content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = content.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        source.fail(f"{name} must be a list of tables", name, None, f"write [[{name}]]")
    return entries


def _unique(source: TomlSource, table: str, names: list[str]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            source.fail(
                f"there are two {table}s named {name!r}",
                table,
                "name",
                "give each its own name",
                number=number,
            )


def _words(source: TomlSource, content: dict[str, Any], table: str) -> dict[str, tuple[str, ...]]:
    lists = content.get(table, {})
    if not isinstance(lists, dict):
        source.fail(f"{table} must be a table", "", table, f"write [{table}]")
    for name, words in lists.items():
        if name not in _WORDS[table]:
            unknown_key(source, table, 0, name, _WORDS[table])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            source.fail(
                f"{name} must be a list of texts",
                table,
                name,
                'for example goods = ["couch", "bicycle"]',
            )
    return {name: tuple(words) for name, words in lists.items()}
