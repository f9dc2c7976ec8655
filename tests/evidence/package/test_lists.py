"""Load files and tables: golden files, and nothing that a hostile value could break."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.evidence.package.document import Document, Numbered
from lamplighter.evidence.package.load_file import FIELDS, dat, documents_csv, opt

GOLDEN = Path(__file__).parent / "golden"
WHEN = datetime(2026, 11, 24, 9, 30, 5, tzinfo=UTC)


def numbered(place: int = 1, native: str | None = "json", **fields: str) -> Numbered:
    number = f"LL{place:07d}"
    suffix = f".{native}" if native else ".json"
    document = Document("media" if native == "jpg" else "original", 0, 40 + place, WHEN,
                        "system:ingest", f"post {place}", suffix=suffix, fields=fields)  # fmt: skip
    name = f"NATIVES/0001/{number}{suffix}" if native else None
    return Numbered(document, number, "LL0000001", "LL0000002", f"TEXT/0001/{number}.txt", name,
                    "ab" * 32, 12)  # fmt: skip


ITEMS = [
    numbered(1, title="Oak table, four chairs", city="Utrecht", phone="+31 30 555 0100",
             posted_at="2026-11-23T22:15:00+00:00", operation_id="op-77"),
    numbered(2, "jpg"),
    numbered(3, None, title="=HYPERLINK(\"x\")\r\nþorn ® \x14 \"quoted\", done\x1b[2J"),
]  # fmt: skip


def test_golden_files() -> None:
    for name, made in (
        ("production.dat", dat(ITEMS)),
        ("production.opt", opt(ITEMS)),
        ("documents.csv", documents_csv(ITEMS)),
    ):
        assert b"".join(made) == (GOLDEN / name).read_bytes(), name


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_value_stays_in_its_field(title: str, listing: str) -> None:
    item = numbered(1, title=title)
    item = replace(item, document=replace(item.document, listing_id=listing))
    lines = b"".join(dat([item])).decode("utf-8-sig").split("\r\n")
    assert len(lines) == 3 and lines[2] == ""
    for line in lines[:2]:
        values = line.split("\x14")
        assert len(values) == len(FIELDS)
        assert all(v[0] == v[-1] == "þ" and "þ" not in v[1:-1] and len(v) > 1 for v in values)
    text = b"".join(documents_csv([item])).decode("utf-8-sig")
    head, row = list(csv.reader(io.StringIO(text, newline="")))
    assert len(head) == len(row) == len(FIELDS)
    assert not row[FIELDS.index("TITLE")].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert b"".join(opt([item])) == b""  # no image


def test_an_image_is_a_page_and_a_document_without_one_has_no_line() -> None:
    lines = b"".join(opt([numbered(1), numbered(2, "jpg"), numbered(3, "png"), numbered(4, "tif")]))
    assert lines.decode().splitlines() == [
        "LL0000002,VOL001,NATIVES\\0001\\LL0000002.jpg,Y,Y,,1",
        "LL0000004,VOL001,NATIVES\\0001\\LL0000004.tif,Y,,,1",
    ]


def write_golden() -> None:
    """Run by hand after a change that was meant, and look at the difference."""
    for name, made in (
        ("production.dat", dat),
        ("production.opt", opt),
        ("documents.csv", documents_csv),
    ):
        (GOLDEN / name).write_bytes(b"".join(made(ITEMS)))
