"""Which listings a hold covers now: what it names, what followed, and all it ever covered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from lamplighter.evidence.holds.hold import Hold


class Linked(Protocol):
    """Which listing is in which operation, by the newest linking."""

    def operations_of(self, listings: Collection[str]) -> set[str]:
        """The operations in which any of these listings is."""

    def members(self, operations: Collection[str]) -> set[str]:
        """The listings of these operations; an unknown one has none."""


def covered(hold: Hold, named: Iterable[str], linked: Linked) -> set[str]:
    """Listing ids that the hold covers.

    `named` is what its scope matches today. For an operation that is not enough: its id derives
    from its members and changes when they do, so the hold also follows every operation in which a
    listing is that was a member when the hold was placed. What it ever covered stays covered.
    Later members do not pull in further operations: one wrong link would otherwise hold the site.
    """
    found = set(named) | hold.ever
    if hold.scope.kind == "operation":
        found |= linked.members(linked.operations_of(hold.anchors))
    return found


def arrivals(holds: Mapping[str, Hold], cover: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Per hold, what it covers now and no act has recorded yet."""
    fresh = {hold_id: cover[hold_id] - hold.ever for hold_id, hold in holds.items()}
    return {hold_id: ids for hold_id, ids in fresh.items() if ids}
