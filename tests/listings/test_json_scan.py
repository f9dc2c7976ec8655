"""The fast reading of JSON lines against orjson, object by object."""

import json
from typing import Any

import numpy as np
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.listings.json_rows import as_text
from lamplighter.listings.json_scan import keys_of, scan

NAMES = ["listing_id", "text", "é", "price", "", "images"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = (
    TEXT | st.none() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
    | st.lists(TEXT, max_size=3) | st.dictionaries(TEXT, TEXT, max_size=2)
    | st.decimals(-9999, 9999, places=2).map(float)
)  # fmt: skip
LINES = st.dictionaries(st.sampled_from([*NAMES, "Text", "other"]), VALUES, max_size=6)
WRITTEN = st.sampled_from(["compact", "blanks", "ascii"])


def written(value: dict[str, Any], how: str) -> bytes:
    if how == "compact":
        return orjson.dumps(value)
    return json.dumps(value, ensure_ascii=how == "ascii").encode()


def read(lines: list[bytes]) -> list[dict[str, str | None] | None]:
    """What the scan makes of each line; None where it leaves the line to orjson."""
    data = np.frombuffer(b"".join(lines), np.uint8)
    ends = np.cumsum([len(line) for line in lines]).astype(np.int64)
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    found = scan(data, begins, ends, keys_of(NAMES))
    rows = np.flatnonzero(found.plain)
    out: list[dict[str, str | None] | None] = [None] * len(lines)
    for row in rows:
        out[row] = {}
    for number, name in enumerate(NAMES):
        column = found.column(number, rows)
        for row, value in zip(rows, column.to_pylist() if column else [], strict=False):
            if found.size[row, number] != -2:
                out[row][name] = value  # type: ignore[index]
    return out


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(LINES, WRITTEN), min_size=1, max_size=6))
def test_what_is_read_is_what_orjson_reads(lines: list[tuple[dict[str, Any], str]]) -> None:
    for (value, _), found in zip(lines, read([written(*line) for line in lines]), strict=True):
        if found is not None:
            assert found == {key: as_text(each) for key, each in value.items()}


@settings(deadline=None, max_examples=300)
@given(LINES, WRITTEN, st.data())
def test_a_line_that_is_no_json_is_left_to_orjson(
    value: dict[str, Any], how: str, data: st.DataObject
) -> None:
    line = bytearray(written(value, how))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(line) - 1)) if line else 0
        change = data.draw(st.sampled_from(["cut", "drop", "put"]))
        if change == "cut":
            del line[place:]
        elif line and change == "drop":
            del line[place]
        else:
            line.insert(place, data.draw(st.sampled_from(b'{}[]",:\\0019.eEu-+ \t\x01\xffndtrue')))
    try:
        (found,) = read([bytes(line)])
    except ValueError:
        return  # no UTF-8: the whole block is left to orjson
    if found is not None:
        assert found == {key: as_text(each) for key, each in orjson.loads(bytes(line)).items()}


def test_ordinary_lines_are_read() -> None:
    lines = [
        rb'{"listing_id": "a", "text": "two\nlines \u00e9\ud83d\ude00 \"q\"", "price": 12.5}',
        b'{"listing_id":"b","text":null,"price":-3,"images":["a.jpg","b.jpg"]}',
        b' { } \r',
        b'{"listing_id":"c","price":0.5}',
        b'{"listing_id":"c","price":5.0}',
    ]  # fmt: skip
    assert [found is not None for found in read(lines)] == [True] * 5


def test_what_a_writer_would_write_otherwise_is_left_alone() -> None:
    for number in (b"1.50", b"-0", b"0.0001", b"1e3", b"01", b"1234567890123456", b"1.", b".5"):
        assert read([b'{"price":%b}' % number]) == [None]
    assert read([b'{"text":"a","text":"b"}', b'{"images":["a", "b"]}', b'{"x":1}']) == [None] * 3
