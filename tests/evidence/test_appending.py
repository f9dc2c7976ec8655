"""An act that is logged while something else is done: the commit is in two halves."""

import os
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lamplighter.evidence import journal
from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import LedgerError
from lamplighter.evidence.journal import FILE, Journal
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.verifier.lamplighter_verify import main as verify_alone
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def act(number: int) -> Act:
    return Act("note", NOW, "user:1", {"n": number}, b"private %d" % number)


def logged(ledger: Ledger, count: int = 1) -> int:
    """Log acts one by one; the ledger's size."""
    for _ in range(count):
        with ledger.appending([act(ledger.size)]) as entries:
            pass
        assert entries == [ledger.size - 1]
    return ledger.size


def sound(folder: Path, size: int) -> None:
    report = verify_folder(folder, Steps(quiet=True))
    assert not report.findings and report.size == size
    with Ledger.open(folder) as reader:
        for at in range(size):
            assert reader.opening(at) == b"private %d" % at


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    with Ledger.create(tmp_path / "w", "example.org/log") as ledger:
        ledger.append([act(at) for at in range(5)])
    return tmp_path / "w"


def test_a_reader_and_a_stranger_see_it_beside_the_writer(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(workspace, write=True) as ledger:
        size = logged(ledger, 300)
        with Ledger.open(workspace) as reader:
            assert reader.size == size and reader.opening(size - 1) == b"private %d" % (size - 1)
        copied = workspace.with_name("copied")
        shutil.copytree(workspace / "ledger", copied)
        key = str(workspace / "keys" / "log.pub")
        assert verify_alone([str(copied), "--key", key]) == 0, capsys.readouterr().out
    sound(workspace, size)


def test_nothing_is_seen_of_it_before_the_body_is_done(workspace: Path) -> None:
    with (
        Ledger.open(workspace, write=True) as ledger,
        ledger.appending([act(5)]) as entries,
        Ledger.open(workspace) as reader,
    ):
        assert reader.size == 5 and not entries
    sound(workspace, 6)


def test_large_acts_go_the_other_way_and_none_is_none(workspace: Path) -> None:
    with Ledger.open(workspace, write=True) as ledger:
        size = logged(ledger, 2)
        with ledger.appending([Act("note", NOW, "user:1", {}, os.urandom(1 << 17))]) as entries:
            pass
        assert entries == [size]
        with ledger.appending([]) as entries:
            pass
        assert entries == [] and ledger.size == size + 1


def test_the_body_may_fail_and_the_act_is_logged_all_the_same(workspace: Path) -> None:
    with Ledger.open(workspace, write=True) as ledger:
        with pytest.raises(RuntimeError), ledger.appending([act(5)]):
            raise RuntimeError
        assert ledger.size == 6 and logged(ledger) == 7
    sound(workspace, 7)


def test_the_record_is_on_disk_before_the_checkpoint_gets_its_name(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    replace, flush, append = Path.replace, Journal.flush, Journal.append

    def flushed(self: Journal) -> None:
        flush(self)
        order.append("flushed")

    def replaced(self: Path, target: Path) -> Path:
        order.append(target.name)
        return replace(self, target)

    def written(self: Journal, base: bytes, record: bytes) -> None:
        order.append("record")
        append(self, base, record)

    with Ledger.open(workspace, write=True) as ledger:
        monkeypatch.setattr(Journal, "flush", flushed)
        monkeypatch.setattr(Path, "replace", replaced)
        monkeypatch.setattr(Journal, "append", written)
        logged(ledger, 2)
        assert order == ["record", "flushed", "checkpoint"] * 2


#: Calls to the system that a commit makes, by name.
CALLS: list[tuple[Any, str]] = [
    (os, "open"), (os, "write"), (os, "pwrite"), (os, "fsync"), (os, "fdatasync"), (Path, "replace"),
]  # fmt: skip


@pytest.mark.parametrize("after", range(0, 120, 3))
def test_killed_at_every_step_nothing_acknowledged_is_lost(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """At the n-th call: while the one before is taken over, in a commit, while the journal, which is
    soon full, is brought to the log's own files."""
    monkeypatch.setattr(journal, "CAPACITY", 24_000)
    said, say = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            left = [after]

            def counted(real: Any) -> Any:
                def call(*given: Any, **named: Any) -> Any:
                    left[0] -= 1
                    if left[0] < 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return real(*given, **named)

                return call

            with os.fdopen(say, "wb", 0) as out:
                ledger = Ledger.open(workspace, write=True)
                logged(ledger, after % 7)
                for where, name in CALLS:
                    setattr(where, name, counted(getattr(where, name)))
                while True:
                    out.write(b"%d\n" % logged(ledger))
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(say)
    os.waitpid(child, 0)
    with os.fdopen(said, "rb") as pipe:
        acknowledged = max([5, *map(int, pipe.read().split())])
    with Ledger.open(workspace, write=True) as ledger:
        assert ledger.size >= acknowledged
        size = logged(ledger)
    sound(workspace, size)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("after", range(5))
def test_a_disk_that_is_full_at_any_step_loses_nothing(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, call: tuple[Any, str], after: int
) -> None:
    """Some call fails, and those after it for a while; then there is room again."""
    with Ledger.open(workspace, write=True) as ledger:
        size = logged(ledger, 4)
        left = [after]
        with monkeypatch.context() as broken:
            real = getattr(*call)

            def until_full(*given: Any, **named: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    raise OSError(28, "No space left on device", "somewhere")
                return real(*given, **named)

            broken.setattr(*call, until_full)
            for _ in range(3):
                try:
                    size = logged(ledger)
                except LedgerError:
                    assert ledger.size == size
                    assert not verify_folder(workspace, Steps(quiet=True)).findings
        try:
            assert logged(ledger) == size + 1
            size += 1
        except LedgerError as error:  # a record that could not be taken back
            assert "takes nothing more" in error.what and call[1] in ("pwrite", "fdatasync")
            with pytest.raises(LedgerError, match="takes nothing more"):
                ledger.append_bulk("listing.received", "system:ingest", NOW, [b"x"] * 100)
    with Ledger.open(workspace, write=True) as ledger:
        # What may be there after all was in the journal when the disk failed.
        assert size <= ledger.size <= size + (call[1] in ("pwrite", "fdatasync"))
        size = logged(ledger)
    sound(workspace, size)
    assert not (workspace / FILE).exists()
