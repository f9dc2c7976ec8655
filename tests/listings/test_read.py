"""Reading: nothing lost, and no row changed by its neighbours."""

import csv
import gzip
import io
import json
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.foundation.errors import InputError, LamplighterError, UsageError
from lamplighter.listings.coerce import _read_times, coerce, read_number, read_time
from lamplighter.listings.json_rows import part_of_objects
from lamplighter.listings.mapping import parse_map, read_columns
from lamplighter.listings.originals import as_json, from_json
from lamplighter.listings.part import Part
from lamplighter.listings.read import ReadCounts, ReadOptions, read_listings
from lamplighter.listings.rejects import RejectWriter
from lamplighter.listings.versions import row_digest

Read = tuple[dict[str, tuple[dict[str, Any], int]], list[dict[str, Any]]]


def _read(folder: Path, name: str, data: bytes, batch_rows: int = 65_536, **mapping: str) -> Read:
    """id → (row, digest), and the rejects."""
    path = folder / name
    path.write_bytes(data)
    found: dict[str, tuple[dict[str, Any], int]] = {}
    with RejectWriter(folder / "rejected.jsonl") as rejects:
        options = ReadOptions(mapping=mapping, batch_rows=batch_rows)
        for batch in read_listings([str(path)], options, rejects, ReadCounts()):
            for row, digest in zip(batch.to_pylist(), row_digest(batch), strict=True):
                found[row["listing_id"]] = row, int(digest)
    lines = (folder / "rejected.jsonl").read_bytes().splitlines()
    return found, [json.loads(line) for line in lines]


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9_999), st.floats(-100, 100), st.text(max_size=6),
    st.sampled_from(["1e3", "$5", "12,50", "1.200,50", "nan", "2024-05-01", "2024-05-01T10:00:00Z"]),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from("jkl"), st.integers(0, 9), max_size=2),
)  # fmt: skip
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["title", "price", "posted_at", "city", "images", "Text", "more", "other"]),
        VALUES, max_size=5,
    ),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS, st.integers(0, 5))
def test_a_row_means_the_same_in_every_batch_and_order(
    tmp_path: Path, rows: list[dict[str, Any]], seed: int
) -> None:
    rows = [{"text": "a wooden table", **row, "listing_id": str(i)} for i, row in enumerate(rows)]
    whole, refused = _read(tmp_path, "a.jsonl", _lines(rows))
    assert len(whole) + len(refused) == len(rows)
    shuffled = random.Random(seed).sample(rows, len(rows))
    for batch_rows in (1, 2, 50):
        again, again_refused = _read(tmp_path, "b.jsonl", _lines(shuffled), batch_rows)
        assert again == whole
        assert sorted(r["reason"] for r in again_refused) == sorted(r["reason"] for r in refused)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.lists(st.text('ab,"\n\r é\x00', max_size=6), min_size=1, max_size=4), max_size=8)
)
def test_every_csv_record_is_taken_or_refused(tmp_path: Path, records: list[list[str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["listing_id", "text", "a long header " * 200])
    for i, record in enumerate(records):
        writer.writerow([f"id{i}", *record])
    found, refused = _read(tmp_path, "a.csv", out.getvalue().encode(), 3)
    assert len(found) + len(refused) == len(records)
    for i, record in enumerate(records):
        if f"id{i}" in found:
            assert found[f"id{i}"][0]["text"] == record[0]


def test_a_quote_that_is_never_closed_costs_its_own_row(tmp_path: Path) -> None:
    found, refused = _read(tmp_path, "a.csv", b'listing_id,text\na,"open\nb,t\nc,t\n')
    assert sorted(found) == ["b", "c"]
    assert [(r["row"], r["value"]) for r in refused] == [(1, 'a,"open\n')]


def test_broken_bytes_cost_their_own_row(tmp_path: Path) -> None:
    found, refused = _read(tmp_path, "a.csv", b"listing_id,text\na,caf\xe9\nb,caf\xc3\xa9\n")
    assert found["b"][0]["text"] == "café"
    assert refused[0]["reason"] == "bytes that are not text in the file's encoding"
    utf16 = (
        "listing_id,text\na,t\n".encode("utf-16") + b"\x00\xdc" + "b,t\nc,é\n".encode("utf-16-le")
    )
    found, refused = _read(tmp_path, "b.csv", utf16)
    assert sorted(found) == ["a", "c"] and len(refused) == 1


def test_fifty_megabytes_in_one_field_are_refused(tmp_path: Path) -> None:
    huge = b"listing_id,text\na," + b"x" * 50_000_000 + b"\nb,t\n"
    found, refused = _read(tmp_path, "a.csv", huge)
    assert list(found) == ["b"] and len(refused) == 1
    found, refused = _read(
        tmp_path, "a.jsonl", b'{"listing_id":"a","text":"' + b"x" * 50_000_000 + b'"}\n'
        b'{"listing_id":"b","text":"t"}\n',
    )  # fmt: skip
    assert list(found) == ["b"] and len(refused) == 1


def test_rows_without_a_required_key_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [{"x": 1}, {"listing_id": "a", "text": "t"}, [1], {"listing_id": "b"}]
    found, refused = _read(tmp_path, "a.jsonl", _lines(rows), 1)  # type: ignore[arg-type]
    assert list(found) == ["a"]
    assert sorted(r["reason"] for r in refused) == [
        "neither text nor title", "no listing_id", "not a JSON object"
    ]  # fmt: skip
    with pytest.raises(InputError, match="--map text=body"):
        _read(tmp_path, "b.jsonl", _lines([{"id": 1, "body": "t"}] * 3), 1)
    found, _ = _read(
        tmp_path, "b.jsonl", _lines([{"id": 1, "body": "t"}]), listing_id="id", text="body"
    )
    assert found["1"][0]["text"] == "t" and found["1"][0]["extra"] is None


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz"])
def test_an_archive_that_ends_early_is_an_error(name: str, tmp_path: Path) -> None:
    whole = gzip.compress(random.Random(1).randbytes(500).hex().encode() * 20)
    with pytest.raises(LamplighterError) as caught:
        _read(tmp_path, name, whole[: len(whole) // 2])
    assert caught.value.where and caught.value.hint


def test_parquet_bytes_lists_and_structs(tmp_path: Path) -> None:
    table = pa.table(
        {
            "listing_id": pa.array([b"a", b"\xff", b"c"], pa.binary()),
            "text": ["t", "t", "t"],
            "images": [["x.jpg"], None, []],
            "more": [{"k": 1}, None, {"k": None}],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    found, refused = _read(tmp_path, "a.parquet", sink.getvalue())
    assert sorted(found) == ["a", "c"] and len(refused) == 1
    assert found["a"][0]["images"] == ["x.jpg"]
    with pytest.raises(InputError, match="damaged"):
        _read(tmp_path, "b.parquet", sink.getvalue()[:200])


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,50", 12.5), ("1.200,50", 1200.5), ("1,200.50", 1200.5), ("$1,200", 1200.0), ("1e3", 1e3),
     ("1.200", 1.2), ("1 200", 1200.0), ("12 €", 12.0), ("ten", None), ("1,2,3", None), ("", None)],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, number: float | None) -> None:
    assert read_number(text) == number


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)), st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["T", " "]),
)  # fmt: skip
def test_the_fast_reading_of_times_equals_the_slow_one(
    moment: datetime, minutes: int, between: str
) -> None:
    text = moment.replace(tzinfo=timezone(timedelta(minutes=minutes))).isoformat(between)
    slow = read_time(text)
    fast, _ = _read_times(pa.array([text], pa.large_string()))
    assert slow is not None and fast[0].as_py() == slow[0]
    assert slow[0] == (
        datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    ) // timedelta(microseconds=1)


def test_times_with_full_stops_have_the_day_first() -> None:
    assert read_time("24.12.2025") == read_time("2025-12-24")
    assert read_time("3.2.2026 14:30") == read_time("2026-02-03T14:30:00")
    assert read_time("03.02.2026, 14:30:05") == read_time("2026-02-03T14:30:05")
    assert [read_time(text) for text in ("24.13.2025", "32.1.2025", "24.12.25", "1.2.2025 7")] == [
        None
    ] * 4
    assert read_time("12/24/2025") is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("quoted", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_what_separates_fields_is_seen_in_the_header(
    tmp_path: Path, delimiter: str, encoding: str, quoted: Literal[0, 1]
) -> None:
    file = tmp_path / "export.csv"
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, quoting=quoted)
    writer.writerow(["listing_id", "text", "price", 'size; "m|m", \tl'])
    writer.writerow(["1", "a table, oak; two chairs | lamp", "1.250,50", "x"])
    writer.writerow(["2", "two\nlines", "3", ""])
    file.write_bytes(written.getvalue().encode(encoding))
    rejects = RejectWriter(tmp_path / "r")
    batches = list(read_listings([str(file)], ReadOptions(), rejects, ReadCounts()))
    rows = pa.Table.from_batches(batches).to_pylist()
    assert [(row["listing_id"], row["text"], row["price"]) for row in rows] == [
        ("1", "a table, oak; two chairs | lamp", 1250.5), ("2", "two\nlines", 3.0),
    ]  # fmt: skip
    assert rejects.total == 0


def test_columns_of_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "lamplighter.toml"
    assert read_columns(path) == {}
    path.write_text('[columns]\ntext = "body"\n', "utf-8")
    assert read_columns(path) == {"text": "body"}
    path.write_text('[columns]\ntxt = "body"\n', "utf-8")
    with pytest.raises(UsageError, match="Did you mean text"):
        read_columns(path)
    path.write_text("[columns\n", "utf-8")
    with pytest.raises(UsageError, match="TOML"):
        read_columns(path)
    with pytest.raises(UsageError, match="OURS=THEIRS"):
        parse_map(["text"])


def test_a_missing_column_is_answered_with_all_that_look_like_ours(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("id_str,text,created_at,likes\n1,a room to let,2026-01-01,3\n")
    with pytest.raises(InputError) as raised:
        list(read_listings([str(file)], ReadOptions(), RejectWriter(tmp_path / "r"), ReadCounts()))
    assert raised.value.hint == "Perhaps: --map listing_id=id_str --map posted_at=created_at"


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_a_time_of_parquet_is_kept_as_a_text_that_reads_the_same(zone: str | None) -> None:
    moments = pa.array([0, 1_700_000_000_123_456, 4_102_444_799_999_999, None], pa.int64())
    column = moments.cast(pa.timestamp("us", zone))
    part = Part({"listing_id": pa.array(["a"] * 4, pa.large_string()), "posted_at": column},
                pa.nulls(4, pa.large_string()), np.arange(4))  # fmt: skip
    again = from_json(as_json(part).to_pylist()).columns["posted_at"].to_pylist()
    assert [None if text is None else read_time(text) for text in again] == [
        None if each is None else (each, zone is None) for each in moments.to_pylist()
    ]


def test_a_nul_byte_costs_its_own_row() -> None:
    rows = [{"listing_id": "a", "text": "x"}, {"listing_id": "b", "text": "x\0"}]
    _, refused, _ = coerce(part_of_objects(rows, {}), 100)
    assert refused.rows == {1: ("text", "x\0", "a NUL byte")}
