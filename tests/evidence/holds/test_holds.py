"""Holds as a fold over acts, and what they cover."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.holds.acts import ask_release, confirm_release, fold, grow, place
from lamplighter.evidence.holds.coverage import arrivals, covered
from lamplighter.evidence.holds.hold import Scope, check_hold_id, new_hold_id
from lamplighter.evidence.holds.pack import find_rule
from lamplighter.foundation.errors import UsageError

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HOLD = "hold-23456789ab"


@dataclass(frozen=True)
class Line:
    index: int
    kind: str
    time: datetime
    actor: str
    public: Any


class Operations:
    """The newest linking, as pairs."""

    def __init__(self, pairs: Sequence[tuple[str, str | None]]) -> None:
        self.pairs = pairs

    def operations_of(self, listings: Collection[str]) -> set[str]:
        return {op for listing, op in self.pairs if op and listing in listings}

    def members(self, operations: Collection[str]) -> set[str]:
        return {listing for listing, op in self.pairs if op in operations}


def logged(acts: Sequence[Act]) -> list[tuple[Line, bytes | None]]:
    """Acts as the ledger gives them back."""
    return [
        (Line(at, act.kind, act.time, act.actor, json.loads(json.dumps(act.public))), act.private)
        for at, act in enumerate(acts)
    ]


def placed(rule: str = "litigation", **more: Any) -> Act:
    scope = Scope("operation", ("op-1",))
    given = {"by": "user:a", "reason": "claim 7", "members": {"l2", "l1"}, "now": NOW, **more}
    return place(HOLD, scope, find_rule(rule), **given)


def test_a_hold_says_what_why_by_whom_and_until_when() -> None:
    hold = fold(logged([placed("us/cybertipline", details={"report": "123"})]))[HOLD]
    assert hold.scope == Scope("operation", ("op-1",)) and hold.reason == "claim 7"
    assert hold.placed_by == "user:a" and hold.placed_at == NOW and hold.details["report"] == "123"
    assert hold.until == datetime(2027, 11, 24, 9, 30, tzinfo=UTC)
    assert hold.anchors == hold.ever == {"l1", "l2"}
    assert hold.active(NOW) and hold.state(NOW + timedelta(days=366)) == "expired"


def test_nothing_personal_is_in_public() -> None:
    act = placed()
    assert act.private is not None
    for secret in ("op-1", "claim 7", "l1"):
        assert secret not in json.dumps(act.public) and secret.encode() in act.private


def test_a_person_may_lengthen_a_statute_and_not_shorten_it() -> None:
    early, late = NOW + timedelta(days=1), NOW + timedelta(days=900)
    assert fold(logged([placed("us/cybertipline", until=early)]))[HOLD].until == NOW.replace(
        year=2027
    )
    assert fold(logged([placed("us/cybertipline", until=late)]))[HOLD].until == late
    assert fold(logged([placed("own", until=late)]))[HOLD].until == late
    assert fold(logged([placed("litigation")]))[HOLD].until is None


def test_release_takes_a_reason_and_another_person() -> None:
    asked = ask_release(HOLD, by="user:a", reason="settled", now=NOW)
    for second, released in (("user:a", False), ("user:b", True)):
        acts = [placed(), asked, confirm_release(HOLD, 1, by=second, now=NOW)]
        hold = fold(logged(acts))[HOLD]
        assert (hold.released_by == "user:b") is released
        assert hold.state(NOW) == ("released" if released else "release asked")
        assert hold.release_reason == "settled"


def test_a_confirmation_is_of_the_request_it_names() -> None:
    """A confirmed request cannot be swapped for a later one, nor made before it."""
    asked = ask_release(HOLD, by="user:a", reason="x", now=NOW)
    again = ask_release(HOLD, by="user:c", reason="y", now=NOW)
    confirm = confirm_release(HOLD, 1, by="user:b", now=NOW)
    assert fold(logged([placed(), asked, again, confirm]))[HOLD].released_at is None
    assert fold(logged([placed(), confirm, asked]))[HOLD].released_at is None
    assert fold(logged([confirm, asked, placed()]))[HOLD].released_at is None


def test_what_a_hold_keeps_must_be_known() -> None:
    lines = logged([placed()])
    with pytest.raises(LedgerError, match="private part"):
        fold([(lines[0][0], None)])


def test_a_released_hold_stays_released() -> None:
    acts = [
        placed(),
        ask_release(HOLD, by="user:a", reason="x", now=NOW),
        confirm_release(HOLD, 1, by="user:b", now=NOW),
        placed(by="user:evil"),
        grow(HOLD, ["l9"], now=NOW),
    ]
    hold = fold(logged(acts))[HOLD]
    assert hold.placed_by == "user:a" and "l9" not in hold.ever and not hold.active(NOW)


def test_it_covers_what_arrives_later_and_all_it_ever_covered() -> None:
    hold = fold(logged([placed(), grow(HOLD, ["l3"], now=NOW)]))[HOLD]
    # The operation's id has changed, one member left, two came.
    operations = Operations(
        [
            ("l1", "op-9"),
            ("l4", "op-9"),
            ("l5", "op-9"),
            ("l3", "op-8"),
            ("x", "op-8"),
            ("l2", None),
        ]
    )
    found = covered(hold, [], operations)
    assert found == {"l1", "l2", "l3", "l4", "l5"}  # not x: l3 came later and pulls nothing in
    assert arrivals({HOLD: hold}, {HOLD: found}) == {HOLD: {"l4", "l5"}}
    # Split: both halves that hold an anchor are kept.
    split = Operations([("l1", "op-1"), ("l2", "op-2"), ("y", "op-2")])
    assert covered(hold, [], split) == {"l1", "l2", "l3", "y"}


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["o1", "o2", None])), max_size=9),
    st.sets(st.sampled_from("abcdef")),
    st.sets(st.sampled_from("abcdef")),
)
def test_coverage_never_shrinks(
    pairs: list[tuple[str, str | None]], members: set[str], more: set[str]
) -> None:
    scope = Scope("operation", ("o1",))
    act = place(HOLD, scope, find_rule("own"), by="user:a", reason="r", members=members, now=NOW)
    before = fold(logged([act]))[HOLD]
    after = fold(logged([act, grow(HOLD, more, now=NOW)]))[HOLD]
    operations = Operations(pairs)
    assert members <= covered(before, [], operations)
    assert covered(before, [], operations) | more == covered(after, [], operations)


def test_ids_and_scopes_are_checked() -> None:
    assert check_hold_id(new_hold_id()) != new_hold_id()
    for wrong in ("hold-1", "../x", "hold-23456789a\n"):
        with pytest.raises(UsageError):
            check_hold_id(wrong)
    with pytest.raises(UsageError):
        Scope("operation", ())
    with pytest.raises(UsageError):
        Scope("everything", ("x",))
