"""The report's leads, put together from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lamplighter.jobs.files import Found
from lamplighter.jobs.members import Members
from lamplighter.jobs.portraits import Operations, Templates
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
#: Members whose identifiers are counted for the page.
_IDENTIFIED = 5_000


class _Sheaf:
    """One operation, in the tables of its block."""

    def __init__(self, block: _Block, number: int, links: pa.Table) -> None:
        self.data, self.links = block.data, links
        low, high = np.searchsorted(self.data.member_of, [number, number + 1])
        self.rows = np.arange(low, high, dtype=np.int64)
        self.block = block


class _Block:
    """A block of members with what finds the rows of a listing."""

    def __init__(self, members: Members, templates: Templates, number: int) -> None:
        here = members.members_of(number)
        self.first = int(members.operation[here.start])
        self.data = templates.input_of(members, number)
        self.identifier_rows = _by_row(self.data.identifiers)
        self.indicator_rows = _by_row(self.data.indicators)


def _links_of(found: Found, numbers: NDArray[np.int64]) -> dict[int, pa.Table]:
    """Some links of each of these operations (LINK_SCHEMA), those that were cut among them."""
    members, relations = found.members, found.relations
    root_of = np.zeros(len(members.listing), dtype=np.int64)
    root_of[members.operation] = relations.operation[members.listing]
    wanted = np.zeros(len(relations.operation), dtype=bool)
    wanted[root_of[numbers]] = True
    links = relations.links
    held = relations.operation[links.source]
    chosen = np.flatnonzero(wanted[held])
    # Of each operation first what was cut, then what holds it.
    order = np.lexsort((links.kept(chosen), held[chosen]))
    chosen, held = chosen[order], held[chosen[order]]
    tables = {}
    for number in numbers.tolist():
        low, high = np.searchsorted(held, [root_of[number], root_of[number] + 1])
        # Some of either end: an operation may have a million links.
        ends = np.unique(np.r_[low : min(low + _ENDS, high), max(high - _ENDS, low) : high])
        tables[number] = links.rows(np.sort(chosen[ends]))
    return _with_ids(found, tables)


def _with_ids(found: Found, tables: dict[int, pa.Table]) -> dict[int, pa.Table]:
    """Listing ids in place of canonical numbers, read in one go."""
    columns = [table[name].to_numpy() for table in tables.values() for name in ("source", "target")]
    listings = np.concatenate([np.zeros(0, np.int32), *columns])
    ids = found.intake.ids_of(pa.array(found.settled.order[listings]))
    first, named = 0, {}
    for number, table in tables.items():
        count = table.num_rows
        table = table.set_column(0, "source", ids.slice(first, count))
        named[number] = table.set_column(1, "target", ids.slice(first + count, count))
        first += 2 * count
    return named


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


def _samples(sheaf: _Sheaf) -> list[Sample]:
    data, rows = sheaf.data, sheaf.rows
    found = rows[:: max(1, len(rows) // _SAMPLES)][:_SAMPLES]
    places = data.places["place"].take(pa.array(found)).to_pylist()
    identifiers = _rows_at(data.identifiers, sheaf.block.identifier_rows, found)
    indicators = _rows_at(data.indicators, sheaf.block.indicator_rows, found)
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


def _days(sheaf: _Sheaf) -> list[tuple[Any, str, int]]:
    data = sheaf.data
    taken = pa.array(sheaf.rows)
    posted = data.listings["posted_at"].take(taken).to_pylist()
    places = data.places["place"].take(taken).to_pylist()
    cities = data.listings["city"].take(taken).to_pylist()
    counted = Counter(
        (when.date(), place or city or "(no place)")
        for when, place, city in zip(posted, places, cities, strict=True) if when
    )  # fmt: skip
    return [(day, place, count) for (day, place), count in sorted(counted.items())]


def _templates(sheaf: _Sheaf) -> list[Template]:
    numbers = Counter(int(n) for n in sheaf.data.template_of[sheaf.rows] if n >= 0)
    made = []
    for number, count in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:_TEMPLATES]:
        row = sheaf.data.templates.slice(number, 1).to_pylist()[0]
        parts = [Part(p["kind"], p["text"] or "", p["slot"]) for p in row["consensus"]]
        slots = [
            Slot(s["slot"], s["kind"], [(v["value"], v["count"]) for v in s["values"][:12]],
                 s["distinct"])
            for s in row["slots"]
        ]  # fmt: skip
        made.append(Template(row["template_id"], count, parts, slots, row["saved_bits"]))
    return made


def _links(sheaf: _Sheaf) -> list[Link]:
    table = sheaf.links.to_pylist()
    table.sort(
        key=lambda row: (row["kept"], -row["weight"], row["source"], row["target"], row["reason"])
    )
    cut = [row for row in table if not row["kept"]][:_LINKS]
    kept = [row for row in table if row["kept"]]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in kept:
        kinds.setdefault(row["kind"], []).append(row)
    kept = [row for rows in kinds.values() for row in rows[: _LINKS // 3]]

    return [
        Link(row["source"], row["target"], row["kind"], float(row["weight"]),
             row["reason"], bool(row["kept"]), "" if row["kept"] else row["reason"])
        for row in kept + cut
    ]  # fmt: skip


def _lead(row: dict[str, Any], sheaf: _Sheaf, calls: dict[str, str]) -> Lead:
    identifiers = _rows_at(
        sheaf.data.identifiers, sheaf.block.identifier_rows, sheaf.rows[:_IDENTIFIED]
    )
    return Lead(
        operation_id=row["operation_id"], band=row["band"], score=row["score"],
        headline=row["headline"], listings=row["listings"], accounts=row["accounts"],
        phones=row["phones"], cities=row["cities"], first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        reasons=[Reason(r["name"], r["points"], r["sentence"], r["grade"], r["listings"],
                        lifts=calls.get(r["name"]) == row["band"])
                 for r in row["reasons"]],
        templates=_templates(sheaf),
        days=_days(sheaf),
        legs=[Leg(m["from"], m["to"], m["from_lat"], m["from_lon"], m["to_lat"], m["to_lon"],
                  m["departed"], m["arrived"], m["dwell_days"], m["km"], m["implausible"])
              for m in row["movement"] or []],
        identifiers=_identifiers(identifiers),
        samples=_samples(sheaf),
        links=_links(sheaf),
    )  # fmt: skip


def _leads(found: Found, policy: Policy, shown: int) -> Iterator[Lead]:
    """The first operations in full. Their blocks are read one after the other."""
    calls = {rule.name: rule.moves_to for rule in policy.rules}
    calls |= {both.name: both.band for both in policy.combinations}
    operations = found.operations
    rows = operations.order[:shown]
    numbers = operations.number[rows]
    links = _links_of(found, numbers)
    block_of = np.searchsorted(operations.starts, rows, "right") - 1
    described = operations.ranked(0, shown).to_pylist()
    made: dict[int, Lead] = {}
    for at in np.unique(block_of).tolist():
        block = _Block(found.members, found.templates, at)
        for rank in np.flatnonzero(block_of == at).tolist():
            number = int(numbers[rank])
            sheaf = _Sheaf(block, number - block.first, links[number])
            made[rank] = _lead(described[rank], sheaf, calls)
    for rank in range(len(made)):
        yield made.pop(rank)


def _others(operations: Operations, shown: int) -> Iterator[Brief]:
    names = ["operation_id", "band", "score", "listings", "headline"]
    for row in operations.ranked(shown, OTHERS).select(names).to_pylist():
        yield Brief(**row)


def write_page(path: Path, run: dict[str, Any], found: Found, policy: Policy, shown: int) -> None:
    """Write report.html: the first `shown` operations in full, some thousand more in a line each."""
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
    page = Report(
        summary,
        _leads(found, policy, shown),
        max(0, len(found.operations) - shown),
        _others(found.operations, shown),
    )
    with path.open("wb") as out:
        write_report(page, out)
