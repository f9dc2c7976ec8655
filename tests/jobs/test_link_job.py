"""The whole job: outputs, order independence, bad input."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.foundation.errors import LamplighterError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.link import LinkOptions, link
from lamplighter.listings.read import ReadOptions
from lamplighter.operations.policy_check import default_policy
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.market import write_market

RUN = CliRunner()
FILES = ("listings.parquet", "links.parquet", "templates.parquet", "operations.parquet",
         "report.html", "rejected.jsonl")  # fmt: skip


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("market")
    write_market(1_500, 4, folder / "market.jsonl", folder / "truth.csv")
    return folder / "market.jsonl", folder / "truth.csv"


def _link(source: Path, out: Path, *more: str) -> None:
    result = RUN.invoke(app, ["link", str(source), "--out", str(out), "--json", *more])
    assert result.exit_code == 0, result.output


def test_outputs_are_equal_byte_for_byte_for_shuffled_rows_and_threads(
    market: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = market[0].read_text("utf-8").splitlines()
    random.Random(3).shuffle(rows)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_text("\n".join(rows) + "\n", "utf-8")
    _link(market[0], tmp_path / "one", "--threads", "1")
    _link(shuffled, tmp_path / "two", "--threads", "2")
    for name in FILES:
        one, two = (tmp_path / side / name for side in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name
    operations = pq.read_table(tmp_path / "one" / "operations.parquet")
    assert operations.num_rows > 10
    assert all(row["reasons"] for row in operations.to_pylist())


def test_the_size_of_batches_changes_nothing(market: tuple[Path, Path], tmp_path: Path) -> None:
    for side, batch_rows in (("one", 65_536), ("two", 97)):
        options = LinkOptions(
            policy=default_policy(), lexicon=load_lexicon(), read=ReadOptions(batch_rows=batch_rows)
        )
        link([str(market[0])], tmp_path / side, options, Steps(quiet=True))
    for name in FILES:
        one, two = (tmp_path / side / name for side in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name


def test_the_size_of_blocks_changes_nothing(
    market: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _link(market[0], tmp_path / "one")
    monkeypatch.setattr("lamplighter.jobs.members.BLOCK", 40)
    monkeypatch.setattr("lamplighter.jobs.listing_rows.RANGE", 101)
    monkeypatch.setattr("lamplighter.jobs.files._LINKS", 50)
    monkeypatch.setattr("lamplighter.jobs.files._OPERATIONS", 7)
    _link(market[0], tmp_path / "two")
    for name in FILES[:4]:
        one, two = (pq.read_table(tmp_path / side / name) for side in ("one", "two"))
        assert one.num_rows > 0 and one.equals(two), name
    pages = [(tmp_path / side / "report.html").read_bytes() for side in ("one", "two")]
    assert pages[0] == pages[1]


def test_evaluate_reads_the_output(market: tuple[Path, Path], tmp_path: Path) -> None:
    _link(market[0], tmp_path / "out")
    result = RUN.invoke(
        app, ["evaluate", str(tmp_path / "out"), "--truth", str(market[1]), "--json"]
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["operations"]["recall"] > 0.9


BAD = {
    "empty.csv": b"",
    "header.csv": b"listing_id,text\n",
    "columns.csv": b"id,body\n1,a table\n",
    "binary.csv": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_end_in_a_clear_error_and_no_output(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    result = RUN.invoke(app, ["link", str(tmp_path / name), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, LamplighterError), result.output
    assert result.exception.where and result.exception.hint
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


def test_a_missing_column_is_answered_with_the_mapping_to_use(tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_bytes(BAD["columns.csv"])
    result = RUN.invoke(app, ["link", str(tmp_path / "ads.csv"), "--out", str(tmp_path / "out")])
    assert "--map listing_id=id --map text=body" in str(result.exception)
    (tmp_path / "ads.csv").write_bytes(b"x,y\n1,a table\n")
    result = RUN.invoke(app, ["link", str(tmp_path / "ads.csv"), "--out", str(tmp_path / "out")])
    assert "--map listing_id=YOUR_COLUMN --map text=YOUR_COLUMN" in str(result.exception)


def test_a_program_gets_wide_lines_and_no_empty_table(
    market: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "ads.csv").write_text("listing_id,text\na,A wooden table\nb,\n", "utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "lamplighter", "link", "--out", str(out)]
    said = subprocess.run(
        [*command, str(tmp_path / "ads.csv")], capture_output=True, text=True, check=True
    )
    assert "most urgent" not in said.stdout and f"Rejected: {out / 'rejected.jsonl'}" in said.stdout
    said = subprocess.run([*command, str(market[0])], capture_output=True, text=True, check=True)
    top = pq.read_table(out / "operations.parquet").slice(0, 1).to_pylist()[0]
    why = top["headline"].partition(": ")[2]
    assert f"{top['operation_id']}   {why[:30]}" in said.stdout


def test_bad_rows_are_rejected_with_reasons_and_the_rest_is_linked(tmp_path: Path) -> None:
    rows = [
        "listing_id,text,posted_at,latitude",
        "a,A wooden table with four chairs in good shape,2024-05-01T10:00:00Z,40.1",
        "a,A wooden table with four chairs in good shape,2024-05-01T10:00:00Z,40.1",
        "a,A wooden table with four chairs and a lamp,2024-05-03T10:00:00Z,40.1",
        "b,ชุดโต๊ะไม้พร้อมเก้าอี้สี่ตัว,9999-01-01T00:00:00Z,40.1",
        "c,طاولة خشبية مع أربعة كراسي,2024-05-01,nan",
        "d,,2024-05-01,40.1",
        ",no id at all,2024-05-01,40.1",
        "e,🪑🪑🪑,2024-05-01,40.1",
        "f,one,too,many,fields",
        "g,a\x00b,2024-05-01,40.1",
        "h,x" + "y" * 1_100_000 + ",2024-05-01,40.1",
    ]
    (tmp_path / "ads.csv").write_text("\n".join(rows) + "\n", "utf-8")
    result = RUN.invoke(
        app,
        ["link", str(tmp_path / "ads.csv"), "--out", str(tmp_path / "out"), "--json", "--strict"],
    )
    assert result.exit_code == 3, result.output
    refused = [json.loads(x) for x in (tmp_path / "out/rejected.jsonl").read_text().splitlines()]
    reasons = [row["reason"] for row in refused]
    assert sorted(reasons) == sorted(
        [
            "duplicate with the same version",
            "time before 1970 or after 2099",
            "not within -90 and 90",
            "neither text nor title",
            "no listing_id",
            "5 fields where the header has 4",
            "a NUL byte",
            "longer than 1000000 bytes",
        ]
    )
    kept = pq.read_table(tmp_path / "out/listings.parquet")
    assert sorted(kept["listing_id"].to_pylist()) == ["a", "e"]


def test_a_folder_that_is_no_output_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_text("listing_id,text\n1,a table\n2,a chair\n", "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep", "utf-8")
    result = RUN.invoke(app, ["link", str(tmp_path / "ads.csv"), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, LamplighterError)
    assert (tmp_path / "out" / "mine.txt").read_text("utf-8") == "keep"
