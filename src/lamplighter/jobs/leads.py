"""The report's leads, put together from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.jobs.members import Members
from lamplighter.jobs.relations import Relations
from lamplighter.operations.naming import stable_id
from lamplighter.operations.policy import Policy
from lamplighter.reporting.operations_report.lead import (
    Brief,
    Identifier,
    Lead,
    Leg,
    Link,
    Part,
    Reason,
    Report,
    Sample,
    Slot,
    Summary,
    Template,
)
from lamplighter.reporting.operations_report.page import OTHERS, write_report

_SAMPLES, _IDENTIFIERS, _LINKS, _TEMPLATES = 6, 20, 12, 3
#: Links of an operation that are looked at, of those that were cut and of those that hold it.
_ENDS = 300


class _Sheaves:
    """Rows of the member tables by operation."""

    def __init__(self, members: Members, relations: Relations) -> None:
        self.members, self.links = members, relations.links
        self.member_of = members.data.member_of
        self.rows = np.argsort(self.member_of, kind="stable")
        self.bounds = np.searchsorted(
            self.member_of[self.rows], np.arange(int(self.member_of.max(initial=-1)) + 2)
        )
        ids = members.data.listings["listing_id"].to_pylist()
        self.ids = ids
        self.number = {
            stable_id("op", min((ids[int(r)] for r in self.of(n)), key=str.encode)): n
            for n in range(len(self.bounds) - 1)
        }
        operation = relations.operation
        held = operation[self.links["source"].to_numpy()]
        # Of each operation first what was cut, then what holds it.
        self.link_order = np.lexsort((self.links["kept"].to_numpy(zero_copy_only=False), held))
        self.link_sorted = held[self.link_order]
        self.operation_of_member = operation[members.listing]
        self.member_at = {int(listing): place for place, listing in enumerate(members.listing)}
        self.identifier_rows = _by_row(members.data.identifiers)
        self.indicator_rows = _by_row(members.data.indicators)

    def of(self, number: int) -> NDArray[np.int64]:
        return self.rows[self.bounds[number] : self.bounds[number + 1]]

    def links_of(self, number: int) -> pa.Table:
        operation = self.operation_of_member[self.of(number)[0]]
        low, high = np.searchsorted(self.link_sorted, [operation, operation + 1])
        # Some of either end: an operation may have a million links.
        chosen = np.unique(np.r_[low : min(low + _ENDS, high), max(high - _ENDS, low) : high])
        return self.links.take(pa.array(self.link_order[chosen]))


def _by_row(table: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = table["row"].to_numpy()
    order = np.argsort(rows, kind="stable")
    return rows[order], order


def _rows_at(
    table: pa.Table, index: tuple[NDArray[np.int64], NDArray[np.int64]], rows: NDArray[np.int64]
) -> list[dict[str, Any]]:
    keys, order = index
    chosen = [order[slice(*np.searchsorted(keys, [row, row + 1]))] for row in rows]
    taken = np.concatenate(chosen) if chosen else np.zeros(0, np.int64)
    found: list[dict[str, Any]] = table.take(pa.array(taken)).to_pylist()
    return found


def _identifiers(rows: list[dict[str, Any]]) -> list[Identifier]:
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["kind"] != "domain":
            held.setdefault((row["kind"], row["value"]), []).append(row)
    made = [
        Identifier(kind, value, len({r["row"] for r in group}), int(group[0]["outside"]),
                   bool(group[0]["hub"]), any(r["obscured"] for r in group))
        for (kind, value), group in held.items()
    ]  # fmt: skip
    return sorted(made, key=lambda i: (-i.inside, i.kind, i.value))[:_IDENTIFIERS]


def _samples(sheaves: _Sheaves, rows: NDArray[np.int64]) -> list[Sample]:
    data = sheaves.members.data
    found = rows[:: max(1, len(rows) // _SAMPLES)][:_SAMPLES]
    places = data.places["place"].take(pa.array(found)).to_pylist()
    identifiers = _rows_at(data.identifiers, sheaves.identifier_rows, found)
    indicators = _rows_at(data.indicators, sheaves.indicator_rows, found)
    spans: dict[int, list[tuple[int, int, str]]] = {}
    for row in identifiers:
        if row["field"] == "text" and row["current"]:
            spans.setdefault(row["row"], []).append((row["start"], row["end"], row["kind"]))
    for row in indicators:
        if row["field"] == "text" and row["counts"]:
            spans.setdefault(row["row"], []).append((row["start"], row["end"], row["category"]))
    made = []
    for place, row in zip(places, found, strict=True):
        listing = data.listings.slice(int(row), 1).to_pylist()[0]
        made.append(
            Sample(
                listing_id=listing["listing_id"], title=listing["title"] or "",
                text=listing["text"], spans=sorted(set(spans.get(int(row), []))),
                posted_at=listing["posted_at"], place=place or listing["city"] or "",
                category=listing["category"] or "",
            )
        )  # fmt: skip
    return made


def _days(sheaves: _Sheaves, rows: NDArray[np.int64]) -> list[tuple[Any, str, int]]:
    data = sheaves.members.data
    taken = pa.array(rows)
    posted = data.listings["posted_at"].take(taken).to_pylist()
    places = data.places["place"].take(taken).to_pylist()
    cities = data.listings["city"].take(taken).to_pylist()
    counted = Counter(
        (when.date(), place or city or "(no place)")
        for when, place, city in zip(posted, places, cities, strict=True) if when
    )  # fmt: skip
    return [(day, place, count) for (day, place), count in sorted(counted.items())]


def _templates(sheaves: _Sheaves, rows: NDArray[np.int64]) -> list[Template]:
    numbers = Counter(int(n) for n in sheaves.members.data.template_of[rows] if n >= 0)
    made = []
    for number, count in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:_TEMPLATES]:
        row = sheaves.members.templates.slice(number, 1).to_pylist()[0]
        parts = [Part(p["kind"], p["text"] or "", p["slot"]) for p in row["consensus"]]
        slots = [
            Slot(s["slot"], s["kind"], [(v["value"], v["count"]) for v in s["values"][:12]],
                 s["distinct"])
            for s in row["slots"]
        ]  # fmt: skip
        made.append(Template(row["template_id"], count, parts, slots, row["saved_bits"]))
    return made


def _links(sheaves: _Sheaves, number: int) -> list[Link]:
    table = sheaves.links_of(number).to_pylist()
    table.sort(
        key=lambda row: (row["kept"], -row["weight"], row["source"], row["target"], row["reason"])
    )
    cut = [row for row in table if not row["kept"]][:_LINKS]
    kept = [row for row in table if row["kept"]]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in kept:
        kinds.setdefault(row["kind"], []).append(row)
    kept = [row for rows in kinds.values() for row in rows[: _LINKS // 3]]

    def name(listing: int) -> str:
        place = sheaves.member_at.get(listing)
        return sheaves.ids[place] if place is not None else "a listing outside"

    return [
        Link(name(row["source"]), name(row["target"]), row["kind"], float(row["weight"]),
             row["reason"], bool(row["kept"]), "" if row["kept"] else row["reason"])
        for row in kept + cut
    ]  # fmt: skip


def _lead(row: dict[str, Any], sheaves: _Sheaves, calls: dict[str, str]) -> Lead:
    number = sheaves.number[row["operation_id"]]
    rows = sheaves.of(number)
    data = sheaves.members.data
    identifiers = _rows_at(data.identifiers, sheaves.identifier_rows, rows[:5_000])
    return Lead(
        operation_id=row["operation_id"], band=row["band"], score=row["score"],
        headline=row["headline"], listings=row["listings"], accounts=row["accounts"],
        phones=row["phones"], cities=row["cities"], first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        reasons=[Reason(r["name"], r["points"], r["sentence"], r["grade"], r["listings"],
                        lifts=calls.get(r["name"]) == row["band"])
                 for r in row["reasons"]],
        templates=_templates(sheaves, rows),
        days=_days(sheaves, rows),
        legs=[Leg(m["from"], m["to"], m["from_lat"], m["from_lon"], m["to_lat"], m["to_lon"],
                  m["departed"], m["arrived"], m["dwell_days"], m["km"], m["implausible"])
              for m in row["movement"] or []],
        identifiers=_identifiers(identifiers),
        samples=_samples(sheaves, rows),
        links=_links(sheaves, number),
    )  # fmt: skip


def write_page(
    path: Path,
    run: dict[str, Any],
    operations: pa.Table,
    members: Members,
    relations: Relations,
    policy: Policy,
    shown: int,
) -> None:
    """Write report.html: the first `shown` operations in full, some thousand more in a line each."""
    calls = {rule.name: rule.moves_to for rule in policy.rules}
    calls |= {both.name: both.band for both in policy.combinations}
    sheaves = _Sheaves(members, relations)

    def leads() -> Iterator[Lead]:
        for row in operations.slice(0, shown).to_pylist():
            yield _lead(row, sheaves, calls)

    def others() -> Iterator[Brief]:
        names = ["operation_id", "band", "score", "listings", "headline"]
        for row in operations.select(names).slice(shown, OTHERS).to_pylist():
            yield Brief(**row)

    summary = Summary(
        title="Operations behind the listings",
        generated=f"from {run['rows']:,} rows",
        version=run["lamplighter"],
        listings=run["listings"],
        rejected=run["rejected"],
        linked=run["linked"],
        operations=run["operations"],
        by_band=run["bands"],
        facts=[
            ("Rows read", f"{run['rows']:,}"),
            ("Earlier versions of listings", f"{run['earlier_versions']:,}"),
            ("Times without a zone, taken as UTC", f"{run['naive_times']:,}"),
            ("Links pruned", f"{run['pruned_links']:,}"),
            ("Policy", str(run["policy"])),
        ],
        rejects=sorted(run["rejected_by_reason"].items(), key=lambda each: (-each[1], each[0])),
    )
    page = Report(summary, leads(), max(0, operations.num_rows - shown), others())
    with path.open("wb") as out:
        write_report(page, out)
