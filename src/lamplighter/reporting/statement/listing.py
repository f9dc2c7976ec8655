"""Statements as rows: for a program, and for an eye."""

from __future__ import annotations

from typing import Any

from lamplighter.reporting.statement.acts import Held


def row_of(held: Held) -> dict[str, Any]:
    """What a list says of a statement."""
    one = held.statement
    return {
        "statement": one.puid,
        "entry": held.entry,
        "decision": one.decision,
        "made": held.made.isoformat(),
        "measure": str(one.measure),
        "ground": one.ground.code,
        "kind": one.ground.kind,
        "automated_detection": one.automated_detection,
        "automated_decision": str(one.automated_decision),
        "listings": len(one.listings),
        "delayed_until": held.delay.until.isoformat() if held.delay else None,
        "delay_asked_by": held.delay.asked_by if held.delay else None,
        "appeal": str(held.appeal) if held.appeal else None,
    }


def line_of(held: Held) -> str:
    """One line of a list."""
    one = held.statement
    parts = [one.puid, f"{one.decided_at:%Y-%m-%d}", str(one.measure), one.ground.code,
             f"decided {'by machine' if one.automated_decision == 'fully' else 'by a person'}"]  # fmt: skip
    if held.delay:
        parts.append(f"told from {held.delay.until:%Y-%m-%d}")
    if held.appeal:
        parts.append(f"appeal {held.appeal}")
    return "  ".join(parts)
