"""Placing and listing holds in a workspace, and what they cover."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from lamplighter.evidence.holds.acts import grow, place
from lamplighter.evidence.holds.coverage import arrivals, covered
from lamplighter.evidence.holds.hold import Hold, Scope, new_hold_id
from lamplighter.evidence.holds.pack import find_rule
from lamplighter.evidence.holds.read import FILE, HoldTable, holds_of
from lamplighter.evidence.two_people import Deed, check_second_person
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.custody.selection import Selection
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace


def place_hold(
    workspace: Workspace,
    scope: Scope,
    *,
    rule: str,
    by: str,
    reason: str,
    starts: datetime | None = None,
    until: datetime | None = None,
    details: dict[str, str] | None = None,
    packs: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """Place a hold; what it is and how many listings it covers now. Raises UsageError."""
    who, _ = check_second_person(Deed.HOLD, by, None)
    wanted = find_rule(rule, packs)
    need_reason(reason)
    members = _selection(workspace).matches(scope)
    if scope.kind == "operation" and not members:
        raise UsageError(
            "No such operation.",
            where=", ".join(scope.values),
            hint="Operations are in the newest links/operations.parquet; link first.",
        )
    moment = now()
    hold_id = new_hold_id()
    act = place(
        hold_id, scope, wanted, by=who, reason=reason, members=members, now=moment,
        starts=starts, until=until, details=details,
    )  # fmt: skip
    index = workspace.ledger.append([act])[0]
    return {
        "hold": hold_id,
        "entry": index,
        "rule": wanted.id,
        "statute": wanted.statute,
        "until": act.public["until"],
        "listings": len(members),
        "unsure": wanted.unsure,
    }


def list_holds(workspace: Workspace) -> list[dict[str, Any]]:
    """All holds, oldest first, with what each covers now."""
    selection, moment = _selection(workspace), now()
    return [
        {
            "hold": hold.hold_id,
            "state": hold.state(moment),
            "scope": hold.scope.kind,
            "values": list(hold.scope.values),
            "what": hold.scope.sentence(),
            "rule": hold.rule,
            "statute": hold.statute,
            "reason": hold.reason,
            "details": dict(hold.details),
            "placed_by": hold.placed_by,
            "placed_at": hold.placed_at.isoformat(),
            "until": hold.until.isoformat() if hold.until else None,
            "listings": len(covered(hold, selection.matches(hold.scope), selection)),
            "release_asked_by": hold.release_asked_by,
            "release_reason": hold.release_reason,
            "released_by": hold.released_by,
            "released_at": hold.released_at.isoformat() if hold.released_at else None,
            "entry": hold.index,
        }
        for hold in sorted(known_holds(workspace).values(), key=lambda hold: hold.index)
    ]


def known_holds(workspace: Workspace) -> dict[str, Hold]:
    """All holds by id; what was read of the ledger before is not read again."""
    try:
        table = HoldTable(workspace.folder / FILE)
    except sqlite3.OperationalError:  # a folder that may only be read
        return holds_of(workspace.ledger)
    try:
        return table.follow(workspace.ledger)
    finally:
        table.close()


def active_cover(workspace: Workspace) -> dict[str, set[str]]:
    """Listing ids by active hold. What came under one since it was last looked at is logged first:
    from then on it stays covered, whatever a later linking says.
    """
    selection, moment = _selection(workspace), now()
    holds = {key: hold for key, hold in holds_of(workspace.ledger).items() if hold.active(moment)}
    cover = {
        hold_id: covered(hold, selection.matches(hold.scope), selection)
        for hold_id, hold in holds.items()
    }
    fresh = arrivals(holds, cover)
    if fresh:
        workspace.ledger.append([grow(key, ids, now=moment) for key, ids in sorted(fresh.items())])
    return cover


def _selection(workspace: Workspace) -> Selection:
    return Selection(workspace.duckdb(), workspace.config.region)


def need_reason(reason: str) -> None:
    """Raises UsageError where there is none."""
    if not reason.strip():
        raise UsageError("A reason is needed.", hint='--reason "claim 2026-17 announced"')
