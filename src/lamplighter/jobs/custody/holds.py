"""Placing, listing and releasing holds in a workspace."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from lamplighter.evidence.holds.acts import ask_release, confirm_release, grow, place
from lamplighter.evidence.holds.coverage import arrivals, covered
from lamplighter.evidence.holds.hold import Hold, Scope, check_hold_id, new_hold_id
from lamplighter.evidence.holds.pack import find_rule
from lamplighter.evidence.holds.read import FILE, HoldTable, holds_of
from lamplighter.evidence.two_people import Deed, account, check_second_person
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
    _need_reason(reason)
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


def release_hold(workspace: Workspace, hold_id: str, *, by: str, reason: str) -> dict[str, Any]:
    """Ask for a release (the first person, with a reason) or confirm one (the second).

    Raises UsageError; the person who asked cannot confirm, and may only wait or ask again.
    """
    who = account(by)
    hold = _hold(workspace, hold_id)
    if not hold.active(now()):
        raise UsageError(
            "This hold keeps nothing any more.", where=f"{hold_id}: {hold.state(now())}"
        )
    if hold.release_asked_by is None:
        _need_reason(reason)
        index = workspace.ledger.append([ask_release(hold_id, by=who, reason=reason, now=now())])[0]
        return {"hold": hold_id, "state": "release asked", "asked_by": who, "entry": index}
    check_second_person(Deed.HOLD_RELEASE, hold.release_asked_by, who)
    assert hold.release_asked_index is not None
    act = confirm_release(hold_id, hold.release_asked_index, by=who, now=now())
    index = workspace.ledger.append([act])[0]
    return {
        "hold": hold_id,
        "state": "released",
        "asked_by": hold.release_asked_by,
        "reason": hold.release_reason,
        "released_by": who,
        "entry": index,
    }


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


def _hold(workspace: Workspace, hold_id: str) -> Hold:
    hold = holds_of(workspace.ledger).get(check_hold_id(hold_id))
    if hold is None:
        raise UsageError(
            "There is no such hold.", where=hold_id, hint="lamplighter evidence holds WORKSPACE"
        )
    return hold


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("A reason is needed.", hint='--reason "claim 2026-17 announced"')
