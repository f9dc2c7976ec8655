"""Intake that is killed, has no room, may not write, or is not alone: nothing acknowledged is lost."""

import resource
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps
from lamplighter.simulate.market import write_market
from lamplighter.workspace.workspace import Workspace
from tests.jobs.intake_kills import Victims, kill_once

COMMAND = [sys.executable, "-c", "from lamplighter.cli.main import run; run()"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Workspace.create(tmp_path / "ws", name="example.org/test").close()
    return tmp_path / "ws"


def test_killed_at_random_moments(home: Path) -> None:
    with Victims() as victims:
        outcomes = [kill_once(victims, home, seed) for seed in range(25)]
    assert sum(each.acknowledged > 0 for each in outcomes) > 10
    # Some kills fell between the ledger and the store, and were made good.
    assert any(each.replayed for each in outcomes)


def _ingest(home: Path, source: Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def no_file_above() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [*COMMAND, "ingest", str(home), str(source), "--no-link", "--json"],
        capture_output=True, text=True, preexec_fn=no_file_above,
    )  # fmt: skip


def _ids(home: Path) -> list[str]:
    with Workspace.open(home, write=True) as opened:
        found: list[str] = []
        for batch in opened.listings.batches(["listing_id"]):
            found += batch.column(0).to_pylist()
    assert not verify_folder(home, Steps(quiet=True)).findings
    return found


def test_no_room(home: Path, tmp_path: Path) -> None:
    one, market = tmp_path / "one.jsonl", tmp_path / "market.jsonl"
    one.write_bytes(orjson.dumps({"listing_id": "first", "text": "a lamp"}))
    assert _ingest(home, one).returncode == 0
    write_market(2_000, 5, market, tmp_path / "truth.csv")
    failed = _ingest(home, market, 200_000)
    assert failed.returncode == 1, failed.stderr
    assert "hint:" in failed.stderr and "Traceback" not in failed.stderr
    assert "first" in _ids(home)
    done = _ingest(home, market)
    assert done.returncode == 0, done.stderr
    wanted = {orjson.loads(line)["listing_id"] for line in market.read_bytes().splitlines()}
    assert set(_ids(home)) == wanted | {"first"}
    assert len(_ids(home)) == 1 + len(market.read_bytes().splitlines())


def test_a_second_writer_is_told_to_wait(home: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    one.write_bytes(orjson.dumps({"listing_id": "first", "text": "a lamp"}))
    with Workspace.open(home, write=True) as opened:
        opened.receive([{"listing_id": "mine", "text": "a chair"}])
        refused = _ingest(home, one)
        assert refused.returncode == 1 and "wait" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert _ids(home) == ["mine"]
    assert _ingest(home, one).returncode == 0
    assert _ids(home) == ["mine", "first"]


def test_a_folder_that_may_not_be_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root, as which CI runs, may write everything: the answer of the system is set up.
    from lamplighter.foundation.errors import LamplighterError
    from lamplighter.jobs.ingest import IngestOptions, ingest
    from lamplighter.workspace import part_writer

    one = tmp_path / "one.jsonl"
    one.write_bytes(orjson.dumps({"listing_id": "first", "text": "a lamp"}))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(home / "listings"))

    with monkeypatch.context() as patch:
        patch.setattr(part_writer, "write_durably", refuse)
        with (
            Workspace.open(home, write=True) as opened,
            pytest.raises(LamplighterError, match="safe in the ledger") as told,
        ):
            ingest(opened, [str(one)], IngestOptions(), Steps(quiet=True))
    assert "restore access" in str(told.value.hint)
    assert _ids(home) == ["first"]  # from the ledger
