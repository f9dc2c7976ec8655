"""Statements, appeals and notices go with the last listing that they are about, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.holds.hold import Scope
from lamplighter.jobs.custody import holds as holds_job
from lamplighter.jobs.custody.holds import place_hold
from lamplighter.jobs.retention import purge as purge_job
from lamplighter.jobs.retention.purge import purge
from lamplighter.reporting.statement.acts import Outcome, appeal_act, statement_act
from lamplighter.reporting.statement.delay import Delay, Subject, delay_act
from lamplighter.reporting.statement.settings import read_settings
from lamplighter.reporting.statement.statement import Automated, Measure, Source, Statement
from lamplighter.workspace.workspace import Workspace
from tests.jobs.custody.house import make

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)


def _statement(workspace: Workspace, *listings: str, account: str = "", when: datetime = NOW) -> int:  # fmt: skip
    ground = read_settings(workspace.folder).ground("fraud")
    said = Statement(
        f"lamp-{'-'.join(listings) or account}", 0, Measure.REMOVAL, when, listings, account, ground,
        True, Automated.NOT, Source.OWN, ("text",), None, "en",
    )  # fmt: skip
    return workspace.ledger.append([statement_act(said, when)])[0]


def _appeal(workspace: Workspace, statement: int, state: Outcome, when: datetime = NOW) -> int:
    act = appeal_act(0, statement, state, by="user:u1", now=when, clock={},
                     private={"puid": "x", "text": "the words of a poster", "contact": "me@x"})  # fmt: skip
    return workspace.ledger.append([act])[0]


def _notice(workspace: Workspace, listing: str, received: int | None, when: datetime = NOW) -> int:
    private = orjson.dumps({"listing_id": listing, "row": {"notice": "the words of a notifier"}})
    public = {"topic": "notice", "received": received}
    return workspace.ledger.append([Act("note", when, "notifier:public", public, private)])[0]


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    for module in (holds_job, purge_job):
        monkeypatch.setattr(module, "now", lambda: NOW + timedelta(days=days))


def _open(workspace: Workspace, *entries: int) -> list[bool]:
    return [workspace.ledger.opening(entry) is not None for entry in entries]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Four listings, two of one account, which a hold keeps."""
    with make(tmp_path) as made:
        place_hold(made, Scope("account", ("acc1",)), rule="own", by="u7", reason="r")
        _later(monkeypatch, 400)
        yield made


def test_what_is_about_listings_that_go_goes(workspace: Workspace) -> None:
    gone = [_statement(workspace, "b1"), _statement(workspace, account="acc3")]
    gone += [_appeal(workspace, gone[0], Outcome.RECEIVED), _appeal(workspace, gone[0], Outcome.UPHELD)]  # fmt: skip
    gone.append(_notice(workspace, "b1", 4))
    stays = [_statement(workspace, "a1", "b1"), _statement(workspace, account="acc1")]
    stays.append(_notice(workspace, "https://market.example/l/9", None))
    done = purge(workspace, YEAR, by="u7")
    assert done["listings"] == 2 and done["kept_open"] == 0
    assert _open(workspace, *gone) == [False] * len(gone)
    assert _open(workspace, *stays) == [True] * len(stays), "a hold may be about them"


def test_without_any_hold_what_names_no_listing_of_ours_goes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make(tmp_path) as workspace:
        notice = _notice(workspace, "https://market.example/l/9", None)
        decided = Act(
            "note", NOW, "user:u1", {"topic": "notice.decided", "notices": [notice]}, b"why"
        )
        entry = workspace.ledger.append([decided])[0]
        over = Delay(Subject.ACCOUNT, "acc9", NOW + timedelta(days=25), "police", "17", "user:u1")
        runs = replace(over, until=NOW + timedelta(days=100))
        delays = [workspace.ledger.append([delay_act(one, NOW)])[0] for one in (over, runs)]
        _later(monkeypatch, 30)
        purge(workspace, timedelta(days=10), by="u7")
        assert _open(workspace, notice, entry) == [False, False]
        assert _open(workspace, *delays) == [True, True]
        _later(monkeypatch, 60)
        purge(workspace, timedelta(days=10), by="u7")
        assert _open(workspace, *delays) == [False, True]


@pytest.mark.parametrize("state", [Outcome.RECEIVED, Outcome.PARTLY])
def test_an_open_appeal_keeps_the_listing(workspace: Workspace, state: Outcome) -> None:
    statement = _statement(workspace, "b1")
    entries = [statement, _appeal(workspace, statement, Outcome.RECEIVED)]
    if state is not Outcome.RECEIVED:
        entries.append(_appeal(workspace, statement, state))
    done = purge(workspace, YEAR, by="u7")
    waits = state is Outcome.RECEIVED
    assert done["kept_open"] == waits and _open(workspace, *entries) == [waits] * len(entries)


def test_while_a_poster_may_object_the_listing_is_kept(workspace: Workspace) -> None:
    """Six months from when the statement was told (DSA art. 20), whatever the policy pack says."""
    entry = _statement(workspace, "b1", when=NOW + timedelta(days=300))
    assert purge(workspace, timedelta(days=90), by="u7")["kept_open"] == 1
    assert _open(workspace, entry) == [True]


def test_a_delay_moves_the_period_to_object(workspace: Workspace) -> None:
    entry = _statement(workspace, "b1", when=NOW + timedelta(days=100))
    until = NOW + timedelta(days=270)
    delay = Delay(Subject.STATEMENT, "lamp-b1", until, "police", "17", "user:u1")
    workspace.ledger.append([delay_act(delay, NOW + timedelta(days=100))])
    assert purge(workspace, timedelta(days=90), by="u7")["kept_open"] == 1
    assert _open(workspace, entry) == [True]


def test_somebody_told_of_it_since(workspace: Workspace) -> None:
    entry = _notice(workspace, "b1", 4, when=NOW + timedelta(days=390))
    done = purge(workspace, timedelta(days=30), by="u7")
    assert done["kept_open"] == 1 and _open(workspace, entry) == [True]
