"""Releasing a hold: asked for by one person, confirmed by another."""

from __future__ import annotations

from typing import Any

from lamplighter.evidence.confirmed import confirmed_deed, reason_of
from lamplighter.evidence.holds.acts import ask_release, confirm_release
from lamplighter.evidence.holds.hold import Hold, check_hold_id
from lamplighter.evidence.holds.read import holds_of
from lamplighter.evidence.two_people import Deed, account, check_second_person
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.custody.holds import need_reason
from lamplighter.workspace.receiver import now
from lamplighter.workspace.workspace import Workspace


def release_hold(workspace: Workspace, hold_id: str, *, by: str, reason: str) -> dict[str, Any]:
    """Ask for a release (the first person, with a reason) or confirm one (the second).

    Raises UsageError; the person who asked cannot confirm, and may only wait or ask again. Who they
    are is the word of whoever calls.
    """
    who = account(by)
    hold = _active(workspace, hold_id)
    if hold.release_asked_by is None:
        need_reason(reason)
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


def release_confirmed(workspace: Workspace, hold_id: str, entry: int) -> dict[str, Any]:
    """Release the hold on an operation whose release two people confirmed in the console.

    `entry` is the confirming one in the ledger. It allows one release. Raises SecondPersonError
    where it is no such thing, UsageError where the hold is on anything else.
    """
    hold = _active(workspace, hold_id)
    if hold.scope.kind != "operation" or len(hold.scope.values) != 1:
        raise UsageError(
            "The console confirms releases of an operation, and this hold is on something else.",
            where=hold.scope.sentence(),
            hint="Release it with --by, by one person and then another.",
        )
    made = confirmed_deed(workspace.ledger, Deed.HOLD_RELEASE, hold.scope.values[0], entry)
    reason, moment = reason_of(workspace.ledger, made.asked), now()
    asked = ask_release(hold_id, by=made.first, reason=reason, now=moment)
    # The two acts stand side by side; nobody else writes while this workspace is open for writing.
    answer = confirm_release(
        hold_id, workspace.ledger.size, by=made.second, now=moment, confirmed=entry
    )
    index = workspace.ledger.append([asked, answer])[-1]
    return {
        "hold": hold_id,
        "state": "released",
        "asked_by": made.first,
        "reason": reason,
        "released_by": made.second,
        "entry": index,
    }


def _active(workspace: Workspace, hold_id: str) -> Hold:
    hold = holds_of(workspace.ledger).get(check_hold_id(hold_id))
    if hold is None:
        raise UsageError(
            "There is no such hold.", where=hold_id, hint="lamplighter evidence holds WORKSPACE"
        )
    if not hold.active(now()):
        raise UsageError(
            "This hold keeps nothing any more.", where=f"{hold_id}: {hold.state(now())}"
        )
    return hold
