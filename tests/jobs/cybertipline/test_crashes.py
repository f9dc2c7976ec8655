"""A crash at any write to the ledger: the report is finished once, and its listings held once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.holds.read import holds_of
from lamplighter.jobs.cybertipline.deeds import ask, confirm
from lamplighter.jobs.cybertipline.desk import TipDesk
from lamplighter.jobs.cybertipline.drafting import draft
from lamplighter.jobs.cybertipline.filing import file, go_on
from lamplighter.jobs.cybertipline.request import DraftRequest
from lamplighter.reporting.cybertipline.stand_in import StandIn
from lamplighter.workspace.workspace import Workspace
from tests.jobs.cybertipline.kills import crash_desk


class PowerError(Exception):
    """The plug was pulled."""


def no_wait(seconds: float) -> None:
    raise AssertionError(f"asked to wait {seconds} s")


def test_pulled_at_any_write(
    shop: Path, operation: str, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = 0
    for writes in range(30):
        with Workspace.open(shop, write=True) as opened, TipDesk(opened) as desk:
            report = draft(desk, operation, DraftRequest(again=True), "ann").draft.report
            ask(desk, report, by="ann", note="it is warranted")
            confirm(desk, report, by="ben", note="I agree")
            left = [writes]
            append = opened.ledger.append

            # Every second pull comes after the write and before its answer.
            def pulled(
                acts: Sequence[Act],
                left: Any = left,
                append: Any = append,
                after: bool = writes % 2 == 0,
            ) -> range:
                left[0] -= 1
                if left[0] < 0 and not after:
                    raise PowerError
                done: range = append(acts)
                if left[0] < 0:
                    raise PowerError
                return done

            with monkeypatch.context() as patched:
                patched.setattr(opened.ledger, "append", pulled)
                try:
                    file(desk, report, no_wait)
                except PowerError:
                    pulls += 1
            ends = left[0] >= 0
        with Workspace.open(shop, write=True) as opened, TipDesk(opened) as desk:
            list(go_on(desk, None, by="ann", note="", pause=no_wait))
            found = desk.overview(report)
            assert found.state == "finished"
            held = [one for one in holds_of(opened.ledger).values()
                    if one.details.get("report") == report]  # fmt: skip
            assert [one.hold_id for one in held] == [found.standing.hold]
            assert found.draft.case.prior_reports == tuple(
                one.standing.report_id for one in desk.overviews() if one.draft.report != report
            )
        assert len(service.finished) == writes + 1
        if ends:
            break
    assert pulls > 8


def test_killed_at_the_desk_it_is_still_one_report(
    made: Path, operation: str, tmp_path: Path
) -> None:
    assert crash_desk(made, operation, tmp_path, kills=4, seed=1) >= 1
