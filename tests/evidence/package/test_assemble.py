"""A whole bag from plain documents: valid for `bagit` and `case_validate`, whatever listings say."""

from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest
from case_utils.case_validate import validate

from lamplighter.evidence.package.assemble import Proved, write_documents, write_lists, write_log
from lamplighter.evidence.package.bag import BagWriter
from lamplighter.evidence.package.bates import Bates
from lamplighter.evidence.package.custody_graph import Custody, CustodyAct
from lamplighter.evidence.package.document import Document, Numbered
from lamplighter.evidence.package.page import Facts
from lamplighter.foundation.errors import UsageError

WHEN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
EVIL = '../../etc/x\n<script>alert(1)</script>"=cmd|\u202e\x1b[2J'


def make(folder: Path) -> tuple[list[Numbered], str]:
    documents = [
        Document("original", 1, 0, WHEN, "system:ingest", EVIL, EVIL, b'{"row":1}', ".json", {"title": EVIL}),
        Document("published", 1, 1, WHEN, "platform:x", EVIL, "shown"),
        Document("media", 1, 0, WHEN, "system:ingest", EVIL, "", b"\xff\xd8\xff", ".jpg"),
        Document("original", 2, 2, WHEN, "system:ingest", "b", "second", b"{}"),
    ]  # fmt: skip
    acts = [
        CustodyAct(0, "listing.received", WHEN, "system:ingest"),
        CustodyAct(3, "hold", WHEN, "user:a", EVIL),
    ]
    custody = Custody("example.org/log", "export-1", EVIL, WHEN, "user:a", "user:b")
    facts = Facts("export-1", EVIL, EVIL, WHEN, "user:a", "user:b", "example.org/log", 9, "cm9vdA==",
                  "example.org/log+1+AA", 1, [EVIL])  # fmt: skip
    folder.mkdir()
    bag = BagWriter(folder)
    items = write_documents(bag, documents, Bates("AB", 10, 5))
    write_lists(bag, items, acts, custody, facts)
    write_log(
        bag, b"note", "key", [Proved(0, b"{}", [b"\x01"], "open", b"s", items[0].native_name)]
    )
    return items, bag.close({"External-Description": EVIL, "Bagging-Date": "2026-11-24"})


def test_bagit_and_case_accept_it(tmp_path: Path) -> None:
    items, _ = make(tmp_path / "bag")
    assert [item.number for item in items] == ["AB00010", "AB00011", "AB00012", "AB00013"]
    assert {(i.family_first, i.family_last) for i in items[:3]} == {("AB00010", "AB00012")}
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    result = validate(str(tmp_path / "bag" / "data" / "custody.jsonld"), inference="none")
    assert result.conforms, result.text


def test_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    assert make(tmp_path / "one")[1] == make(tmp_path / "two")[1]


def test_what_a_listing_says_reaches_no_file_name_and_no_markup(tmp_path: Path) -> None:
    make(tmp_path / "bag")
    for path in (tmp_path / "bag").rglob("*"):
        assert path.name.isascii() and "etc" not in path.name
    page = (tmp_path / "bag" / "data" / "MANIFEST.html").read_text()
    assert "<script>" not in page and "&lt;script&gt;" in page
    text = (tmp_path / "bag" / "data" / "TEXT" / "0001" / "AB00010.txt").read_text()
    assert "\x1b" not in text and "\\x1b[2J" in text
    native = tmp_path / "bag" / "data" / "NATIVES" / "0001" / "AB00010.json"
    assert native.read_bytes() == b'{"row":1}'


@pytest.mark.parametrize("prefix", ["", "a", "../A", "A B", "A,B", "A" * 17])
def test_a_bates_prefix_is_plain(prefix: str) -> None:
    with pytest.raises(UsageError):
        Bates(prefix)
