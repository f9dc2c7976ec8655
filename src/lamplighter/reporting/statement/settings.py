"""What a deployment may set for statements: `statements.toml` beside its `lamplighter.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lamplighter.evidence.holds.period import Period
from lamplighter.foundation.toml_source import TomlSource
from lamplighter.reporting.statement.clocks import Clock, Clocks, shipped_clocks
from lamplighter.reporting.statement.dsa.schema import Schema, schema
from lamplighter.reporting.statement.statement import Ground

FILE = "statements.toml"
_TEXTS = ("platform", "contact", "terms_url", "pack", "client_header")
_LISTS = ("territorial_scope", "automatic_moderators", "removals")
_GROUND = {"code", "kind", "reference", "words", "facts", "category"}
#: Words of `moderation_action` that take a listing away; further ones are set as `removals`.
REMOVALS = ("removed", "remove", "deleted", "delete", "rejected", "reject", "blocked", "hidden",
            "taken down", "unpublished", "suspended")  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How this platform speaks to posters."""

    platform: str
    contact: str
    terms_url: str
    clocks: Clocks
    territorial_scope: tuple[str, ...]
    grounds: Mapping[str, Ground]  #: by clause
    by_rule: Mapping[str, str]  #: clause by rule of a screening policy
    automatic_moderators: tuple[str, ...]
    removals: frozenset[str]
    #: Header in which a proxy of one's own puts the client's address; "": the connection's.
    client_header: str

    def ground(self, code: str) -> Ground:
        """The ground of a clause; `other` where the clause is not known."""
        return self.grounds.get(code) or self.grounds["other"]

    def ground_of_rule(self, rule: str) -> Ground:
        """The ground of a screening rule."""
        return self.ground(self.by_rule.get(rule, rule))


def read_settings(folder: Path) -> Settings:
    """`statements.toml` of a workspace, if there is one; an error shows the line that is wrong."""
    path = folder / FILE
    source = TomlSource(str(path), path.read_text("utf-8") if path.exists() else "")
    said = source.parse()
    known = {*_TEXTS, *_LISTS, "ground", "clocks"}
    if unknown := sorted(set(said) - known):
        source.fail(f"There is no setting {unknown[0]!r}.", "", unknown[0],
                    f"There are: {', '.join(sorted(known))}.")  # fmt: skip
    for name in _TEXTS:
        if not isinstance(said.get(name, ""), str):
            source.fail(f"{name} is a text.", "", name, f'{name} = "…"')
    for name in _LISTS:
        value = said.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            source.fail(f"{name} is a list of texts.", "", name, f'{name} = ["…"]')
    pack = said.get("pack", "eu")
    if pack not in shipped_clocks():
        source.fail(f"There is no pack {pack!r}.", "", "pack",
                    f"There are: {', '.join(sorted(shipped_clocks()))}.")  # fmt: skip
    scope = schema().countries(said.get("territorial_scope", ["EU"]))
    if scope is None:
        source.fail("territorial_scope has a country that is not in the EEA.", "",
                    "territorial_scope", '["EU"], ["EEA"] or codes such as ["DE", "FR"]')  # fmt: skip
    shipped, rules = _shipped_grounds()
    own, own_rules = _own_grounds(source, said, schema())
    return Settings(
        platform=said.get("platform", "this platform"),
        contact=said.get("contact", ""),
        terms_url=said.get("terms_url", ""),
        clocks=_own_clocks(source, said, shipped_clocks()[pack]),
        territorial_scope=scope,
        grounds={**shipped, **own},
        by_rule={**rules, **own_rules},
        automatic_moderators=tuple(said.get("automatic_moderators", ["auto", "filter", "system"])),
        removals=frozenset({*REMOVALS, *(word.casefold() for word in said.get("removals", []))}),
        client_header=said.get("client_header", ""),
    )


def _own_clocks(source: TomlSource, said: Mapping[str, Any], pack: Clocks) -> Clocks:
    """The pack, with periods that the house sets longer or shorter where no statute does."""
    by_id = dict(pack.by_id)
    for name, text in said.get("clocks", {}).items():
        if name not in by_id or by_id[name].law:
            source.fail(f"The clock {name!r} cannot be set.", "clocks", name,
                        f"Of {pack.title}: {', '.join(k for k, c in by_id.items() if not c.law)}.")  # fmt: skip
        try:
            period = Period.parse(str(text))
        except ValueError as error:
            source.fail(f"{error}.", "clocks", name, "14 days, 6 months, 1 year")
        if period.endless:
            source.fail("A clock has an end.", "clocks", name, "14 days, 6 months, 1 year")
        old = by_id[name]
        by_id[name] = Clock(name, period, False, old.statute, old.source, old.read)
    return Clocks(pack.name, pack.title, by_id, pack.elsewhere)


@cache
def _shipped_grounds() -> tuple[dict[str, Ground], dict[str, str]]:
    text = (files("lamplighter.reporting.statement") / "grounds.toml").read_text("utf-8")
    return _grounds(tomllib.loads(text)["ground"])


def _own_grounds(
    source: TomlSource, said: Mapping[str, Any], shape: Schema
) -> tuple[dict[str, Ground], dict[str, str]]:
    for one in said.get("ground", []):
        name = str(one.get("code", "?"))
        if missing := sorted(_GROUND - set(one)):
            source.fail(f"The ground {name!r} lacks {missing[0]}.", "ground", None,
                        "docs/reporting.md shows the form of a ground.")  # fmt: skip
        if unknown := sorted(set(one) - _GROUND - {"rules", "keywords"}):
            source.fail(f"A ground has no {unknown[0]!r}.", "ground", unknown[0],
                        f"It has {', '.join(sorted(_GROUND))}, rules and keywords.")  # fmt: skip
        if one["kind"] not in ("law", "terms"):
            source.fail("kind is law or terms.", "ground", "kind", 'kind = "terms"')
        wrong = [one["category"]] if one["category"] not in shape.values("category") else []
        wrong += [
            w for w in one.get("keywords", []) if w not in shape.values("category_specification")
        ]
        if wrong:
            source.fail(f"The DSA's database has no {wrong[0]!r}.", "ground", None,
                        "reporting/statement/dsa/schema.toml lists what it has.")  # fmt: skip
    return _grounds(said.get("ground", []))


def _grounds(tables: list[dict[str, Any]]) -> tuple[dict[str, Ground], dict[str, str]]:
    grounds: dict[str, Ground] = {}
    rules: dict[str, str] = {}
    for table in tables:
        given = {key: value for key, value in table.items() if key != "rules"}
        given["keywords"] = tuple(given.get("keywords", ()))
        grounds[table["code"]] = Ground(**given)
        rules |= dict.fromkeys(table.get("rules", []), table["code"])
    return grounds, rules
