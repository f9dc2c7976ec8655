"""`evidence verify` compares the listing store with the ledger."""

from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.verify.report import Report
from lamplighter.foundation.progress import Steps
from lamplighter.listings.coerce import coerce
from lamplighter.listings.originals import as_part
from lamplighter.listings.versions import row_digest
from lamplighter.workspace.check_store import verify_workspace
from lamplighter.workspace.rebuilt import Rebuilt

RUN = CliRunner()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    rows = "".join(f'{{"listing_id":"L{n}","text":"oak table {n}"}}\n' for n in range(300))
    (tmp_path / "in.jsonl").write_text(rows)
    for command in (["init", str(tmp_path / "w"), "--name", "example.org/shop"],
                    ["ingest", str(tmp_path / "w"), str(tmp_path / "in.jsonl")]):  # fmt: skip
        done = RUN.invoke(app, command)
        assert done.exit_code == 0, done.output
    return tmp_path / "w"


def check(shop: Path) -> Report:
    return verify_workspace(shop, Steps(quiet=True))


def test_a_store_as_it_was_received_is_valid(shop: Path) -> None:
    report = check(shop)
    assert (report.findings, report.notes, report.versions) == ([], [], 300)
    assert "Store: 300 versions" in RUN.invoke(app, ["evidence", "verify", str(shop)]).output


def test_a_word_changed_in_the_store_and_a_missing_row_are_named(shop: Path) -> None:
    (part,) = (shop / "listings").glob("*.parquet")
    table = pq.read_table(part)
    at = table["listing_id"].to_pylist().index("L7")
    index = table["ledger_index"][at].as_py()
    texts = table["text"].to_pylist()
    texts[at] = "pine table 7"
    place = table.schema.get_field_index("text")
    changed = table.set_column(place, table.schema.field(place), pa.array(texts, pa.large_string()))
    pq.write_table(changed, part)
    assert [item.what for item in check(shop).findings] == [
        f"Entry {index}: its version was altered in the listing store."
    ]
    told = RUN.invoke(app, ["evidence", "verify", str(shop), "--json"])
    assert told.exit_code == 4
    assert RUN.invoke(app, ["evidence", "verify", str(shop), "--ledger-only"]).exit_code == 0
    pq.write_table(table.slice(1), part)
    lost = table["ledger_index"][0].as_py()
    assert [item.what for item in check(shop).findings] == [
        f"Entry {lost}: its version is missing from the listing store."
    ]


def test_a_store_that_cannot_be_read_is_a_finding(shop: Path) -> None:
    (part,) = (shop / "listings").glob("*.parquet")
    data = part.read_bytes()
    part.write_bytes(data[: len(data) // 2])
    assert "cannot be compared" in check(shop).findings[0].what


def test_what_was_erased_is_noted(shop: Path) -> None:
    with Ledger.open(shop, write=True) as ledger:
        first = next(entry.index for entry in ledger.entries() if entry.kind == "listing.received")
        ledger.erase([first], actor="user:1", reason="retention over")
    report = check(shop)
    assert not report.findings and "1 versions whose openings were erased" in report.notes[0]


VALUES = st.dictionaries(
    st.sampled_from(["title", "price", "posted_at", "extra", "city", "images"]),
    st.sampled_from(["a", "12.50", "2025-01-02T03:04:05+02:00", '\u00e9\\n"', '["x"]', "\x01\n"]),
)
PUBLISHED = st.dictionaries(
    st.sampled_from(["published_text", "published_title", "moderated_by"]),
    st.text("xé\n", max_size=3),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(VALUES, st.lists(PUBLISHED, max_size=2), st.booleans()), max_size=6))
def test_versions_are_rebuilt_as_one_by_one(
    versions: list[tuple[dict[str, str], list[dict[str, str]], bool]],
) -> None:
    """Against dictionaries, with keys that no version has in between."""
    whole: dict[int, dict[str, str]] = {}
    rebuilt = Rebuilt()
    for number, (row, acts, odd) in enumerate(versions):
        index = 10 * number
        row = {"listing_id": "é", "text": "t"} | row | ({"none": "x"} if odd else {})
        whole[index] = dict(row)
        rebuilt.add(index, "listing.received", {}, orjson.dumps({"row": row}))
        for at, act in enumerate(acts):
            whole[index].update(act)
            public = {"received": index}
            rebuilt.add(index + at + 1, "moderation", public, orjson.dumps({"row": act}))
    found, digests = rebuilt.rest().digests()
    slow = [row_digest(coerce(as_part([row]), 1 << 62, True)[0])[0] for row in whole.values()]
    assert found.tolist() == list(whole) and digests.tolist() == slow
