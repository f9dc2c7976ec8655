"""A hold: what is kept, why, by whom, until when."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lamplighter.foundation.errors import UsageError

#: What a hold may name. A filter holds every listing that matches it, now or later.
SCOPES = ("operation", "listing", "account", "phone", "filter")
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_SHOWN = 5
_HOLD_ID = re.compile(rf"hold-[{_ALPHABET}]{{10}}")


@dataclass(frozen=True)
class Scope:
    """What a hold or an export names: a kind of SCOPES and its values.

    For `filter` the values are `key=value` (account, phone, from, to, city …), all of which must
    hold; for the other kinds any one of them.
    """

    kind: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.kind not in SCOPES or not self.values or not all(self.values):
            raise UsageError(
                "Nothing is named.",
                where=self.kind,
                hint="Give --operation, --listing, --account, --phone, --from or --to.",
            )

    def sentence(self) -> str:
        """What is meant, for people."""
        shown = ", ".join(self.values[:_SHOWN])
        more = len(self.values) - _SHOWN
        return f"{self.kind} {shown}{f' and {more:,} more' if more > 0 else ''}"


@dataclass(frozen=True)
class Hold:
    """A hold as its acts made it. Times are aware UTC."""

    hold_id: str
    scope: Scope
    rule: str
    statute: str
    reason: str
    placed_by: str
    placed_at: datetime
    until: datetime | None  # None: until it is released
    index: int  # ledger index of the act that placed it
    details: Mapping[str, Any] = field(default_factory=dict)  # report id and the like
    anchors: frozenset[str] = frozenset()  # listing ids that it covered when it was placed
    ever: frozenset[str] = frozenset()  # every listing id that it covered at any time
    release_asked_by: str | None = None
    release_asked_at: datetime | None = None
    release_asked_index: int | None = None
    release_reason: str | None = None
    released_by: str | None = None
    released_at: datetime | None = None

    def active(self, now: datetime) -> bool:
        """True while it keeps: not released, and its end not reached."""
        return self.released_at is None and (self.until is None or now < self.until)

    def state(self, now: datetime) -> str:
        """`active`, `release asked`, `expired` or `released`."""
        if self.released_at is not None:
            return "released"
        if not self.active(now):
            return "expired"
        return "release asked" if self.release_asked_by else "active"


def new_hold_id() -> str:
    """A random id (49 bits): acts are written before their place in the log is known."""
    return "hold-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def check_hold_id(hold_id: str) -> str:
    """The id, or UsageError."""
    if not _HOLD_ID.fullmatch(hold_id):
        raise UsageError(
            "This is not the id of a hold.",
            where=repr(hold_id)[:60],
            hint="`lamplighter evidence holds WORKSPACE` lists them.",
        )
    return hold_id
