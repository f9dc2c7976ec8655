"""Everything that can be done to a ledger by hand is found, and the entry is named."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.checkpoint import sign_checkpoint
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.merkle import leaf_hash
from lamplighter.evidence.note import SignerKey
from lamplighter.evidence.tiles import bundle, unbundle
from lamplighter.evidence.tree_writer import TreeWriter
from lamplighter.evidence.verify.report import Report
from lamplighter.evidence.verify.verify import verify_folder
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from tests.evidence import slow_tree

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def check(folder: Path, **options: object) -> Report:
    return verify_folder(folder, Steps(quiet=True), **options)  # type: ignore[arg-type]


def grow(ledger: Ledger, count: int) -> None:
    acts = [Act("note", NOW, "user:1", {"n": n}, b"private %d" % n) for n in range(count)]
    ledger.append(acts)


def made(folder: Path, *counts: int) -> Path:
    with Ledger.create(folder, "example.org/log") as ledger:
        digest = ledger.put_object(b"a picture of a couch")
        ledger.append([Act("note", NOW, "user:1", objects=[digest])])
        for count in counts:
            grow(ledger, count)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three commits: two partial tiles of older sizes are still there."""
    return made(tmp_path_factory.mktemp("small") / "w", 1, 2)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("large") / "w", 300, 400)


@pytest.fixture
def copy(large: Path, tmp_path: Path) -> Path:
    shutil.copytree(large, tmp_path / "w")
    return tmp_path / "w"


def test_an_untouched_ledger_is_valid(small: Path, large: Path) -> None:
    for folder, size in ((small, 4), (large, 701)):
        report = check(folder)
        assert (report.findings, report.notes, report.size) == ([], [], size)
        assert (report.openings, report.objects) == (size - 1, 1)


def test_every_single_byte_change_is_found_and_named(small: Path, tmp_path: Path) -> None:
    """Each byte of each file: one bit turned over, and at every fourth all bits."""
    changes = 0
    for source in sorted(path for path in small.rglob("*") if path.is_file()):
        if source.name == "ledger.lock":
            continue
        good = source.read_bytes()
        for at in range(len(good)):
            for mask in (1 << at % 8, 255) if at % 4 == 0 else (1 << at % 8,):
                source.write_bytes(good[:at] + bytes([good[at] ^ mask]) + good[at + 1 :])
                try:
                    report = check(small)
                    assert report.findings, f"{source} byte {at}"
                    if source.parent.name != "keys":
                        assert any(item.first is not None for item in report.findings), source
                except TamperError as error:
                    assert source.name == "log.pub" and "public key" in str(error)
                changes += 1
        source.write_bytes(good)
    assert changes > 2_000
    assert not check(small).findings


def test_every_truncation_is_found(small: Path) -> None:
    for source in sorted(path for path in small.rglob("*") if path.is_file()):
        if source.name == "ledger.lock" or source.parent.name == "keys":
            continue
        good = source.read_bytes()
        for length in {0, 1, len(good) // 2, len(good) - 1}:
            source.write_bytes(good[:length])
            assert check(small).findings, f"{source} cut to {length}"
        source.unlink()
        old_partial = source.parent.name.endswith(".p") and source.name != "4"
        assert bool(check(small).findings) != old_partial, f"{source} removed"
        source.write_bytes(good)


def entries_at(folder: Path, name: str) -> tuple[Path, list[bytes]]:
    path = folder / "ledger" / "tile" / "entries" / name
    return path, unbundle(path.read_bytes())


def test_a_changed_entry_is_named(copy: Path) -> None:
    path, entries = entries_at(copy, "001")
    entries[44] = entries[44].replace(b"user:1", b"user:2")
    path.write_bytes(bundle(entries))
    found = check(copy).findings
    assert [(item.what, item.first) for item in found] == [("Entry 300 was altered.", 300)]
    with pytest.raises(TamperError, match="not as it was signed") as error:
        check(copy).raise_if_invalid()
    assert "Entry 300 was altered." in str(error.value) and error.value.exit_code == 4


def test_swapped_entries_are_named_within_and_between_bundles(copy: Path) -> None:
    first_path, first = entries_at(copy, "000")
    second_path, second = entries_at(copy, "001")
    first[3], first[9] = first[9], first[3]
    first[20], second[4] = second[4], first[20]
    first_path.write_bytes(bundle(first))
    second_path.write_bytes(bundle(second))
    said = " ".join(item.what for item in check(copy).findings)
    for pair in ("Entry 9 stands where another was, and entry 3", "Entry 260 stands where another"):
        assert pair in said


def test_an_entry_changed_with_its_leaf_hash_is_told_from_the_tile_above(copy: Path) -> None:
    path, entries = entries_at(copy, "000")
    entries[7] = entries[7].replace(b"user:1", b"user:2")
    path.write_bytes(bundle(entries))
    tile = copy / "ledger" / "tile" / "0" / "000"
    hashes = tile.read_bytes()
    tile.write_bytes(hashes[: 7 * 32] + leaf_hash(entries[7]) + hashes[8 * 32 :])
    found = [item for item in check(copy).findings if "opening" not in item.what]
    assert [(item.first, item.last) for item in found] == [(0, 255)]
    assert "altered together with their hashes" in found[0].what


def test_a_tile_alone_is_told_from_its_entries(copy: Path) -> None:
    for name, place, first, last in (("0/001", 10, 266, 266), ("1/000.p/2", 1, 256, 511)):
        tile = copy / "ledger" / "tile" / name
        hashes = tile.read_bytes()
        tile.write_bytes(hashes[: place * 32] + bytes(32) + hashes[(place + 1) * 32 :])
        found = check(copy).findings
        assert [(item.first, item.last) for item in found] == [(first, last)], name
        assert "hash in a tile was altered" in found[0].what
        tile.write_bytes(hashes)


def rewrite(folder: Path, sign_with: SignerKey) -> None:
    """All entries, tiles and the checkpoint consistently rewritten, with another first entry."""
    with Ledger.open(folder) as ledger:
        entries = [entry.raw for entry in ledger.entries()]
    entries[5] = entries[5].replace(b"user:1", b"user:2")
    shutil.rmtree(folder / "ledger" / "tile")
    tree = TreeWriter(folder / "ledger", 0)
    slow_tree.write(tree.add(entries))
    note = sign_checkpoint(sign_with, tree.size, tree.root())
    (folder / "ledger" / "checkpoint").write_bytes(note)


def test_a_forged_signature_is_found(copy: Path) -> None:
    rewrite(copy, SignerKey.make("example.org/log"))
    assert "no signature of the key" in check(copy).findings[0].what


def test_history_rewritten_by_the_keyholder_is_found_with_an_older_checkpoint(copy: Path) -> None:
    kept = (copy / "ledger" / "checkpoint").read_bytes()
    rewrite(copy, SignerKey.parse((copy / "keys" / "log.key").read_text()))
    assert not check(copy).findings  # the openings are salted copies: nothing else gives it away
    found = check(copy, known=[("kept", kept)]).findings
    assert "history was rewritten" in found[0].what and found[0].last == 700


def test_a_rollback_is_found_with_a_later_checkpoint(large: Path, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    shutil.copytree(large, folder)
    with Ledger.open(folder, write=True) as ledger:
        grow(ledger, 30)
        later = ledger.checkpoint()
    shutil.rmtree(folder)
    shutil.copytree(large, folder)
    assert not check(folder).findings
    found = check(folder, known=[("later", later)]).findings
    assert "Entries 701 to 730 are missing: the log was rolled back." in found[0].what


def test_removed_openings_are_found_unless_the_log_says_that_they_were_erased(copy: Path) -> None:
    with Ledger.open(copy, write=True) as ledger:
        ledger.erase([10, 11, 600], actor="user:1", reason="retention over")
    report = check(copy)
    assert (report.findings, report.erased, report.openings) == ([], 3, 697)
    shutil.rmtree(copy / "openings")
    said = [item.what for item in check(copy).findings]
    assert said[0].startswith("Entries 1 to 9: the opening is missing")
    assert len(said) == 3


def test_an_object_swapped_for_another_is_named(copy: Path) -> None:
    digest = sha256(b"a picture of a couch").hexdigest()
    (copy / "objects" / digest[:2] / digest[2:]).write_bytes(b"a picture of a chair")
    assert check(copy).findings[0].what == "Entry 0: an object was altered."


def test_a_log_received_alone_needs_a_key_and_only_that(copy: Path) -> None:
    with Ledger.open(copy) as ledger:
        key = ledger.key
    with pytest.raises(UsageError, match="key of this log is not known"):
        check(copy / "ledger")
    report = check(copy / "ledger", key=key)
    assert not report.findings and report.size == 701 and report.openings == 0
    other = SignerKey.make("example.org/log").verifier
    assert check(copy / "ledger", key=other).findings


def test_a_folder_without_a_log_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no ledger here") as error:
        check(tmp_path)
    assert "checkpoint and tile/" in str(error.value)
    (tmp_path / "bagit.txt").touch()
    with pytest.raises(UsageError) as error:
        check(tmp_path)
    assert "evidence import" in str(error.value)


def damage_segment(folder: Path) -> None:
    segment = next((folder / "openings").glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-5])


def damage_tile(folder: Path) -> None:
    (folder / "ledger" / "tile" / "0" / "002.p" / "189").write_bytes(bytes(189 * 32))


@pytest.mark.parametrize("damage", [damage_segment, damage_tile])
def test_damage_stops_a_writer_before_it_makes_it_worse(
    copy: Path, damage: Callable[[Path], None]
) -> None:
    damage(copy)
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    with pytest.raises((TamperError, LedgerError)):
        Ledger.open(copy, write=True)
    assert before == {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
