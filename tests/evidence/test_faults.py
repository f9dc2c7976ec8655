"""Crashes, full disks, folders that may not be written."""

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lamplighter.evidence import disk
from lamplighter.evidence import ledger as ledger_module
from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps
from tests.evidence.crash import kill_once

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KILLS = 25
ROOT = Path(__file__).parents[2]


def acts(count: int) -> list[Act]:
    return [Act("note", NOW, "user:1", {"n": n}, b"private %d" % n) for n in range(count)]


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "w", "example.org/log").close()
    outcomes = [kill_once(tmp_path / "w", seed) for seed in range(KILLS)]
    sizes = [outcome.size for outcome in outcomes]
    assert sizes == sorted(sizes) and sizes[-1] > 500
    assert sum(outcome.acknowledged > 0 for outcome in outcomes) > KILLS // 4


STEPS = ("openings", "files", "checkpoint", "rename")


@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_fails_at_any_step_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The disk is full after each step of a commit in turn; then there is room again."""
    with Ledger.create(tmp_path / "w", "example.org/log") as ledger:
        ledger.append(acts(300))
        before = ledger.checkpoint()
        with monkeypatch.context() as broken:
            fail = OSError(28, "No space left on device", "somewhere")

            def no_room(*_: object) -> None:
                raise fail

            if step == "openings":
                broken.setattr(os, "fdatasync", no_room)
            elif step == "files":
                real = disk.write_files

                def half(files: list[tuple[Path, bytes]]) -> None:
                    real(files[: len(files) // 2])
                    no_room()

                broken.setattr(ledger_module, "write_files", half)
            elif step == "checkpoint":
                broken.setattr(ledger_module, "replace_file", no_room)
            else:
                broken.setattr(Path, "replace", no_room)
            with pytest.raises(LedgerError, match="Nothing of this batch was acknowledged"):
                ledger.append(acts(500))
        assert ledger.checkpoint() == before
        assert not verify_folder(tmp_path / "w", Steps(quiet=True)).findings
        assert ledger.append(acts(500)) == range(300, 800)
        report = verify_folder(tmp_path / "w", Steps(quiet=True))
        assert not report.findings and not report.notes


def test_a_file_that_may_not_grow_is_a_clear_error(tmp_path: Path) -> None:
    """A real limit of the kernel (RLIMIT_FSIZE), in a process of its own."""
    Ledger.create(tmp_path / "w", "example.org/log").close()
    program = (
        "import resource, signal, sys, os\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from lamplighter.evidence.ledger import Ledger\n"
        "from lamplighter.evidence.errors import LedgerError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, {resource.RLIM_INFINITY}))\n"
        "with Ledger.open(Path(sys.argv[1]), write=True) as ledger:\n"
        "    while True:\n"
        "        rows = [os.urandom(300) for _ in range(20)]\n"
        "        try:\n"
        "            ledger.append_bulk('listing.received', 'system:ingest', datetime.now(UTC), rows)\n"
        "        except LedgerError as error:\n"
        "            print(ledger.size, error)\n"
        "            break\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "w")], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=True,
    )  # fmt: skip
    size = int(run.stdout.split()[0])
    assert size > 0 and "File too large" in run.stdout and "make room" in run.stdout
    report = verify_folder(tmp_path / "w", Steps(quiet=True))
    assert not report.findings and report.size == size
    with Ledger.open(tmp_path / "w", write=True) as ledger:
        ledger.append(acts(100))


def test_a_full_file_system_is_a_clear_error(tmp_path: Path) -> None:
    """A file system of 2 MB, mounted for the test."""
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(mount)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"mounting a small file system is not permitted here: {done.stderr.strip()}")
    try:
        with Ledger.create(mount / "w", "example.org/log") as ledger:
            with pytest.raises(LedgerError, match="No space left"):
                for _ in range(100):
                    ledger.append_bulk(
                        "listing.received", "system:ingest", NOW, [os.urandom(300)] * 300
                    )
            assert ledger.size % 300 == 0 and ledger.size > 0
            report = verify_folder(mount / "w", Steps(quiet=True))
            assert not report.findings and report.size == ledger.size
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_a_folder_that_may_only_be_read_is_a_clear_error(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    Ledger.create(folder, "example.org/log").close()
    paths = [folder, *folder.rglob("*")]
    if os.geteuid() == 0:  # root may write anywhere, unless the file system itself says no
        done = subprocess.run(
            ["mount", "--bind", "-o", "ro", str(folder), str(folder)],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.skip(f"runs as root, and mounting is not permitted here: {done.stderr.strip()}")
    else:
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with pytest.raises(LedgerError, match="cannot be written"):
            Ledger.open(folder, write=True)
        with Ledger.open(folder) as reader:
            assert reader.size == 0
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", str(folder)], check=True)
        else:
            for path in paths:
                path.chmod(0o755 if path.is_dir() else 0o644)
