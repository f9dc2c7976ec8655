"""The market: same seed same bytes, whatever the blocks and threads; files complete or absent."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lamplighter.foundation.errors import LamplighterError, UsageError
from lamplighter.simulate.batches import SIMULATED_SCHEMA, simulate
from lamplighter.simulate.market import write_market
from lamplighter.simulate.truth import TRUTH_SCHEMA


def _tables(listings: int, seed: int, **options: object) -> tuple[pa.Table, pa.Table]:
    blocks = list(simulate(listings, seed, **options))  # type: ignore[arg-type]
    return (
        pa.Table.from_batches([block.listings for block in blocks]).combine_chunks(),
        pa.Table.from_batches([block.truth for block in blocks]).combine_chunks(),
    )


@pytest.mark.parametrize(("block", "threads"), [(700, 1), (1999, 3), (100_000, 2)])
def test_blocks_and_threads_change_nothing(block: int, threads: int) -> None:
    expected = _tables(5000, 3)
    found = _tables(5000, 3, block=block, threads=threads)
    assert found[0].equals(expected[0])
    assert found[1].equals(expected[1])


def test_another_seed_is_another_market() -> None:
    one, other = _tables(300, 1)[0], _tables(300, 2)[0]
    assert not set(one["text"].to_pylist()) & set(other["text"].to_pylist())


@pytest.mark.parametrize("listings", [1, 2, 3, 17, 199])
def test_small_markets_are_whole(listings: int) -> None:
    table, truth = _tables(listings, 9)
    table.validate(full=True)
    assert table.schema.equals(SIMULATED_SCHEMA)
    assert truth.schema.equals(TRUTH_SCHEMA)
    assert truth.num_rows == listings
    assert len(set(truth["listing_id"].to_pylist())) == listings


@pytest.mark.parametrize("ending", ["csv", "jsonl", "jsonl.gz", "jsonl.zst", "parquet"])
def test_files_repeat_byte_for_byte(tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    truth = tmp_path / "truth.csv"
    rows = write_market(400, 5, first, truth, threads=1)
    assert write_market(400, 5, second, threads=2) == rows == 402
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [first.name, second.name, "truth.csv"]
    )
    lines = list(csv.DictReader(truth.open(encoding="utf-8")))
    assert len(lines) == 400
    assert set(lines[0]) == {"listing_id", "template_id", "operation_id", "kind", "planted"}


def test_formats_agree(tmp_path: Path) -> None:
    paths = {ending: tmp_path / f"m.{ending}" for ending in ("csv", "jsonl.gz", "parquet")}
    for path in paths.values():
        write_market(300, 8, path)
    table = pq.read_table(paths["parquet"])
    rows = list(csv.DictReader(paths["csv"].open(encoding="utf-8", newline="")))
    packed = gzip.decompress(paths["jsonl.gz"].read_bytes())
    lines = [json.loads(line) for line in packed.splitlines()]
    assert [row["text"] for row in rows] == table["text"].to_pylist()
    assert [line["text"] for line in lines] == table["text"].to_pylist()
    assert [line.get("images") for line in lines] == table["images"].to_pylist()
    images = [json.loads(row["images"]) if row["images"] else None for row in rows]
    assert images == table["images"].to_pylist()
    assert rows[0]["posted_at"] == lines[0]["posted_at"]
    assert rows[0]["posted_at"].endswith("Z")


def test_wrong_use_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not say which format"):
        write_market(10, 1, tmp_path / "market.xlsx")
    with pytest.raises(UsageError, match="no mix 'none'"):
        write_market(10, 1, tmp_path / "market.csv", mix="none")
    with pytest.raises(UsageError, match="no vocabulary 'third'"):
        write_market(10, 1, tmp_path / "market.csv", vocabulary="third")
    with pytest.raises(UsageError, match="at least one listing"):
        write_market(0, 1, tmp_path / "market.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LamplighterError, match="could not be written"):
        write_market(10, 1, tmp_path / "file" / "market.csv")
