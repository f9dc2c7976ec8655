"""A loss of power: what was flushed is there, of everything else any part may be missing."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lamplighter.evidence import journal as journal_file
from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.journal import FILE, HEADER, Journal, Record, read_journal
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.tree_writer import drop_partials
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.evidence.writer import Writer
from lamplighter.foundation.progress import Steps

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def acts(first: int, count: int) -> list[Act]:
    return [
        Act("note", NOW, "user:1", {"n": first + n}, b"private %d" % (first + n) if n % 3 else None)
        for n in range(count)
    ]


def files_of(folder: Path) -> dict[Path, bytes]:
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def fail(
    disk: dict[Path, bytes], now: dict[Path, bytes], folder: Path, chance: random.Random
) -> None:
    """What may be on disk afterwards, in a folder: `disk` was flushed, `now` is what a reader saw."""
    for name in ("ledger", "openings", "objects"):
        (folder / name).mkdir(parents=True)
    for path in disk.keys() | now.keys():
        old, new = disk.get(path), now.get(path)
        if path.name == FILE:  # flushed at each commit; what comes behind may be anything
            assert new is not None
            end = len(new.rstrip(b"\0"))
            kept = new[:end] + chance.choice([b"", b"LJ01", chance.randbytes(200)])
        else:
            torn = (new or b"")[: chance.randrange(len(new or b"") + 1)]
            options = [old, new, torn, torn.ljust(len(new or b""), b"\0"), b""]
            chosen = old if old == new else chance.choice(options)
            if old is not None and new is not None and new.startswith(old) and chosen is not None:
                chosen = old + chosen[len(old) :]  # an append leaves what was there
            if chosen is None:
                continue
            kept = chosen
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(kept)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_acknowledged_is_lost_with_the_power(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "w"
    disk: dict[Path, bytes] = {}
    real = Writer._settle

    def settle(writer: Writer) -> None:
        real(writer)
        disk.clear()
        disk.update(files_of(folder))

    # A journal that is full after a few commits, and partial tiles that go at once.
    monkeypatch.setattr(journal_file, "CAPACITY", chance.choice([20_000, 60_000, 1 << 20]))
    monkeypatch.setattr(Writer, "_settle", settle)
    monkeypatch.setattr(
        Writer, "_drop", lambda self, old, new: drop_partials(folder / "ledger", old, new)
    )
    with Ledger.create(folder, "example.org/log") as ledger:
        ledger.append(acts(0, chance.choice([1, 200, 255, 256, 300, 65_500])))
    disk.update(files_of(folder))
    with Ledger.open(folder, write=True) as ledger:
        for _ in range(chance.randrange(1, 40)):
            ledger.append(acts(ledger.size, chance.randrange(1, 30)))
        size, root = ledger.size, ledger.root
        after = tmp_path / "after"
        fail(disk, files_of(folder), after, chance)
    if seed % 2:  # whoever comes first only wants to read
        with Ledger.open(after) as reader:
            assert (reader.size, reader.root) == (size, root)
    with Ledger.open(after, write=True) as ledger:
        assert (ledger.size, ledger.root) == (size, root)
        assert not (after / FILE).exists()
        report = verify_folder(after, Steps(quiet=True))
        assert not report.findings and not report.notes and report.size == size
        for index in {0, size - 1, *(chance.randrange(size) for _ in range(20))}:
            entry = ledger.entry(index)
            said = b"private %d" % entry.public["n"]
            assert ledger.opening(index) == (said if entry.commitment else None)
        ledger.append(acts(size, 3))
    assert not verify_folder(after, Steps(quiet=True)).findings


def test_a_record_that_was_cut_or_is_of_another_journal_is_none(tmp_path: Path) -> None:
    record = Record(
        7, [b"an entry", b"another"], [("000000000000000.seg", 12, b"block")], b"signed"
    )
    assert Record.unpack(record.pack()) == record
    with Journal(tmp_path) as journal:
        assert journal.is_ready() and not journal.records
        journal.append(b"base", record.pack())
        journal.append(b"base", record._replace(first=9).pack())
        assert read_journal(tmp_path) == (b"base", [record, record._replace(first=9)])
        data = (tmp_path / FILE).read_bytes()
        end = len(data.rstrip(b"\0"))
        for cut in (end - 1, end - len(record.pack()) - 3):
            (tmp_path / FILE).write_bytes(data[:cut])
            assert read_journal(tmp_path)[1] == [record]
        (tmp_path / FILE).write_bytes(b"\5\0\0\0other".ljust(HEADER, b"\0") + data[HEADER:])
        assert read_journal(tmp_path) == (b"", [])


def test_what_is_erased_is_not_in_the_journal_either(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "w", "example.org/log") as ledger:
        ledger.append([Act("note", NOW, "user:1", {}, b"a secret of somebody")])
        assert b"a secret of somebody" in (tmp_path / "w" / FILE).read_bytes()
        ledger.erase([0], actor="user:1", reason="rule 1")
        assert not any(
            b"a secret of somebody" in data for data in files_of(tmp_path / "w").values()
        )
        assert ledger.opening(0) is None
    assert not (tmp_path / "w" / FILE).exists()


def test_a_disk_without_room_for_a_journal_takes_acts_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.create(tmp_path / "w", "example.org/log") as ledger:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Journal, "_make", full)
        assert ledger.append(acts(0, 3)) == range(3)
    assert not verify_folder(tmp_path / "w", Steps(quiet=True)).findings


def test_a_journal_of_another_state_of_the_log_is_told(tmp_path: Path) -> None:
    """Say, a backup of the log that is older than that of the journal."""
    folder, old = tmp_path / "w", tmp_path / "old"
    with Ledger.create(folder, "example.org/log") as ledger:
        ledger.append(acts(0, 300))
    shutil.copytree(folder, old)
    with Ledger.open(folder, write=True) as ledger:
        ledger.append(acts(300, 100))
        ledger.append(acts(400, 2))
        shutil.copy(folder / FILE, old / FILE)
    with pytest.raises(TamperError, match="missing"):
        Ledger.open(old, write=True)
    (old / FILE).unlink()
    assert not verify_folder(old, Steps(quiet=True)).findings
