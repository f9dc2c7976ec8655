"""Acts about holds: written when a hold is placed, grows, or is released; read back as a fold.

In public: the hold's id, rule and end. In private (committed to): whom it concerns and why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.holds.hold import Hold, Scope
from lamplighter.evidence.holds.pack import Rule

#: The system's own name where no person acts.
KEEPER = "system:holds"
KINDS = frozenset({"hold", "release"})


class Logged(Protocol):
    """An entry of the ledger, as far as holds need it."""

    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def time(self) -> datetime: ...  # noqa: D102
    @property
    def actor(self) -> str: ...  # noqa: D102
    @property
    def public(self) -> Mapping[str, Any]: ...  # noqa: D102


def _private(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def place(
    hold_id: str,
    scope: Scope,
    rule: Rule,
    *,
    by: str,
    reason: str,
    members: Iterable[str],
    now: datetime,
    starts: datetime | None = None,
    until: datetime | None = None,
    details: Mapping[str, str] | None = None,
) -> Act:
    """A hold is placed. Its end is the rule's period from `starts` (or now), or `until` if later:
    a person may lengthen what a statute asks, not shorten it.
    """
    end = rule.keep.end(starts or now)
    if until is not None:
        end = until if rule.keep.endless else max(until, end) if end else None
    return Act(
        kind="hold",
        time=now,
        actor=by,
        public={
            "event": "placed",
            "hold": hold_id,
            "rule": rule.id,
            "statute": rule.statute,
            "scope_kind": scope.kind,
            "until": end.astimezone(UTC).isoformat() if end else None,
        },
        private=_private(
            {
                "scope": {"kind": scope.kind, "values": list(scope.values)},
                "reason": reason,
                "details": dict(details or {}),
                "members": sorted(members),
            }
        ),
    )


def grow(hold_id: str, arrived: Iterable[str], *, now: datetime) -> Act:
    """Listings came under a hold after it was placed; from now on it keeps them whatever happens."""
    ids = sorted(arrived)
    return Act(
        kind="hold",
        time=now,
        actor=KEEPER,
        public={"event": "grew", "hold": hold_id, "listings": len(ids)},
        private=_private({"members": ids}),
    )


def ask_release(hold_id: str, *, by: str, reason: str, now: datetime) -> Act:
    """One person asks for the release of a hold."""
    return Act(
        kind="release",
        time=now,
        actor=by,
        public={"event": "asked", "hold": hold_id},
        private=_private({"reason": reason}),
    )


def confirm_release(
    hold_id: str, asked: int, *, by: str, now: datetime, confirmed: int | None = None
) -> Act:
    """Another person confirms it; `asked` is the entry in which the first one asked.

    `confirmed` is the entry in which they confirmed the deed by their own hands, if they did.
    """
    return Act(
        kind="release",
        time=now,
        actor=by,
        public={
            "event": "confirmed",
            "hold": hold_id,
            "asked": asked,
            **({} if confirmed is None else {"confirmed": confirmed}),
        },
    )


def fold(logged: Iterable[tuple[Logged, bytes | None]]) -> dict[str, Hold]:
    """All holds, from entries of the kinds `hold` and `release` in the order of the log.

    Whoever wrote the entries, a release counts only if a second person confirmed it. Raises
    LedgerError where the private part of a placed hold is gone: what it keeps cannot be told.
    """
    holds: dict[str, Hold] = {}
    for entry, opening in logged:
        public = entry.public
        hold_id = str(public.get("hold", ""))
        event = public.get("event")
        private = json.loads(opening) if opening else None
        if entry.kind == "hold" and event == "placed" and hold_id not in holds:
            holds[hold_id] = _placed(entry, hold_id, private)
            continue
        hold = holds.get(hold_id)
        if hold is None or hold.released_at is not None:
            continue
        if entry.kind == "hold" and event == "grew":
            if private is None:
                raise _lost(entry, hold_id)
            holds[hold_id] = replace(hold, ever=hold.ever | set(private["members"]))
        elif entry.kind == "release" and event == "asked":
            holds[hold_id] = replace(
                hold,
                release_asked_by=entry.actor,
                release_asked_at=entry.time,
                release_asked_index=entry.index,
                release_reason=private["reason"] if private else None,
            )
        elif entry.kind == "release" and event == "confirmed":
            asked_here = public.get("asked") == hold.release_asked_index
            if hold.release_asked_by and asked_here and entry.actor != hold.release_asked_by:
                holds[hold_id] = replace(hold, released_by=entry.actor, released_at=entry.time)
    return holds


def _placed(entry: Logged, hold_id: str, private: Mapping[str, Any] | None) -> Hold:
    if private is None:
        raise _lost(entry, hold_id)
    members: Sequence[str] = private["members"]
    until = entry.public.get("until")
    return Hold(
        hold_id=hold_id,
        scope=Scope(private["scope"]["kind"], tuple(private["scope"]["values"])),
        rule=str(entry.public["rule"]),
        statute=str(entry.public["statute"]),
        reason=str(private["reason"]),
        placed_by=entry.actor,
        placed_at=entry.time,
        until=datetime.fromisoformat(until) if until else None,
        index=entry.index,
        details=private.get("details", {}),
        anchors=frozenset(members),
        ever=frozenset(members),
    )


def _lost(entry: Logged, hold_id: str) -> LedgerError:
    return LedgerError(
        f"The private part of {hold_id} is gone: what it keeps cannot be told.",
        where=f"entry {entry.index}",
        hint="Restore the openings from a backup; nothing can be purged before.",
    )
