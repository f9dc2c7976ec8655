"""What one decision in the ledger owes: a statement to each who is burdened by it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import orjson

from lamplighter.evidence.confirmed import subject_of
from lamplighter.evidence.entry import Entry
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import Deed
from lamplighter.jobs.statement_sources import SourceOf, opened
from lamplighter.reporting.statement.settings import Settings
from lamplighter.reporting.statement.statement import Automated, Measure, Source, Statement
from lamplighter.screening.acts import VIA
from lamplighter.workspace.workspace import Workspace

#: Kinds of entries that may owe one.
OWING = ("decision", "moderation")
_MEASURES = {"hold": Measure.HOLD, "refuse": Measure.REFUSAL}


def owed(
    workspace: Workspace, settings: Settings, entry: Entry, source_of: SourceOf
) -> Iterator[Statement]:
    """The statements that one entry asks for; none for most."""
    if entry.kind == "decision" and entry.public.get("outcome") in _MEASURES:
        yield from _of_screening(workspace.ledger, settings, entry)
    elif entry.kind == "decision" and _confirmed_account_act(entry):
        yield from _of_accounts(workspace, settings, entry)
    elif entry.kind == "moderation" and entry.public.get("via") == VIA:
        yield from _of_moderation(workspace.ledger, settings, entry, source_of)


def _confirmed_account_act(entry: Entry) -> bool:
    return (
        entry.public.get("deed") == Deed.ACCOUNT_ACTION and entry.public.get("word") == "confirmed"
    )


def _of_screening(ledger: Ledger, settings: Settings, entry: Entry) -> Iterator[Statement]:
    said = opened(ledger, entry.index)
    if said is None:
        return
    row = _received(ledger, entry.public.get("received"))
    rules = [reason["rule"] for reason in said["reasons"] if reason["do"] == said["outcome"]]
    yield Statement(
        puid=_puid(ledger, entry.index, 0),
        decision=entry.index,
        measure=_MEASURES[entry.public["outcome"]],
        decided_at=entry.time,
        listings=(said["listing_id"],),
        account=str(row.get("account_id") or ""),
        ground=settings.ground_of_rule(rules[0] if rules else "other"),
        automated_detection=True,
        automated_decision=Automated.FULLY,
        source=Source.OWN,
        content=_content(row),
        content_date=_day(row.get("posted_at")) or entry.time.date(),
        language=_language(row),
    )


def _of_moderation(
    ledger: Ledger, settings: Settings, entry: Entry, source_of: SourceOf
) -> Iterator[Statement]:
    said = opened(ledger, entry.index)
    if said is None:
        return
    action = str(said["row"].get("moderation_action", ""))
    if action.casefold().strip() not in settings.removals:
        return
    row = _received(ledger, entry.public.get("received"))
    by = entry.actor.partition(":")[2]
    machine = (
        by.startswith(settings.automatic_moderators) if settings.automatic_moderators else False
    )
    yield Statement(
        puid=_puid(ledger, entry.index, 0),
        decision=entry.index,
        measure=Measure.REMOVAL,
        decided_at=entry.time,
        listings=(said["listing_id"],),
        account=str(row.get("account_id") or ""),
        ground=settings.ground(str(said["row"].get("reason", "other")).strip()),
        automated_detection=machine,
        automated_decision=Automated.FULLY if machine else Automated.NOT,
        source=source_of(said["listing_id"]),
        content=_content(row),
        content_date=_day(row.get("posted_at")) or entry.time.date(),
        language=_language(row),
        barred=(entry.actor,),
    )


def _of_accounts(workspace: Workspace, settings: Settings, entry: Entry) -> Iterator[Statement]:
    """One statement an account of the operation, as it is linked now."""
    ledger = workspace.ledger
    asked = ledger.entry(entry.public["asked"])
    said = opened(ledger, asked.index) or {}
    operation = subject_of(ledger, asked.index)
    accounts = _accounts(workspace, operation)
    for place, (name, rows) in enumerate(sorted(accounts.items())):
        days = [day for day in (_day(row[1]) for row in rows) if day]
        yield Statement(
            puid=_puid(ledger, entry.index, place),
            decision=entry.index,
            measure=Measure.ACCOUNT,
            decided_at=entry.time,
            listings=tuple(row[0] for row in rows),
            account=name,
            ground=settings.ground(str(said.get("clause", "other"))),
            automated_detection=True,
            automated_decision=Automated.NOT,
            source=Source.OWN,
            content=("text", "image") if any(row[3] for row in rows) else ("text",),
            content_date=min(days, default=entry.time.date()),
            language=_language({"language": rows[0][2]}),
            operation=operation,
            barred=(asked.actor, entry.actor),
        )


def _accounts(workspace: Workspace, operation: str) -> dict[str, list[Sequence[Any]]]:
    """Listings (id, posted, language, images) of an operation by account."""
    found: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    if not (workspace.links_folder / "operations.parquet").exists():
        return found
    with workspace.duckdb() as database:
        for name, *row in _members(database, operation):
            found[name].append(row)
    return found


def _members(database: duckdb.DuckDBPyConnection, operation: str) -> list[Any]:
    return database.execute(
        "SELECT v.account_id, v.listing_id, v.posted_at, coalesce(v.language, ''), "
        "len(coalesce(v.images, [])) FROM listing_links l JOIN listings v USING (listing_id) "
        "WHERE l.operation_id = ? AND v.account_id IS NOT NULL ORDER BY v.account_id, v.listing_id",
        [operation],
    ).fetchall()


def _puid(ledger: Ledger, entry: int, place: int) -> str:
    """Names no person: which log, which entry, which of its statements."""
    log = hashlib.sha256(str(ledger.key).encode()).hexdigest()[:8]
    return f"lamp-{log}-{entry}-{place}"


def _received(ledger: Ledger, entry: Any) -> dict[str, Any]:
    if not isinstance(entry, int) or ledger.entry(entry).kind != "listing.received":
        return {}
    private = ledger.opening(entry)
    try:
        row = orjson.loads(private or b"{}").get("row", {})
    except (ValueError, AttributeError):  # a raw line of a file, not of our columns
        return {}
    return row if isinstance(row, dict) else {}


def _content(row: dict[str, Any]) -> tuple[str, ...]:
    return ("text", "image") if row.get("images") else ("text",)


def _language(row: dict[str, Any]) -> str:
    found = str(row.get("language") or "")[:2].lower()
    return found if len(found) == 2 and found.isascii() and found.isalpha() else ""


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC).date() if value else None
    except ValueError:
        return None
