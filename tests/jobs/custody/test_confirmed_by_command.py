"""Export and release by command, on the word that two people left in the ledger."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.confirmed import answering, asking
from lamplighter.evidence.holds.hold import Scope
from lamplighter.evidence.two_people import Deed, SecondPersonError
from lamplighter.foundation.errors import UsageError
from lamplighter.jobs.custody.holds import list_holds, place_hold
from lamplighter.workspace.workspace import Workspace
from tests.jobs.custody.house import link, make

OP = "op-1"
NOW = datetime(2026, 4, 1, tzinfo=UTC)


def confirm(workspace: Workspace, deed: Deed, subject: str = OP, second: str = "user:8") -> int:
    """What the console logs when one asks and the other answers; the confirming entry."""
    asked = workspace.ledger.append([asking(deed, subject, "user:7", NOW, "warrant 17")])[0]
    answer = answering(workspace.ledger.entry(asked), second, NOW, "seen", confirm=True)
    return workspace.ledger.append([answer])[0]


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["evidence", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_an_export_is_by_the_two_who_confirmed_it_and_once(tmp_path: Path) -> None:
    with make(tmp_path) as workspace:
        link(workspace, {"a1": OP, "a2": OP, "b1": "op-2"})
        entry = confirm(workspace, Deed.EXPORT)
        other = confirm(workspace, Deed.EXPORT, "op-2")
        alone = confirm(workspace, Deed.EXPORT, second="user:7")
        release = confirm(workspace, Deed.HOLD_RELEASE)
    folder = tmp_path / "ws"
    export = (
        "export",
        folder,
        "--operation",
        OP,
        "--reason",
        "warrant 17",
        "--out",
        tmp_path / "c",
    )
    for wrong in (other, alone, release, 0, 10_000):
        with pytest.raises(SecondPersonError):
            run(*export, "--confirmed", wrong)
    for more in (["--requested-by", "u7"], ["--operation", "op-2"]):
        with pytest.raises(UsageError):
            run(*export, "--confirmed", entry, *more)
    done = orjson.loads(run(*export, "--confirmed", entry, "--json"))
    act = Workspace.open(folder).ledger.entry(done["entry"])
    assert act.actor == "user:7"
    assert (act.public["approved_by"], act.public["confirmed"]) == ("user:8", entry)
    export = (*export[:-1], tmp_path / "again")
    with pytest.raises(SecondPersonError, match="done already"):
        run(*export, "--confirmed", entry)
    with pytest.raises(UsageError):
        run(*export)  # nobody named


def test_a_hold_is_released_by_the_two_who_confirmed_it_and_once(tmp_path: Path) -> None:
    with make(tmp_path) as workspace:
        link(workspace, {"a1": OP, "a2": OP, "b1": "op-2"})
        holds = [
            place_hold(workspace, Scope(kind, (value,)), rule="own", by="u1", reason="r")["hold"]
            for kind, value in (("operation", OP), ("operation", OP), ("operation", "op-2"),
                                ("account", "acc1"))
        ]  # fmt: skip
        entry = confirm(workspace, Deed.HOLD_RELEASE)
    folder = tmp_path / "ws"
    for hold, error in ((holds[2], SecondPersonError), (holds[3], UsageError)):
        with pytest.raises(error):
            run("release", folder, hold, "--confirmed", entry)
    with pytest.raises(UsageError):
        run("release", folder, holds[0], "--confirmed", entry, "--by", "u7")
    said = run("release", folder, holds[0], "--confirmed", entry)
    assert "asked by user:7, confirmed by user:8" in said
    with pytest.raises(SecondPersonError, match="done already"):
        run("release", folder, holds[1], "--confirmed", entry)
    states = {one["hold"]: one for one in list_holds(Workspace.open(folder))}
    assert states[holds[0]]["state"] == "released"
    assert states[holds[0]]["release_reason"] == "warrant 17"
    assert [states[hold]["state"] for hold in holds[1:]] == ["active"] * 3
