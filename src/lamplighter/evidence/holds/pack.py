"""Policy packs: what the law of a place says about keeping, as data (TOML)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from lamplighter.evidence.holds.period import Period
from lamplighter.foundation.errors import LamplighterError, UsageError

#: What starts a rule's period: a hold that a person places, or an act in the ledger.
STARTS = ("hold", "decision", "report:cybertipline")
_TEXTS = ("id", "title", "keep", "starts", "covers", "statute", "source", "note", "unsure")


@dataclass(frozen=True)
class Rule:
    """One duty: how long, from when, by what law, and where and when that was read."""

    id: str
    title: str
    keep: Period
    starts: str
    covers: str
    statute: str
    source: str
    read: date
    note: str
    unsure: str


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction."""

    name: str
    title: str
    rules: tuple[Rule, ...]


def read_pack(text: str, where: str) -> Pack:
    """Read a pack. Raises LamplighterError that names the rule and what it lacks."""

    def wrong(what: str, rule: object = "") -> LamplighterError:
        return LamplighterError(
            f"The policy pack cannot be used: {what}.",
            where=f"{where}{f', rule {rule}' if rule else ''}",
            hint="docs/custody.md shows the form of a pack.",
        )

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise wrong(f"it is no TOML ({error})") from error
    rules = []
    tables = raw.get("rule", [])
    for table in tables if isinstance(tables, list) else []:
        name = table.get("id", "?")
        for key in _TEXTS:
            if not isinstance(table.get(key), str):
                raise wrong(f"`{key}` is missing or no text", name)
        if unknown := set(table) - {*_TEXTS, "read"}:
            raise wrong(f"`{sorted(unknown)[0]}` is not known", name)
        if table["starts"] not in STARTS:
            raise wrong(f"`starts` must be one of {', '.join(STARTS)}", name)
        if type(table.get("read")) is not date:
            raise wrong("`read` must be the day when the source was read", name)
        try:
            keep = Period.parse(table["keep"])
        except ValueError as error:
            raise wrong(f"`keep`: {error}; write 90 days, 6 months, 1 year or no end", name) from (
                error
            )
        rules.append(Rule(**{**table, "keep": keep}))
    if not rules or not isinstance(raw.get("name"), str) or not isinstance(raw.get("title"), str):
        raise wrong("it needs a name, a title and at least one [[rule]]")
    return Pack(raw["name"], raw["title"], tuple(rules))


@cache
def shipped() -> Mapping[str, Pack]:
    """The packs that come with Lamplighter, by name: us, eu, litigation, none."""
    folder = files("lamplighter.evidence.holds") / "packs"
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    packs = (read_pack(entry.read_text("utf-8"), entry.name) for entry in found)
    return {pack.name: pack for pack in packs}


def find_rule(rule_id: str, own: Iterable[Path] = ()) -> Rule:
    """The rule of this id among the shipped packs and the files `own`. Raises UsageError."""
    packs = [*shipped().values(), *(read_pack(path.read_text("utf-8"), str(path)) for path in own)]
    known = {rule.id: rule for pack in packs for rule in pack.rules}
    if rule_id not in known:
        raise UsageError(
            "No policy pack has this rule.",
            where=rule_id,
            hint=f"Known are: {', '.join(sorted(known))}.",
        )
    return known[rule_id]
