"""One operation, read from the laid-out files into what the report's drawings take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import duckdb

from lamplighter.operations.policy import Policy
from lamplighter.operations.policy_check import default_policy
from lamplighter.reporting.operations_report.lead import (
    Identifier,
    Lead,
    Leg,
    Part,
    Reason,
    Slot,
    Template,
)

#: Rows read for one page; the page says how many more there are.
CONTACTS, TEMPLATES, TIES, LISTINGS = 40, 4, 24, 20
#: Values of a slot that a page shows.
VALUES = 12


@dataclass(frozen=True)
class Tie:
    """A link of the operation; `other` is another operation where the link was not believed."""

    source: str
    target: str
    kind: str
    weight: float
    reason: str
    kept: bool
    other: str


@dataclass(frozen=True)
class Related:
    """An operation that shares something with this one but is not joined with it."""

    operation_id: str
    why: str


def _rows(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


class Reader:
    """Reads one operation; each method is one query."""

    def __init__(self, database: duckdb.DuckDBPyConnection, operation_id: str) -> None:
        self.database = database
        self.id = operation_id

    def row(self) -> dict[str, Any] | None:
        """The row of operations.parquet."""
        found = _rows(
            self.database.execute("SELECT * FROM operations WHERE operation_id = ?", [self.id])
        )
        return found[0] if found else None

    def lead(self, row: dict[str, Any]) -> Lead:
        """What the drawings of the report take."""
        return Lead(
            operation_id=row["operation_id"], band=row["band"], score=row["score"],
            headline=row["headline"], listings=row["listings"], accounts=row["accounts"],
            phones=row["phones"], cities=row["cities"], first_seen=row["first_seen"],
            last_seen=row["last_seen"], trade=row["trade"], reasons=_reasons(row),
            templates=self.templates(), days=self.days(),
            legs=[Leg(m["from"], m["to"], m["from_lat"], m["from_lon"], m["to_lat"], m["to_lon"],
                      m["departed"], m["arrived"], m["dwell_days"], m["km"], m["implausible"])
                  for m in row["movement"] or []],
            identifiers=self.contacts(),
        )  # fmt: skip

    def days(self) -> list[tuple[Any, str, int]]:
        """(day, place, listings) of all listings that have a time."""
        return self.database.execute(
            "SELECT CAST(posted_at AS DATE), coalesce(city, ''), count(*) FROM members "
            "WHERE operation_id = ? AND posted_at IS NOT NULL GROUP BY ALL ORDER BY ALL",
            [self.id],
        ).fetchall()

    def template_days(self, templates: list[str]) -> list[tuple[Any, str, int]]:
        """(day, template, listings); what follows none of `templates` counts as `other texts`."""
        marks = ", ".join("?" * len(templates))
        return self.database.execute(
            f"SELECT CAST(posted_at AS DATE), CASE WHEN template_id IN ({marks}) THEN template_id "  # noqa: S608 - marks
            "ELSE 'other texts' END, count(*) FROM members WHERE operation_id = ? "
            "AND posted_at IS NOT NULL GROUP BY ALL ORDER BY ALL",
            [*templates, self.id],
        ).fetchall()

    def templates(self) -> list[Template]:
        """Its most used templates."""
        counts = self.database.execute(
            "SELECT template_id, count(*) FROM members WHERE operation_id = ? "
            "AND template_id IS NOT NULL GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT ?",
            [self.id, TEMPLATES],
        ).fetchall()
        found = self.template_rows([name for name, _ in counts])
        rows = {row["template_id"]: row for row in found}
        made = []
        for name, count in counts:
            if row := rows.get(name):
                parts = [Part(p["kind"], p["text"] or "", p["slot"]) for p in row["consensus"]]
                slots = [
                    Slot(s["slot"], s["kind"],
                         [(v["value"], v["count"]) for v in s["values"][:VALUES]], s["distinct"])
                    for s in row["slots"]
                ]  # fmt: skip
                made.append(Template(name, count, parts, slots, row["saved_bits"]))
        return made

    def template_rows(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of templates.parquet."""
        if not names:
            return []
        marks = ", ".join("?" * len(names))
        return _rows(
            self.database.execute(
                f"SELECT * FROM templates WHERE template_id IN ({marks})",  # noqa: S608 - marks
                list(names),
            )
        )

    def contacts(self) -> list[Identifier]:
        """Identifiers with how many listings have each, here and elsewhere."""
        return [
            Identifier(row["kind"], row["value"], row["inside"], row["outside"], bool(row["hub"]),
                       bool(row["obscured"]))
            for row in self.contact_rows()
        ]  # fmt: skip

    def contact_rows(self) -> list[dict[str, Any]]:
        """What `contacts` is made of, most frequent first."""
        inside = _rows(
            self.database.execute(
                "SELECT i.kind AS kind, i.value AS value, count(DISTINCT listing_id) AS inside, "
                "bool_or(i.hub) AS hub, bool_or(i.obscured) AS obscured FROM "
                "(SELECT listing_id, unnest(identifiers) AS i FROM members WHERE operation_id = ?) "
                "WHERE i.kind <> 'domain' GROUP BY ALL ORDER BY inside DESC, kind, value LIMIT ?",
                [self.id, CONTACTS],
            )
        )
        outside = self._outside([row["value"] for row in inside])
        return [row | {"outside": outside.get((row["kind"], row["value"]), 0)} for row in inside]

    def _outside(self, values: list[str]) -> dict[tuple[str, str], int]:
        if not values:
            return {}
        marks = ", ".join("?" * len(values))
        found = self.database.execute(
            f"SELECT kind, value, count(*) FROM contacts WHERE value IN ({marks}) "  # noqa: S608 - marks
            "AND operation_id IS DISTINCT FROM ? GROUP BY ALL",
            [*values, self.id],
        ).fetchall()
        return {(kind, value): count for kind, value, count in found}

    def ties(self) -> list[Tie]:
        """What people judged first, then what was not believed, then the strongest of each kind."""
        found = _rows(
            self.database.execute(
                "SELECT source, target, kind, weight, reason, kept, other FROM ("
                " SELECT *, row_number() OVER (PARTITION BY kept, kind ORDER BY weight DESC, source,"
                " target) AS place FROM ties WHERE operation_id = ?) "
                "WHERE place <= 6 OR kind = 'judged' ORDER BY kind <> 'judged', kept, weight DESC, source, target LIMIT ?",
                [self.id, TIES],
            )
        )
        return [
            Tie(row["source"], row["target"], row["kind"], float(row["weight"]), row["reason"],
                bool(row["kept"]), row["other"] if row["other"] != self.id else "")
            for row in found
        ]  # fmt: skip

    def related(self, contacts: list[Identifier]) -> list[Related]:
        """Operations tied by a link that was not believed, or by a contact that both have."""
        out: dict[str, str] = {}
        for other, reason in self.database.execute(
            "SELECT other, min(reason) FROM ties WHERE operation_id = ? AND other IS NOT NULL "
            "AND other <> operation_id GROUP BY ALL ORDER BY count(*) DESC, other LIMIT 12",
            [self.id],
        ).fetchall():
            out[other] = reason
        shared = [one.value for one in contacts if one.outside]
        if shared:
            marks = ", ".join("?" * len(shared))
            for other, count, value in self.database.execute(
                "SELECT operation_id, count(DISTINCT value), min(value) FROM contacts "  # noqa: S608 - marks
                f"WHERE value IN ({marks}) AND operation_id IS NOT NULL AND operation_id <> ? "
                "GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT 12",
                [*shared, self.id],
            ).fetchall():
                more = f" and {count - 1} more" if count > 1 else ""
                out.setdefault(other, f"shares {value}{more}")
        return [Related(other, why) for other, why in out.items()]

    def listings(self, after: int, place: str = "") -> tuple[list[dict[str, Any]], bool]:
        """A page of its listings by time, and whether there are more."""
        found = _rows(
            self.database.execute(
                "SELECT * FROM members WHERE operation_id = ? AND (? = '' OR city = ?) "
                "ORDER BY posted_at NULLS LAST, listing_id LIMIT ? OFFSET ?",
                [self.id, place, place, LISTINGS + 1, after],
            )
        )
        return found[:LISTINGS], len(found) > LISTINGS


@cache
def _policy() -> Policy:
    return default_policy()


def _reasons(row: dict[str, Any]) -> list[Reason]:
    policy = _policy()
    # Only of the policy that judged it is known which reason lifts to which band.
    known = policy.label == row["policy"]
    calls = {rule.name: rule.moves_to for rule in policy.rules} if known else {}
    if known:
        calls |= {both.name: both.band for both in policy.combinations}
    return [
        Reason(r["name"], r["points"], r["sentence"], r["grade"], r["listings"],
               lifts=calls.get(r["name"]) == row["band"])
        for r in row["reasons"]
    ]  # fmt: skip


def when(value: datetime | None) -> str:
    """A time as the page shows it."""
    return f"{value:%Y-%m-%d %H:%M}" if value else "time unknown"
