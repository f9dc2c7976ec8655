"""Blocks of plain records against the slow reader, byte by byte of what may go wrong."""

import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lamplighter.listings import csv_rows
from lamplighter.listings.csv_lines import Lines
from lamplighter.listings.csv_scan import plain_records
from lamplighter.listings.mapping import map_columns
from lamplighter.listings.part import Part
from lamplighter.listings.rejects import RejectWriter

HEADER = "listing_id,text,colour\n"
NAMES = ["listing_id", "text", "colour"]
PIECES = [
    b"a", b"b c", b",", b",", b",", b"\n", b"\n", b"\r\n", b"\r", b'"', b'""', b'"x"', b'"x\ny",',
    b" ", b"\xc3\xa9", b"\xff", b"\xef\xbf\xbd", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\0",
    b"1,two,three\n", b'"1","t ""w"" o",\r\n', b"NA,null,\n", b"long" * 40, b"\xe2\x80\xa8",
]  # fmt: skip


def rows_of(parts: list[Part]) -> list[tuple[Any, ...]]:
    return [
        (*row, extra, number)
        for part in parts
        for *row, extra, number in zip(
            *(part.columns[name].to_pylist() for name in sorted(part.columns)),
            part.extra.to_pylist(),
            part.numbers.tolist(),
            strict=True,
        )
    ]


def fast(data: bytes, folder: Path, bounds: tuple[int, int]) -> tuple[list[Any], list[Any]]:
    with RejectWriter(folder / "fast.jsonl") as rejects:
        stream = io.BytesIO(HEADER.encode() + data)
        parts = list(csv_rows.read_csv(stream, "some", ",", {}, bounds, rejects))
    assert all(len(part.numbers) == bounds[0] for part in parts[:-1])
    return rows_of(parts), (folder / "fast.jsonl").read_bytes().splitlines()


def slow(data: bytes, folder: Path, bounds: tuple[int, int]) -> tuple[list[Any], list[Any]]:
    with RejectWriter(folder / "slow.jsonl") as rejects:
        text = io.TextIOWrapper(io.BytesIO(data), "utf-8", "surrogateescape", newline="")
        reader = csv_rows._Reader("some", ",", NAMES, map_columns(NAMES, {}, "some"), rejects)
        part, ended = reader.one_by_one(Lines(text, 4 * bounds[1]), 10**9)
    assert ended
    return rows_of([part]), (folder / "slow.jsonl").read_bytes().splitlines()


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(1, 60), st.integers(1, 3))
@example([b"1,2,3\n"] * 9 + [b'4,"5\n'] + [b"6,7,8\n"] * 9, 20, 1)
@example([b"\xef\xbb\xbf,2,3\n"] * 3, 9, 1)
def test_as_the_slow_reader(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], block: int, at_once: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    data = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "_BLOCK", block)
        patch.setattr(csv_rows, "_ODD_AT_ONCE", at_once)
        assert fast(data, folder, (4, 30)) == slow(data, folder, (4, 30))


def test_plain_records_are_read_by_the_block(tmp_path: Path) -> None:
    good = b'1,"a ""b""\n c",\r\n2,\xc3\xa9,red\n' * 500
    plain = plain_records(good, 3, ",", 100)
    assert plain == (len(good), 1000, False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows._Reader, "one_by_one", None)
        rows, rejected = fast(good, tmp_path, (300, 100))
    assert len(rows) == 1000 and not rejected
    assert rows[0] == ("1", 'a "b"\n c', None, 1)
    assert rows[1] == ("2", "é", orjson.dumps({"colour": "red"}).decode(), 2)


@pytest.mark.parametrize(
    "odd", [b'1,a"b,2\n', b"1,2\n", b"\n", b"1,2,\xef\xbf\xbd\n", b"1,\0,2\n", b'"1"2,3,4\n', b"1,2,3\r4"]
)  # fmt: skip
def test_what_is_odd_is_told(odd: bytes) -> None:
    good = b"1,2,3\n"
    assert plain_records(good + odd + good, 3, ",", 100) == (len(good), 1, True)
    assert plain_records(good + b"1,2,3", 3, ",", 100) == (len(good), 1, False)
