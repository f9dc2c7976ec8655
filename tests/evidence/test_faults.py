"""Crashes, full disks, folders that may not be written."""

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.journal import FILE, read_journal
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


@pytest.mark.parametrize("call", [(os, "open"), (os, "write"), (os, "fsync"), (Path, "replace")])
@pytest.mark.parametrize("after", [0, 1, 3, 6, 9])
def test_a_disk_that_fails_at_any_step_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: tuple[Any, str], after: int
) -> None:
    """The disk is full after some calls of each kind; then there is room again."""
    with Ledger.create(tmp_path / "w", "example.org/log") as ledger:
        ledger.append(acts(300))
        before = ledger.checkpoint()
        left, failed = [after], []
        with monkeypatch.context() as broken:
            where, name = call
            real = getattr(where, name)

            def until_full(*args: Any, **named: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    failed.append(1)
                    raise OSError(28, "No space left on device", "somewhere")
                return real(*args, **named)

            broken.setattr(where, name, until_full)
            try:
                ledger.append(acts(500))
            except LedgerError as error:
                known = "Nothing of this batch was acknowledged" in error.what
                assert known == (ledger.checkpoint() == before)
        assert failed or ledger.size == 800
        assert not verify_folder(tmp_path / "w", Steps(quiet=True)).findings
        size = ledger.size
        assert ledger.append(acts(500)) == range(size, size + 500)
        report = verify_folder(tmp_path / "w", Steps(quiet=True))
        assert not report.findings and not report.notes


def test_all_is_on_disk_before_the_checkpoint_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that outlives a loss of power, which no kill shows: no file and no name that the
    new checkpoint speaks of is still in memory alone when the old one is replaced, and the
    replacement itself is on disk before it is acknowledged. Of a few acts the journal has it all.
    """
    names = ("open", "write", "pwrite", "fsync", "fdatasync", "mkdir")
    real = {name: getattr(os, name) for name in names}
    paths: dict[int, Path] = {}
    dirty: set[Path] = set()
    named: list[set[Path]] = []

    def opened(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_CREAT and not Path(path).exists():
            dirty.add(Path(path).parent)
        handle: int = real["open"](path, flags, *rest, **more)
        paths[handle] = Path(path)
        return handle

    def written(handle: int, data: Any) -> int:
        dirty.add(paths[handle])
        count: int = real["write"](handle, data)
        return count

    def placed(handle: int, data: Any, offset: int) -> int:
        dirty.add(paths[handle])
        count: int = real["pwrite"](handle, data, offset)
        return count

    def flushed(handle: int) -> None:
        real["fsync"](handle)
        dirty.discard(paths[handle])

    def flushed_data(handle: int) -> None:
        real["fdatasync"](handle)
        dirty.discard(paths[handle])

    def made(path: Any, *rest: Any, **more: Any) -> None:
        real["mkdir"](path, *rest, **more)
        dirty.add(Path(path).parent)

    def renamed(self: Path, target: Path) -> Path:
        named.append(set(dirty))
        os.rename(self, target)  # noqa: PTH104 (the real one is replaced)
        if self in dirty:
            dirty.remove(self)
            dirty.add(target)
        dirty.add(target.parent)
        return target

    def needed(files: set[Path], *sizes: int) -> set[Path]:
        """Without partial tiles that only a checkpoint between these sizes asked for."""
        widths = {str((size >> (8 * level)) % 256) for size in sizes for level in range(3)}
        return {path for path in files if path.parent.suffix != ".p" or path.name in widths}

    Ledger.create(tmp_path / "w", "example.org/log").close()
    fakes = (opened, written, placed, flushed, flushed_data, made)
    for name, fake in zip(names, fakes, strict=True):
        monkeypatch.setattr(os, name, fake)
    monkeypatch.setattr(Path, "replace", renamed)
    with Ledger.open(tmp_path / "w", write=True) as ledger:
        for count in (1, 254, 1, 1, 70_000, 3, 1, 300):
            named.clear()
            before = ledger.size
            ledger.append(acts(count))
            assert len(named) == 1
            if count > 64:
                assert not needed(named[0], before, ledger.size) and not needed(dirty, ledger.size)
            else:
                assert tmp_path / "w" / FILE not in named[0] | dirty
                assert read_journal(tmp_path / "w")[1][-1].first == before
        ledger.append(acts(5))
        size = ledger.size
    assert not needed(dirty, size)


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
