"""What may go wrong around the job: killed, no room, no permission. Nothing may look complete."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lamplighter.foundation.errors import InputError
from lamplighter.jobs.folder import finished_folder
from lamplighter.listings.sources import find_sources
from lamplighter.simulate.market import write_market

COMMAND = [sys.executable, "-c", "from lamplighter.cli.main import run; run()"]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("market") / "market.jsonl"
    write_market(3_000, 4, path, path.with_suffix(".csv"))
    return path


def _command(market: Path, out: Path) -> list[str]:
    return [*COMMAND, "link", str(market), "--out", str(out), "--json"]


def test_killed_at_any_moment_nothing_looks_complete(market: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    began = time.monotonic()
    subprocess.run(_command(market, out), check=True, capture_output=True)
    whole = time.monotonic() - began
    for moment in (0.25, 0.45, 0.6, 0.75, 0.9):
        subprocess.run(["rm", "-rf", str(out)], check=True)
        with subprocess.Popen(_command(market, out), stdout=subprocess.DEVNULL) as job:
            time.sleep(whole * moment)
            job.send_signal(signal.SIGKILL)
        assert not out.exists() or (out / "run.json").stat().st_size > 0
    subprocess.run(_command(market, out), check=True, capture_output=True)
    # What the killed ones left beside it is gone as well.
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _heed_ctrl_c() -> None:
    # A suite that runs in the background hands its children a SIGINT that is ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopped_by_hand_nothing_is_left(market: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        _command(market, tmp_path / "out"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=_heed_ctrl_c,
    ) as job:
        while not list(tmp_path.glob(".out.partial-*")):
            assert job.poll() is None
            time.sleep(0.02)
        job.send_signal(signal.SIGINT)
        _, said = job.communicate(timeout=120)
    assert job.returncode == 130 and b"Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_said_and_nothing_is_left(market: Path, tmp_path: Path) -> None:
    limit = 200_000

    def no_file_above() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        _command(market, tmp_path / "out"), capture_output=True, preexec_fn=no_file_above, text=True
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "hint:" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root, as which CI runs, may read everything: the answer of the system is set up.
    (tmp_path / "ads").mkdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="cannot be opened"):
        find_sources([str(tmp_path / "ads")])


def test_what_another_run_writes_is_not_removed(tmp_path: Path) -> None:
    alive = tmp_path / f".out.partial-{os.getppid()}"
    dead = tmp_path / ".out.partial-999999999"
    for folder in (alive, dead):
        folder.mkdir()
    with finished_folder(tmp_path / "out"):
        pass
    assert alive.exists() and not dead.exists()
