"""The ledger as other floors use it."""

import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.entry import commit
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.openings import Openings
from lamplighter.evidence.reader import LedgerReader
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.progress import Steps

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def act(number: int, private: bytes | None = None) -> Act:
    return Act("note", NOW, "user:1", {"number": number}, private)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "w", "example.org/lamp")


def test_what_is_appended_is_there_after_opening_again(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.append([act(0, b"first"), act(1)]) == range(2)
    ledger.close()
    with Ledger.open(tmp_path / "w", write=True) as again:
        assert again.append([act(2, b"third")]) == range(2, 3)
        assert [entry.public["number"] for entry in again.entries()] == [0, 1, 2]
        assert [again.opening(index) for index in range(3)] == [b"first", None, b"third"]
        assert again.root == again.root_at(3)


def test_entries_of_some_kinds_are_those_that_a_full_pass_finds(ledger: Ledger) -> None:
    times = pa.array([NOW] * 700, pa.timestamp("us", "UTC"))
    ledger.append([act(0), Act("hold", NOW, "user:1", {"kind": "note"})])
    ledger.append_bulk(
        "listing.received", "system:ingest", times, pa.array([b"row"] * 700, pa.large_binary())
    )
    ledger.append([act(1), Act("access", NOW, "user:1", {"says": '"kind":"note"'}), act(2)])
    every = list(ledger.entries())
    for kinds in (["note"], ["access", "hold"], ["listing.received"], ["purge"]):
        for start, stop in ((0, None), (1, 704), (300, 703), (702, 9_999)):
            wanted = [e for e in every[start:stop] if e.kind in kinds]
            assert list(ledger.entries(start, stop, kinds=kinds)) == wanted
    assert [e.kind for e in ledger.entries(holding=b'"says":')] == ["access"]


def test_bulk_and_single_appends_make_one_log(ledger: Ledger) -> None:
    times = pa.array([NOW] * 700, pa.timestamp("us", "UTC"))
    private = pa.array([b"row %d" % row for row in range(700)], pa.large_binary())
    ledger.append([act(0)])
    indices = ledger.append_bulk(
        "listing.received", "system:ingest", times, private,
        public={"source": "a.csv"}, columns={"row": range(700)},
    )  # fmt: skip
    assert indices == range(1, 701)
    entry = ledger.entry(500)
    assert (entry.public, entry.time) == ({"row": 499, "source": "a.csv"}, NOW)
    assert ledger.opening(500) == b"row 499"
    salted = ledger.salted(500)
    assert salted and commit(*salted) == entry.commitment
    assert ledger.root == ledger.root_at(701)
    assert ledger.inclusion(500).check(entry.raw, ledger.root)
    assert ledger.consistency(1).check(ledger.root_at(1), ledger.root)


def test_what_is_erased_is_gone_and_the_entry_still_proved(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([act(number, b"secret %d" % number) for number in range(300)])
    digest = ledger.put_object(BytesIO(b"picture"))
    before = ledger.entry(7)
    logged = ledger.erase([7, 8, 250], actor="user:2", reason="retention", objects=[digest])
    assert logged == range(300, 301)
    assert ledger.entry(300).public["erased"] == [[7, 8], [250, 250]]
    assert [ledger.opening(index) for index in (6, 7, 8, 250)] == [b"secret 6", None, None, None]
    assert not ledger.object_path(digest).exists()
    assert ledger.entry(7) == before and ledger.inclusion(7).check(before.raw, ledger.root)
    stored = {opening.index: opening for opening in Openings(tmp_path / "w" / "openings").all(301)}
    assert len(stored) == 300 and {stored[i].private for i in (7, 8, 250)} == {None}
    assert {stored[i].salt for i in (7, 8, 250)} == {bytes(16)}


def test_a_second_writer_is_refused_and_readers_are_not(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([act(0)])
    with pytest.raises(LedgerError, match="Another process is writing"):
        Ledger.open(tmp_path / "w", write=True)
    reader = Ledger.open(tmp_path / "w")
    ledger.append([act(1)])
    assert reader.size == 1
    reader.refresh()
    assert reader.size == 2 and reader.entry(1).public == {"number": 1}
    with pytest.raises(LedgerError, match="opened for reading"):
        reader.append([act(2)])


@pytest.mark.parametrize(
    "wrong",
    [
        Act("gossip", NOW, "user:1"),
        Act("note", NOW, "Jane Doe"),
        Act("note", NOW.replace(tzinfo=None), "user:1"),
        Act("note", NOW, "user:1", {"price": 1.5}),  # type: ignore[dict-item]
        Act("note", NOW, "user:1", {"n": 2**53}),
        Act("note", NOW, "user:1", {"prix€": 1}),
        Act("note", NOW, "user:1", {"text": "x" * 70_000}),
        Act("note", NOW, "user:1", {"text": "\ud800"}),
        Act("note", NOW, "user:1", objects=["a" * 64]),
    ],
)
def test_an_act_that_cannot_be_logged_changes_nothing(ledger: Ledger, wrong: Act) -> None:
    ledger.append([act(0)])
    checkpoint = ledger.checkpoint()
    with pytest.raises(LedgerError):
        ledger.append([act(1), wrong])
    assert ledger.checkpoint() == checkpoint
    assert ledger.append([act(1)]) == range(1, 2)


def test_a_missing_opening_is_told_from_an_erased_one(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([act(0, b"secret")])
    for segment in (tmp_path / "w" / "openings").glob("*.seg"):
        segment.unlink()
    with pytest.raises(TamperError, match="opening of entry 0 is missing") as error:
        ledger.opening(0)
    assert error.value.entries == (0,)


def test_a_reader_sees_an_erasure_by_another_process(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([act(number, b"secret %d" % number) for number in range(3)])
    reader = Ledger.open(tmp_path / "w")
    assert reader.opening(1) == b"secret 1"
    ledger.erase([1], actor="user:1", reason="retention over")
    assert reader.opening(1) is None and reader.opening(2) == b"secret 2"


def test_an_erasure_that_a_crash_interrupted_is_finished(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logged, but the openings not yet removed: the next writer removes them."""
    ledger.append([act(number, b"secret %d" % number) for number in range(3)])

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(Openings, "erase", crash)
        ledger.erase([1], actor="user:1", reason="retention over")
    assert ledger.size == 4 and ledger.opening(1) == b"secret 1"
    ledger.close()
    with Ledger.open(tmp_path / "w", write=True) as again:
        assert again.opening(1) is None and again.opening(2) == b"secret 2"
        assert not (tmp_path / "w" / "openings" / "erasing.json").exists()


def test_who_reads_while_partial_tiles_are_cleared_away_misses_nothing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer removes a partial tile after a reader has seen that it is there."""
    for _ in range(3):
        ledger.append([act(n, b"%d" % n) for n in range(90)])
    ledger.close()
    before = shutil.copytree(tmp_path / "w", tmp_path / "before")
    reader = LedgerReader(before)
    with Ledger.open(tmp_path / "w", write=True) as writer:
        writer.append([act(n, b"%d" % n) for n in range(300)])
        writer.append([act(n) for n in range(9)])
    shutil.copytree(tmp_path / "w", before, dirs_exist_ok=True)
    cleared, real = [], Path.read_bytes

    def cleared_away(path: Path) -> bytes:
        if path.name in ("14", "58"):
            path.unlink(missing_ok=True)
            cleared.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", cleared_away)
    assert [entry.index for entry in reader.entries()] == list(range(270))
    assert not verify_folder(before, Steps(quiet=True)).findings
    assert {"14", "58"} <= set(cleared)
