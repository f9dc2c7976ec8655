"""Blind samples as the log tells of them: announced, drawn, read, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from lamplighter.foundation.errors import InputError
from lamplighter.reporting.transparency.agreement import agreement
from lamplighter.reporting.transparency.interval import Estimate, Stratum, estimate
from lamplighter.reporting.transparency.sample import Draw, Part, Plan, draw, seed_of
from lamplighter.reporting.transparency.states import ACTED, NAMES, States

#: What a reviewer can say of a listing, and how a page says it.
ANSWERS = {
    "against": "Against the rules or the law",
    "in order": "In order",
    "unsure": "Cannot be told",
}


class Logged(Protocol):
    """An entry of the log, so far as samples need it."""

    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def time(self) -> datetime: ...  # noqa: D102
    @property
    def public(self) -> Mapping[str, Any]: ...  # noqa: D102


@dataclass
class Audit:
    """One sample. `results`: item → answers of the first and the second reviewer, and the last word;
    None where it was not read to the end.
    """

    announced: int
    plan: Plan
    outside: str | None
    simulated: bool
    value: str | None = None
    drawn: int | None = None
    closed: int | None = None
    draw: Draw = field(default_factory=lambda: Draw((), ()))
    results: dict[int, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)


def announced(plan: Plan, outside: str | None, simulated: bool) -> dict[str, Any]:
    """The public part that announces a sample."""
    return {
        "event": "announced", "from": plan.since.isoformat(), "to": plan.until.isoformat(),
        "size": plan.size, "shown": plan.shown, "acted": plan.acted, "outside": outside,
        "simulated": simulated,
    }  # fmt: skip


#: Items in one entry, which holds 65,535 bytes.
AT_ONCE = 1_000


def drawn_parts(of: int, found: Draw, value: str | None) -> list[dict[str, Any]]:
    """The public parts that say what was drawn."""
    strata = [[part.name, part.population, part.sampled] for part in found.strata]
    pieces = [found.items[at : at + AT_ONCE] for at in range(0, len(found.items), AT_ONCE)] or [()]
    return [
        {"event": "drawn", "announced": of, "value": value, "strata": strata,
         "items": [list(item) for item in piece], "part": part, "parts": len(pieces)}
        for part, piece in enumerate(pieces)
    ]  # fmt: skip


def closed_parts(
    of: int,
    results: Sequence[tuple[str | None, str | None, str | None]],
    known: Mapping[str, int],
) -> list[dict[str, Any]]:
    """The public parts that make the answers known: by item, never by person."""
    numbered = [[at, *answers] for at, answers in enumerate(results)]
    pieces = [numbered[at : at + AT_ONCE] for at in range(0, len(numbered), AT_ONCE)] or [[]]
    return [
        {"event": "closed", "announced": of, "results": piece, "known": dict(known),
         "part": part, "parts": len(pieces)}
        for part, piece in enumerate(pieces)
    ]  # fmt: skip


def read_audits(entries: Iterable[Logged]) -> list[Audit]:
    """All samples, from the entries of kind `audit` in the order of the log. Only the first draw and
    the first closing of a sample count. InputError where an entry is not as it must be.
    """
    audits: dict[int, Audit] = {}
    parts: dict[tuple[int, str], list[Logged]] = {}
    for entry in entries:
        public = entry.public
        try:
            event = public.get("event")
            if event == "announced":
                audits[entry.index] = _announced(entry)
            elif event in ("drawn", "closed") and public["announced"] in audits:
                held = parts.setdefault((public["announced"], event), [])
                if len(held) == public["part"] and (
                    not held or len(held) < held[0].public["parts"]
                ):
                    held.append(entry)
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(entry, error) from error
    for (of, event), held in parts.items():
        if len(held) != held[0].public["parts"]:
            continue
        try:
            _drawn(audits[of], held) if event == "drawn" else _closed(audits[of], held)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise _unreadable(held[0], error) from error
    return list(audits.values())


def _unreadable(entry: Logged, error: Exception) -> InputError:
    return InputError("An entry about a sample cannot be read.", where=f"entry {entry.index}: {error!r}",
                      hint="the log was written by something else, or by a later version")  # fmt: skip


def _announced(entry: Logged) -> Audit:
    told = entry.public
    since, until = (datetime.fromisoformat(told[name]) for name in ("from", "to"))
    numbers = [told[name] for name in ("size", "shown", "acted")]
    if any(type(number) is not int or number < 0 for number in numbers) or numbers[0] > entry.index:
        raise ValueError("sizes")
    return Audit(entry.index, Plan(since, until, *numbers), told["outside"], told["simulated"] is True)  # fmt: skip


def _drawn(audit: Audit, held: list[Logged]) -> None:
    told = held[0].public
    acted = {NAMES[code] for code in ACTED}
    strata = tuple(Part(name, name in acted, int(size), int(taken))
                   for name, size, taken in told["strata"])  # fmt: skip
    items = tuple((int(at), int(of)) for one in held for at, of in one.public["items"])
    if any(not 0 <= of < len(strata) for _, of in items):
        raise ValueError("strata")
    audit.drawn, audit.value, audit.draw = held[-1].index, told["value"], Draw(strata, items)


def _closed(audit: Audit, held: list[Logged]) -> None:
    for one in held:
        for at, *answers in one.public["results"]:
            if any(answer is not None and answer not in ANSWERS for answer in answers):
                raise ValueError("answers")
            first, second, last = answers
            audit.results[int(at)] = (first, second, last)
    known = held[0].public.get("known") or {}
    audit.known = {name: int(known[name]) for name in ("shown", "answers", "hit")} if known else {}
    audit.closed = held[-1].index


def told(audit: Audit, states: States, root_at: Callable[[int], bytes]) -> dict[str, Any]:
    """What the report says of a sample. `root_at` gives the log's root at a size."""
    plan = audit.plan
    says = "not drawn"
    if audit.drawn is not None:
        seed = seed_of(root_at(audit.announced + 1), audit.value)
        says = "as selected" if draw(states, plan, seed) == audit.draw else "differs"
    received = len(states.received(plan.since, plan.until, plan.size))
    return {
        "announced": audit.announced, "drawn": audit.drawn, "closed": audit.closed,
        "period": {"from": plan.since.date().isoformat(),
                   "to": (plan.until - timedelta(microseconds=1)).date().isoformat()},
        "log_size": plan.size, "outside": audit.outside, "outside_value": audit.value,
        "draw": says, "simulated": audit.simulated,
        "sampled": sum(part.sampled for part in audit.draw.strata), **rates(audit, received),
    }  # fmt: skip


def rates(audit: Audit, received: int | None = None) -> dict[str, Any]:
    """How often the acts were wrong, once the sample is closed; how far it was read."""
    rows = _rows(audit)
    known = {"read": sum(row["read"] for row in rows), "strata": rows, "known": audit.known or None}
    if audit.closed is None:
        names = ("precision", "over_removal", "prevalence", "wrongly_acted_on", "agreement")
        return known | dict.fromkeys(names)
    acted = [row for row in rows if row["acted"]]
    wrong = _share(acted, "in_order")
    pairs = [(one, two) for one, two, _ in audit.results.values() if one and two]
    agreed = agreement(pairs)
    return known | {
        "precision": _dict(_share(acted, "against")),
        "over_removal": _dict(wrong),
        "prevalence": _dict(_share([row for row in rows if not row["acted"]], "against")),
        "wrongly_acted_on": _count(wrong, sum(row["population"] for row in acted), received),
        "agreement": asdict(agreed) if agreed else None,
    }


def _rows(audit: Audit) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"name": part.name, "acted": part.acted, "population": part.population,
         "sampled": part.sampled, "read": 0, "against": 0, "in_order": 0, "undetermined": 0}
        for part in audit.draw.strata
    ]  # fmt: skip
    words = {"against": "against", "in order": "in_order", "unsure": "undetermined"}
    for at, (_, stratum) in enumerate(audit.draw.items):
        last = audit.results.get(at, (None, None, None))[2]
        if last is not None:
            rows[stratum]["read"] += 1
            rows[stratum][words[last]] += 1
    return rows


def _share(rows: Sequence[Mapping[str, Any]], answer: str) -> Estimate | None:
    return estimate([Stratum(row["population"], row["read"], row[answer]) for row in rows])


def _dict(found: Estimate | None) -> dict[str, float] | None:
    return {name: round(value, 6) for name, value in asdict(found).items()} if found else None


def _count(found: Estimate | None, population: int, received: int | None) -> dict[str, Any] | None:
    if found is None or received is None:
        return None
    return {
        "listings": round(found.share * population),
        "low": round(found.low * population), "high": round(found.high * population),
        "per_10000_received": round(1e4 * found.share * population / max(received, 1), 3),
    }  # fmt: skip
