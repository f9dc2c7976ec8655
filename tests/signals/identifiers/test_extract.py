"""The table of identifiers as a whole."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from lamplighter.signals.identifiers import IDENTIFIER_SCHEMA, extract
from tests.signals.identifiers.columns import column, read

_TEXTS: list[str | None] = [
    "call 415-555-2671 or 415.555.2671, mail kim@example.com",
    None,
    "",
    "Ünïcode — 🔥 ４１５ 555 2671 → www.example.com/x",
    "telegram: @some_name, zelle 415-555-2671",
    "nothing here",
]


def _extract(texts: list[str | None]) -> pa.Table:
    nothing = column([None] * len(texts))
    return extract(column(texts), column(texts), column(texts), nothing, nothing, nothing)


def test_schema_and_order() -> None:
    table = _extract(_TEXTS)
    assert table.schema.equals(IDENTIFIER_SCHEMA)
    table.validate(full=True)
    keys = [(row["row"], ("title", "text", "phone", "email", "url").index(row["field"]), row["start"])
            for row in table.to_pylist()]  # fmt: skip
    assert keys == sorted(keys)


def test_a_repeated_value_is_kept_once_a_field_and_in_every_field() -> None:
    rows = [
        row for row in _extract(_TEXTS).to_pylist() if row["row"] == 0 and row["kind"] == "phone"
    ]
    assert [(row["field"], row["raw"]) for row in rows] == [
        ("title", "415-555-2671"), ("text", "415-555-2671"), ("phone", "415-555-2671"),
    ]  # fmt: skip


def test_spans_count_code_points() -> None:
    for row in read(_TEXTS):
        text = _TEXTS[row["row"]]
        assert text is not None
        assert text[row["start"] : row["end"]] == row["raw"]


def test_no_rows_and_slices() -> None:
    assert _extract([]).num_rows == 0
    whole = column(_TEXTS)
    part = whole.slice(3, 2)
    nothing = column([None, None])
    found = extract(nothing, part, nothing, nothing, nothing, nothing)["value"].to_pylist()
    assert found == [row["value"] for row in read(_TEXTS[3:5])]


def test_order_of_rows_and_threads_change_nothing() -> None:
    texts = [text for text in _TEXTS for _ in range(50)]
    shuffled = list(range(len(texts)))
    random.Random(3).shuffle(shuffled)

    def of_row(table: pa.Table, places: list[int]) -> list[tuple[object, ...]]:
        return sorted(
            (places[row["row"]], row["kind"], row["value"], row["field"], row["start"], row["end"])
            for row in table.to_pylist()
        )

    alone = of_row(_extract(texts), list(range(len(texts))))
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: _extract([texts[at] for at in shuffled]), range(4)))
    assert all(of_row(run, shuffled) == alone for run in runs)
