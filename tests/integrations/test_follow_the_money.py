"""FollowTheMoney entities: ours alone, in the library itself, and from a workspace."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.two_people import SecondPersonError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.follow_the_money import write_follow_the_money
from lamplighter.jobs.ingest import IngestOptions, ingest, new_workspace
from lamplighter.jobs.workspace_link import link_workspace
from lamplighter.reporting.follow_the_money import Activity, Move, Post, entities
from lamplighter.simulate.market import write_market
from lamplighter.workspace.workspace import Workspace
from tests.integrations.neighbours import needs_libraries, run

DAY = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ACTIVITY = Activity("op-1", "shop", "C", "two cities in a day", ("It moved.",), DAY, DAY,
                    (Move("Denver", "Boulder", DAY, DAY), Move("Boulder", "Denver", None, None)))  # fmt: skip
POST = Post("7", "acc-1", "Sofa", "As new", DAY, "Denver", "US", "https://shop.example/7",
            (("phone", "+13125550100"), ("email", "desk@example.com"), ("handle", "x:desk")))  # fmt: skip


def test_an_operation_is_a_project_with_accounts_listings_and_trips() -> None:
    found = list(entities(ACTIVITY, [POST, replace(POST, listing_id="8", account="")]))
    kinds = [one["schema"] for one in found]
    assert kinds == ["Project", "PlainText", "PlainText", "UserAccount", "ProjectParticipant",
                     "UserAccount", "ProjectParticipant", "Address", "Address", "Trip", "Trip"]  # fmt: skip
    assert len({one["id"] for one in found}) == len(found)
    assert found[0]["properties"]["summary"][0].startswith("A lead, not a finding.")
    assert found == list(entities(ACTIVITY, [POST, replace(POST, listing_id="8", account="")]))
    other = list(entities(replace(ACTIVITY, platform="other"), [POST]))
    assert found[0]["id"] != other[0]["id"]  # two platforms' ids do not meet


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("ftm")
    write_market(800, 5, folder / "market.csv", folder / "truth.csv")
    new_workspace(folder / "shop", "test.invalid/ftm")
    with Workspace.open(folder / "shop", write=True) as workspace:
        ingest(workspace, [str(folder / "market.csv")], IngestOptions(), Steps(quiet=True))
    link_workspace(folder / "shop", 1, Steps(quiet=True))
    with Workspace.open(folder / "shop") as workspace, workspace.duckdb() as database:
        (name,) = database.execute(
            "SELECT operation_id FROM operations ORDER BY len(movement) DESC, listings DESC LIMIT 1"
        ).fetchone() or ("",)
    return folder / "shop", name


def test_the_command_writes_it_with_two_people_and_logs_it(
    shop: tuple[Path, str], tmp_path: Path
) -> None:
    folder, name = shop
    with pytest.raises(SecondPersonError):
        write_follow_the_money(folder, name, tmp_path / "x", prepared_by="a", approved_by="a",
                               recipient="desk")  # fmt: skip
    assert not (tmp_path / "x").exists()
    out = tmp_path / "op.ftm.json"
    done = CliRunner().invoke(app, [
        "report", "followthemoney", str(folder), name, "--out", str(out), "--prepared-by", "rev-1",
        "--approved-by", "rev-2", "--recipient", "desk", "--json"])  # fmt: skip
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)
    lines = out.read_text().splitlines()
    assert made["entities"] == len(lines) > 3
    with Workspace.open(folder) as workspace:
        entry = workspace.ledger.entry(made["entry"])
        assert (entry.kind, entry.actor, entry.public["approved_by"]) == (
            "export",
            "user:rev-1",
            "user:rev-2",
        )
        assert name not in json.dumps(dict(entry.public))


@needs_libraries
def test_the_library_reads_all_of_it(shop: tuple[Path, str], tmp_path: Path) -> None:
    folder, name = shop
    out = tmp_path / "op.ftm.json"
    write_follow_the_money(
        folder, name, out, prepared_by="rev-1", approved_by="rev-2", recipient="desk"
    )
    (tmp_path / "own.json").write_text(
        "".join(json.dumps(one) + "\n" for one in entities(ACTIVITY, [POST]))
    )
    found = json.loads(run("entities.py", str(out)))
    assert found["entities"] == len(out.read_text().splitlines())
    own = json.loads(run("entities.py", str(tmp_path / "own.json")))
    assert own == {"entities": 8, "edges": 1, "schemata": [
        "Address", "PlainText", "Project", "ProjectParticipant", "Trip", "UserAccount"]}  # fmt: skip
