"""The whole audit on simulated platforms, and its other inputs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from lamplighter.concealment.schema import ACTOR_SCHEMA, EDIT_SCHEMA, STRIP_SCHEMA
from lamplighter.foundation.errors import InputError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit import audit
from lamplighter.jobs.audit_examination import AuditOptions
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.platform import write_platform


def run(source: Path, out: Path, **options: Any) -> dict[str, Any]:
    return audit([str(source)], out, AuditOptions(load_lexicon(), **options), Steps(quiet=True))


@pytest.fixture(scope="module")
def sanitised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sanitised")
    write_platform("sanitising", 6000, 5, folder / "pairs.parquet", folder / "truth.parquet")
    run(folder / "pairs.parquet", folder / "out")
    return folder


def test_a_sanitising_platform_is_seen_through(sanitised: Path) -> None:
    out = sanitised / "out"
    findings = {one["practice"]: one for one in orjson.loads((out / "findings.json").read_bytes())}
    assert findings["automatic_filter"]["grade"] == 4
    assert findings["coaching"]["grade"] >= 3 and findings["age_reentry"]["grade"] >= 3
    assert findings["missing_originals"]["grade"] >= 3
    truth = pq.read_table(sanitised / "truth.parquet").to_pylist()
    true = {row["term"] for row in truth if row["practice"] == "automatic_filter"}
    strip = pq.read_table(out / "strip_list.parquet")
    assert strip.schema == STRIP_SCHEMA
    found = {row["term"] for row in strip.to_pylist()
             if row["kind"] == "filter" and not row["explanation"]}  # fmt: skip
    assert len(found & true) >= 0.98 * len(found) and len(found) > 60
    assert pq.read_schema(out / "edits.parquet") == EDIT_SCHEMA
    assert pq.read_schema(out / "actors.parquet") == ACTOR_SCHEMA
    chains = pq.read_table(out / "chains.parquet").to_pylist()
    told = {row["refused_id"] for row in chains if row["explanation"] is None}
    planted = {row["chain"] for row in truth if row["practice"] in ("coaching", "age_reentry")}
    assert told <= planted and len(told) >= 0.9 * len(planted)
    page = (out / "report.html").read_text("utf-8")
    assert "default-src 'none'" in page and "http://" not in page and "https://" not in page


def test_the_order_of_rows_changes_nothing(sanitised: Path, tmp_path: Path) -> None:
    table = pq.read_table(sanitised / "pairs.parquet")
    rows = list(range(table.num_rows))
    pq.write_table(table.take(rows[::-1]), tmp_path / "back.parquet")
    run(tmp_path / "back.parquet", tmp_path / "out", threads=1)
    for name in ("edits", "strip_list", "actors", "chains"):
        one = pq.read_table(sanitised / "out" / f"{name}.parquet")
        assert one.equals(pq.read_table(tmp_path / "out" / f"{name}.parquet")), name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_honest_platform_has_no_more_than_weak_findings(seed: int, tmp_path: Path) -> None:
    write_platform("honest", 4000, seed, tmp_path / "pairs.parquet", vocabulary="second")
    result = run(tmp_path / "pairs.parquet", tmp_path / "out")
    assert all(grade == 1 for grade in result["findings"].values()), result["findings"]


def test_two_exports_at_different_times(sanitised: Path, tmp_path: Path) -> None:
    rows = [row for row in pq.read_table(sanitised / "pairs.parquet").to_pylist() if row["text"]]
    for name, text in (("early", "text"), ("late", "published_text")):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["listing_id", "text", "account_id", "category", "posted_at"])
            for row in rows:
                if row[text]:
                    writer.writerow([row["listing_id"], row[text], row["account_id"],
                                     row["category"], row["posted_at"].isoformat()])  # fmt: skip
    result = run(tmp_path / "early.csv", tmp_path / "out", later=[str(tmp_path / "late.csv")])
    assert result["terms"]["filter"] > 60
    assert result["classes"]["listing_removed"] > 0


def test_an_archive_with_a_log(sanitised: Path, tmp_path: Path) -> None:
    rows = [row for row in pq.read_table(sanitised / "pairs.parquet").to_pylist()
            if row["published_text"] and row["text"]]  # fmt: skip
    archive, log = tmp_path / "archive.jsonl", tmp_path / "log.jsonl"
    archive.write_bytes(b"\n".join(
        orjson.dumps({"listing_id": row["listing_id"], "text": row["published_text"]})
        for row in rows
    ))  # fmt: skip
    log.write_bytes(b"\n".join(
        orjson.dumps({"listing_id": row["listing_id"], "action": "edited", "actor": "m",
                      "at": row["published_at"], "before": row["text"]})
        for row in rows[100:]
    ))  # fmt: skip
    result = run(archive, tmp_path / "out", archive=True, log=str(log))
    assert result["terms"]["filter"] + result["terms"]["judgement"] > 60
    assert result["classes"]["no_original"] == 100


def test_an_input_without_published_versions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("listing_id,text\n1,a chair\n2,a table\n", "utf-8")
    with pytest.raises(InputError, match="No listing has a published version"):
        run(tmp_path / "plain.csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()
