"""Which listings a hold covers now: what it names, what followed, and all it ever covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from lamplighter.evidence.holds.hold import Hold


class Operations:
    """Which listing is in which operation, by the newest linking."""

    def __init__(self, pairs: Iterable[tuple[str, str | None]]) -> None:
        self._of: dict[str, str] = {}
        self._members: dict[str, set[str]] = defaultdict(set)
        for listing, operation in pairs:
            if operation is not None:
                self._of[listing] = operation
                self._members[operation].add(listing)

    def members(self, operation: str) -> set[str]:
        """The listings of an operation; empty if there is none of this id."""
        return self._members.get(operation, set())

    def of(self, listing: str) -> str | None:
        """The operation of a listing, if it is in one."""
        return self._of.get(listing)


def covered(hold: Hold, named: Iterable[str], operations: Operations) -> set[str]:
    """Listing ids that the hold covers.

    `named` is what its scope matches today. For an operation that is not enough: its id derives
    from its members and changes when they do, so the hold also follows every operation in which a
    listing is that was a member when the hold was placed. What it ever covered stays covered.
    Later members do not pull in further operations: one wrong link would otherwise hold the site.
    """
    found = set(named) | hold.ever
    if hold.scope.kind == "operation":
        follow = {operations.of(listing) for listing in hold.anchors} | set(hold.scope.values)
        for operation in follow - {None}:
            found |= operations.members(str(operation))
    return found


def arrivals(holds: Mapping[str, Hold], cover: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Per hold, what it covers now and no act has recorded yet."""
    fresh = {hold_id: cover[hold_id] - hold.ever for hold_id, hold in holds.items()}
    return {hold_id: ids for hold_id, ids in fresh.items() if ids}
