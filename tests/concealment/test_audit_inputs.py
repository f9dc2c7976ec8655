"""What the audit can be given: a workspace, an archive with a log, two exports; and what it refuses."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lamplighter.concealment.originals import LogOrder, missing_originals
from lamplighter.concealment.pairs import PAIR_SCHEMA
from lamplighter.foundation.errors import InputError, UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.ingest import IngestOptions, ingest
from lamplighter.listings.digest_set import DigestSet
from lamplighter.simulate.platform import write_platform
from lamplighter.workspace.workspace import Workspace
from tests.concealment.test_audit_job import run


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pairs") / "pairs.parquet"
    write_platform("sanitising", 4000, 11, path, vocabulary="second")
    return path


def test_a_workspace_tells_what_its_file_tells(pairs: Path, tmp_path: Path) -> None:
    run(pairs, tmp_path / "file")
    with Workspace.create(tmp_path / "kept") as kept:
        ingest(kept, [str(pairs)], IngestOptions(mapping={}), Steps(quiet=True))
    result = run(tmp_path / "kept", tmp_path / "out")
    assert result["files"][0]["what"] == "checkpoint"
    for name in ("edits", "strip_list", "actors", "chains", "rates"):
        one, two = (pq.read_table(tmp_path / f / f"{name}.parquet") for f in ("file", "out"))
        assert one.equals(two), name
    with pytest.raises(UsageError, match="by itself"):
        run_both(tmp_path / "kept", pairs, tmp_path / "both")


def run_both(one: Path, two: Path, out: Path) -> None:
    from lamplighter.jobs.audit import audit
    from lamplighter.jobs.audit_examination import AuditOptions
    from lamplighter.signals.lexicon import load_lexicon

    audit([str(one), str(two)], out, AuditOptions(load_lexicon()), Steps(quiet=True))


def test_an_archive_with_a_log_shows_coaching(pairs: Path, tmp_path: Path) -> None:
    """What was refused is in the log alone, under its own id or under that of what came after."""
    rows = pq.read_table(pairs).to_pylist()
    shown = [row for row in rows if row["published_text"] and row["text"]]
    (tmp_path / "archive.jsonl").write_bytes(b"\n".join(
        orjson.dumps({"listing_id": row["listing_id"], "text": row["published_text"]})
        for row in shown
    ))  # fmt: skip
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(
        orjson.dumps({"listing_id": row["listing_id"], "actor": row["moderated_by"],
                      "action": row["moderation_action"], "account_id": row["account_id"],
                      "at": row["published_at"] or row["posted_at"], "posted_at": row["posted_at"],
                      "before": row["text"], "message": row["moderation_message"]})
        for row in rows if row["text"]
    ))  # fmt: skip
    result = run(tmp_path / "archive.jsonl", tmp_path / "out", archive=True,
                 log=str(tmp_path / "log.jsonl"))  # fmt: skip
    run(pairs, tmp_path / "whole")
    whole, told = (
        pq.read_table(tmp_path / f / "chains.parquet").to_pylist() for f in ("whole", "out")
    )
    wanted = {row["refused_id"] for row in whole if row["explanation"] is None}
    found = {row["refused_id"] for row in told if row["explanation"] is None}
    assert len(found & wanted) >= 0.9 * len(wanted) and len(found - wanted) <= 1
    assert any(row["message"] for row in told)
    assert result["findings"]["coaching"] >= 2 and result["findings"]["automatic_filter"] == 4


def test_images_that_went_between_two_exports_are_told(tmp_path: Path) -> None:
    for name, images in (("early", "pdq:" + "a" * 64), ("late", "")):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["listing_id", "text", "images"])
            writer.writerow(["1", "a good chair", images])
            writer.writerow(["2", "a good table", ""])
    result = run(tmp_path / "early.csv", tmp_path / "out", later=[str(tmp_path / "late.csv")])
    assert result["classes"] == {"unchanged": 1, "image_removed": 1}


def test_each_term_is_told_by_period(pairs: Path, tmp_path: Path) -> None:
    run(pairs, tmp_path / "out")
    for row in pq.read_table(tmp_path / "out" / "strip_list.parquet").to_pylist():
        firsts = [one["first"] for one in row["periods"]]
        assert firsts == sorted(set(firsts))
        assert all(0 <= one["removed"] <= one["present"] for one in row["periods"])
        assert sum(one["present"] for one in row["periods"]) >= row["present"]
        if row["entered"]:
            before = [one for one in row["periods"] if one["first"] < row["entered"] - timedelta(7)]
            assert sum(one["removed"] for one in before) <= 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"listing_id,action\n", "no entries"),
        (b"name,text\n1,2\n", "no column listing_id"),
        (b"\x1f\x8b\x08broken", "damaged"),
    ],
    ids=["empty", "header", "other columns", "packed and broken"],
)
def test_a_bad_log_is_refused_in_words(
    content: bytes, said: str, pairs: Path, tmp_path: Path
) -> None:
    log = tmp_path / ("log.csv.gz" if content[:2] == b"\x1f\x8b" else "log.csv")
    log.write_bytes(content)
    with pytest.raises(InputError, match=said):
        run(pairs, tmp_path / "out", log=str(log))
    assert not (tmp_path / "out").exists()


def posted_at(minutes: list[int]) -> Any:
    count = len(minutes)
    columns = {
        "listing_id": [f"A{at:05d}" for at in range(count)],
        "posted_at": [minute * 60_000_000 for minute in minutes],
        "action": [0] * count, "state": [1] * count, "by_poster": [False] * count,
    }  # fmt: skip
    rows = {name: columns.get(name, [None] * count) for name in PAIR_SCHEMA.names}
    return pa.table(rows, schema=PAIR_SCHEMA)


def test_clocks_that_run_backwards_are_told_and_loose_order_is_not() -> None:
    none, empty = LogOrder(), np.zeros(0, np.int64)
    minutes = [10_000 + 3 * at for at in range(1000)]
    assert missing_originals(posted_at(minutes), empty, none).num_rows == 0
    for at in (200, 400, 600):
        minutes[at] -= 500
    (told,) = missing_originals(posted_at(minutes), empty, none).to_pylist()
    assert told["kind"] == "backward_ids" and told["listings"] == ["A00200", "A00400", "A00600"]
    minutes[200], minutes[400] = minutes[199] - 60, minutes[399] - 60  # an hour: a season's clock
    minutes[600] = minutes[599]
    assert missing_originals(posted_at(minutes), empty, none).num_rows == 0
    loose = [10_000 + 3 * (at ^ 31) for at in range(1000)]
    assert missing_originals(posted_at(loose), empty, none).num_rows == 0
    whole = posted_at(list(range(0, 3000, 3)))
    (told,) = missing_originals(whole, empty, LogOrder(5000, 6, ("x",))).to_pylist()
    assert told["kind"] == "backward_log" and told["count"] == 6
    assert missing_originals(whole, empty, LogOrder(5000, 4999, ("x",))).num_rows == 0


def test_a_digest_set_is_a_set() -> None:
    chance = np.random.default_rng(3)
    mine, known = DigestSet(), set[int]()
    for _ in range(30):
        values = chance.integers(0, 9000, 700).astype(np.uint64)
        wanted = []
        for value in np.maximum(values, 1).tolist():
            wanted.append(value not in known)
            known.add(value)
        assert mine.add(values).tolist() == wanted
