"""What Coop says when it calls, read into our terms; errors name the field.

Source of the shapes: roostorg/coop, docs/api/actions.md and docs/integrations/ncmec.md (2026).
Coop's item is our listing, Coop's user our account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lamplighter.console.api.problems import Problem

#: Users and media that one request may name.
MOST_NAMED = 1_000
_MOST_ID = 500


@dataclass(frozen=True)
class Named:
    """An item by its id and Coop's type of it; both go back as they came."""

    id: str
    type_id: str


@dataclass(frozen=True)
class Action:
    """A decision made in Coop. `by` is the moderator's address, None: a rule acted."""

    item: Named
    action: str
    policies: tuple[str, ...]
    rules: tuple[str, ...]
    by: str | None
    note: str

    @property
    def reason(self) -> str:
        """Policies, rules and the moderator's note in one text."""
        parts = [
            f"policies: {', '.join(self.policies)}" if self.policies else "",
            f"rules: {', '.join(self.rules)}" if self.rules else "",
            self.note,
        ]
        return "; ".join(part for part in parts if part)[:2_000]


def read_action(body: dict[str, Any]) -> Action:
    """The body of an action callback. Problem 422."""
    action = body.get("action")
    return Action(
        item=_named(body, "item"),
        action=_text(action if isinstance(action, dict) else {}, "id", "action.id"),
        policies=_names(body, "policies"),
        rules=_names(body, "rules"),
        by=_text(body, "actorEmail", "actorEmail") if body.get("actorEmail") else None,
        note=body["actorNote"] if isinstance(body.get("actorNote"), str) else "",
    )


def read_information(body: dict[str, Any]) -> tuple[list[Named], list[Named]]:
    """Users and media that Coop asks about before a CyberTip. Problem 422."""
    return _list(body, "users"), _list(body, "media")


def read_preservation(body: dict[str, Any]) -> tuple[Named, list[Named], str]:
    """User, media and NCMEC's report id after a CyberTip. Problem 422."""
    return _named(body, "user"), _list(body, "reportedMedia"), _text(body, "reportId", "reportId")


def _named(body: dict[str, Any], name: str) -> Named:
    found = body.get(name)
    if not isinstance(found, dict):
        raise Problem(422, f"{name} is missing.", column=name)
    return Named(_text(found, "id", f"{name}.id"), _text(found, "typeId", f"{name}.typeId"))


def _list(body: dict[str, Any], name: str) -> list[Named]:
    found = body.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_NAMED:
        raise Problem(422, f"{name} is a list of at most {MOST_NAMED:,}.", column=name)
    return [_named({name: one}, name) for one in found]


def _names(body: dict[str, Any], name: str) -> tuple[str, ...]:
    found = body.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_NAMED:
        raise Problem(422, f"{name} is a list of at most {MOST_NAMED:,}.", column=name)
    return tuple(
        str(one.get("name") or one.get("id") or "")[:_MOST_ID]
        for one in found
        if isinstance(one, dict)
    )


def _text(body: dict[str, Any], key: str, column: str) -> str:
    found = body.get(key)
    if not isinstance(found, str) or not found.strip() or len(found) > _MOST_ID:
        raise Problem(422, f"{column} is a text of 1 to {_MOST_ID} characters.", column=column)
    return found
