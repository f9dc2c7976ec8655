"""Intake: ledger first, then the store; known versions once; nothing screened out."""

import csv
import io
import stat
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from lamplighter.foundation.errors import InputError, LamplighterError, UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.listings.schema import LISTING_SCHEMA
from lamplighter.simulate.market import write_market
from lamplighter.simulate.platform import write_platform
from lamplighter.workspace.part_writer import STORE_SCHEMA
from lamplighter.workspace.workspace import Workspace


def take(workspace: Path, *inputs: Path, **options: Any) -> dict[str, Any]:
    with Workspace.open(workspace, write=True) as opened:
        return ingest(opened, [str(i) for i in inputs], IngestOptions(**options), Steps(quiet=True))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Workspace.create(tmp_path / "ws", name="example.org/test").close()
    return tmp_path / "ws"


def stored(workspace: Path) -> pa.Table:
    with Workspace.open(workspace) as opened:
        return pa.Table.from_batches(opened.listings.batches(), STORE_SCHEMA)


def test_a_new_workspace(home: Path) -> None:
    assert stat.S_IMODE((home / "keys" / "log.key").stat().st_mode) == 0o600
    with Workspace.open(home) as opened:
        assert opened.ledger.size == 0 and opened.listings.rows == 0
        assert opened.duckdb().execute("SELECT count(*) FROM listings").fetchone() == (0,)
    with pytest.raises(UsageError, match="not empty"):
        Workspace.create(home)
    with pytest.raises(UsageError, match="no workspace"):
        Workspace.open(home.parent)


def test_every_version_is_in_the_ledger_and_in_the_store(home: Path, tmp_path: Path) -> None:
    market = tmp_path / "market.csv"
    write_market(500, 3, market, tmp_path / "truth.csv")
    with market.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = take(home, market)
    assert told["new"] == len(rows) and told["same"] == told["rejected"] == 0
    table = stored(home)
    assert table["listing_id"].to_pylist() == [row["listing_id"] for row in rows]
    with Workspace.open(home) as opened:
        for index, row in zip(table["ledger_index"].to_pylist(), rows, strict=True):
            entry = opened.ledger.entry(index)
            assert entry.kind == "listing.received" and not entry.public
            private = orjson.loads(opened.ledger.opening(index) or b"")["row"]
            extra = orjson.loads(private.pop("extra", "{}"))
            assert private | extra == {k: v for k, v in row.items() if v}
        last = opened.ledger.entry(opened.ledger.size - 1)
        assert last.kind == "note" and last.public["new"] == len(rows)


def test_the_same_file_again_adds_no_version_but_is_recorded(home: Path, tmp_path: Path) -> None:
    market = tmp_path / "market.jsonl"
    write_market(300, 4, market, tmp_path / "truth.csv")
    first = take(home, market)
    before = stored(home)
    again = take(home, market, batch_rows=64)
    assert (again["new"], again["same"]) == (0, first["new"])
    assert stored(home).equals(before)
    assert again["ledger_size"] == first["ledger_size"] + 1
    # Also within one file, and after a later version in between.
    twice = tmp_path / "twice.jsonl"
    row = {"listing_id": "one", "text": "a bicycle", "posted_at": "2024-01-01T00:00:00Z"}
    lines = [row, row, {**row, "text": "a red bicycle"}, row]
    twice.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    assert take(home, twice)["new"] == 2


def test_a_lost_store_is_filled_from_the_ledger(home: Path, tmp_path: Path) -> None:
    files = [tmp_path / "pairs.jsonl", tmp_path / "market.parquet"]
    write_platform("sanitising", 400, 5, files[0], tmp_path / "truth.csv")
    write_market(300, 6, files[1], tmp_path / "truth.csv")
    take(home, *files)
    before = stored(home)
    assert len(before) > 500 and before["published_text"].null_count < len(before)
    for path in (home / "listings").iterdir():
        path.unlink()
    (home / "listings").rmdir()
    Workspace.open(home, write=True).close()
    assert stored(home).equals(before)


def test_acts_of_a_platform_are_entries_of_their_own(home: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    submitted = {"listing_id": "a", "text": "red bicycle, call me", "account_id": "s"}
    shown = {"published_text": "red bicycle", "published_at": "2024-01-01T00:00:00Z"}
    acted = {"moderated_by": "m1", "moderation_action": "edited"}
    pairs.write_bytes(orjson.dumps(submitted | shown | acted))
    take(home, pairs)
    with Workspace.open(home) as opened:
        entries = list(opened.ledger.entries())
        assert [e.kind for e in entries] == ["listing.received", "listing.published", "moderation",
                                             "note"]  # fmt: skip
        opened_rows = [orjson.loads(opened.ledger.opening(i) or b"")["row"] for i in range(3)]
        assert opened_rows == [submitted, shown, acted]
        assert entries[1].public == {"received": 0}
        assert entries[2].public == {"received": 0, "action": "edited"}


def test_rejected_rows_are_kept_as_they_came(home: Path, tmp_path: Path) -> None:
    broken = b'{"listing_id": "a", "text": '
    no_text = {"listing_id": "b", "colour": "red"}
    long = b'{"listing_id": "c", "text": "' + b"x" * 5_000_000 + b'"}'
    good = {"listing_id": "d", "text": "a table"}
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b"\n".join([broken, orjson.dumps(no_text), long, orjson.dumps(good)]))
    table = tmp_path / "table.csv"
    table.write_bytes(b"listing_id,text\ne,two,three\nf,\xff\xfe\ng,good\n")
    told = take(home, lines, table)
    assert (told["new"], told["rejected"], told["rows"]) == (2, 5, 7)
    with Workspace.open(home) as opened:
        found = [e for e in opened.ledger.entries() if e.kind == "listing.rejected"]
        raw = [opened.ledger.opening(e.index) for e in found]
        assert raw[0] == broken + b"\n" and b"row" not in broken
        assert orjson.loads(orjson.loads(raw[2] or b"")["row"]["extra"]) == {"colour": "red"}
        assert opened.ledger.object_path(found[1].objects[0]).read_bytes() == long + b"\n"
        assert raw[3:] == [b"e,two,three\n", b"f,\xff\xfe\n"]
        assert all(e.public["reason"] for e in found)
    (home / "rejected.known.npy").rename(tmp_path / "lost")  # it is read from the ledger again
    for _ in range(2):
        told = take(home, lines, table)
        assert (told["new"], told["rejected"], told["rejected_known"]) == (0, 5, 5)
    table.write_bytes(b"listing_id,text\ne,two,three\nf,two,three\n")
    assert (told := take(home, table))["rejected_known"] == 1 and told["rejected"] == 2
    with Workspace.open(home) as opened:
        again = [e for e in opened.ledger.entries() if e.kind == "listing.rejected"]
        assert again[:5] == found and len(again) == 6


def test_the_current_version_is_the_one_posted_last(home: Path, tmp_path: Path) -> None:
    def row(when: str | None, text: str, name: str = "a") -> dict[str, Any]:
        return {"listing_id": name, "text": text, "posted_at": when}

    rounds = [
        [row("2024-01-02T00:00:00Z", "second"), row("2024-01-01T00:00:00Z", "first")],
        [row(None, "undated"), row("2024-01-01T12:00:00Z", "between"), row(None, "b", "b")],
        [row("2024-01-03T00:00:00Z", "third")],
    ]
    for rows in rounds:
        path = tmp_path / "rows.jsonl"
        path.write_bytes(b"\n".join(orjson.dumps(each) for each in rows))
        take(home, path)
        with Workspace.open(home) as opened:
            duck = opened.duckdb()
            shown = duck.execute("SELECT text FROM listings ORDER BY listing_id").fetchall()
            every = duck.execute("SELECT count(*) FROM versions").fetchone()
    assert shown == [("third",), ("b",)] and every == (6,)
    with Workspace.open(home) as opened:
        assert opened.listings.versions_of("a")["text"].to_pylist()[-1] == "third"
        assert opened.listings.versions_of("nobody").num_rows == 0
        assert len(opened.listings.manifest.parts) == 2  # small parts are joined


def test_pairs_of_versions(home: Path, tmp_path: Path) -> None:
    when = "2024-01-0{}T00:00:00Z".format

    def give(*rows: dict[str, Any]) -> None:
        path = tmp_path / "rows.jsonl"
        path.write_bytes(b"\n".join(orjson.dumps(each) for each in rows))
        take(home, path)

    give(
        {"listing_id": "a", "text": "both", "published_text": "bot", "posted_at": when(1)},
        {"listing_id": "b", "text": "first", "posted_at": when(1)},
        {"listing_id": "b", "text": "second", "posted_at": when(2)},
    )
    give(
        {"listing_id": "b", "published_text": "secon", "moderated_by": "m"},
        {"listing_id": "c", "published_text": "no original"},
        {"listing_id": "b", "text": "third", "posted_at": when(3)},
    )
    give(
        {"listing_id": "b", "text": "", "published_text": "thir"},
        {"listing_id": "b", "published_text": "hir"},
    )
    with Workspace.open(home) as opened:
        table = pa.Table.from_batches(opened.pairs())
    assert table.schema.names == LISTING_SCHEMA.names
    names = ["listing_id", "text", "published_text", "moderated_by"]
    rows = [tuple(row[name] for name in names) for row in table.to_pylist()]
    assert rows == [
        ("a", "both", "bot", None),
        ("b", "first", None, None),
        ("b", "second", "secon", "m"),
        ("c", "", "no original", None),
        ("b", "third", "hir", None),
    ]


def test_single_listings_by_a_program(home: Path) -> None:
    with Workspace.open(home, write=True) as opened:
        one = opened.receive([{"listing_id": "a", "text": "a chair", "price": 12.5, "seat": "oak"}])
        again = opened.receive(
            [{"listing_id": "a", "text": "a chair", "price": 12.5, "seat": "oak"}]
        )
        assert (one.new, again.new, again.same) == (1, 0, 1)
        for number in range(100):
            opened.receive([{"listing_id": f"n{number}", "text": "a chair"}])
        with pytest.raises(InputError, match="Not a listing"):
            opened.receive([{"listing_id": "x", "text": "fine"}, {"text": "no id"}])
        assert opened.ledger.size == 101
    table = stored(home)
    assert table.num_rows == 101
    assert table["price"][0].as_py() == 12.5 and table["extra"][0].as_py() == '{"seat":"oak"}'


def test_one_writer_at_a_time(home: Path) -> None:
    with Workspace.open(home, write=True):
        with pytest.raises(LamplighterError):
            Workspace.open(home, write=True)
        with Workspace.open(home) as reader:
            assert reader.ledger.size == 0


def test_standard_input(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        buffer = io.BytesIO(b'{"listing_id": "a", "body": "a lamp"}\n')

    monkeypatch.setattr("sys.stdin", Given)
    assert take(home, Path("-"), mapping={"text": "body"})["new"] == 1


def test_a_damaged_part_of_the_store_is_said(home: Path) -> None:
    (home / "listings" / "store.json").write_text("{")
    with pytest.raises(LamplighterError, match="manifest") as told:
        Workspace.open(home)
    assert "ledger has every listing" in str(told.value.hint)
