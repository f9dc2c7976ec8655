"""The case file: every fact is in it, as text, in order; and nothing in a listing is markup."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.reporting.case_file.case_file import CaseFile, LogFacts, Submitted
from lamplighter.reporting.case_file.content import content
from lamplighter.reporting.case_file.not_found import not_found
from lamplighter.reporting.case_file.typeset import typeset
from lamplighter.reporting.case_file.visible import visible
from tests.reporting.leads import START, lead

HOSTILE = '#panic("x") $1 + 1$ *bold* `code` <script> \\ @ref = heading\n- item ~ é \u202eabc\u200b'


def case(listings: int = 3) -> CaseFile:
    said = [
        Submitted(f"L{number}", START + timedelta(days=number), "Houston", f"a{number % 3}",
                  "services", f"https://market.example/{number}", "Garden help",
                  f"Listing number {number}. " + HOSTILE, entry=number)
        for number in range(listings)
    ]  # fmt: skip
    said[0] = replace(said[0], published="Shown instead.", place="")
    return CaseFile(
        lead(0), said, datetime(2026, 4, 1, tzinfo=UTC), "0.1.0", "Market", "user:one", "user:two",
        "Detective desk", "2026-17", LogFacts("market.example", 12, "ab" * 32, "market+key"),
        "case.bag",
    )  # fmt: skip


def text_of(pdf: bytes, folder: Path) -> str:
    if which("pdftotext") is None:
        pytest.skip("pdftotext (Debian: poppler-utils) is not here")
    (folder / "case.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", "case.pdf", "-"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True).stdout


def test_what_is_known_is_in_the_file_as_text(tmp_path: Path) -> None:
    said = case()
    text = " ".join(text_of(typeset(said).pdf, tmp_path).split())
    for reason in said.lead.reasons:
        assert " ".join(reason.sentence.split()) in text
    for wanted in ("Operation " + said.lead.operation_id, "Band B", "user:two", "2026-17",
                   "Listing number 2.", "Shown instead.", "log entry 2", "ab" * 20,
                   "No name, age or identity", "lamplighter_verify.py"):  # fmt: skip
        assert wanted in text, wanted


def test_a_listing_is_text_and_not_markup(tmp_path: Path) -> None:
    text = text_of(typeset(case()).pdf, tmp_path)
    for wanted in ('#panic("x")', "$1 + 1$", "*bold*", "`code`", "<script>", "@ref", "= heading"):
        assert wanted in text, wanted
    assert "⟨U+202E⟩abc⟨U+200B⟩" in text


def test_it_is_tagged_and_the_same_every_time() -> None:
    pdf = typeset(case()).pdf
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert pdf == typeset(case()).pdf


def test_an_operation_with_nothing_but_one_listing_can_be_typeset() -> None:
    bare = replace(lead(2), reasons=(), templates=(), days=(), legs=(), identifiers=(), links=())
    empty = replace(case(1), lead=bare, log=None, bag="")
    assert typeset(empty).pdf.startswith(b"%PDF")
    said = " ".join(not_found(empty))
    for missing in ("No phone, email or handle", "No movement", "without a ledger"):
        assert missing in said


def test_visible_writes_out_what_cannot_be_seen() -> None:
    assert visible("a\u200bb\u202ec\x00\r\nd\té") == "a⟨U+200B⟩b⟨U+202E⟩c⟨U+0000⟩\nd\té"
    assert visible("กรุงเทพ 東京 مرحبا") == "กรุงเทพ 東京 مرحبا"


def test_every_script_is_typeset_and_what_has_no_font_is_written_out(tmp_path: Path) -> None:
    words = "東京 กรุงเทพ አማርኛ مرحبا Łódź Ünal 🛋 𠀀 ẹ́"
    said = case(1)
    said = replace(
        said,
        listings=[replace(said.listings[0], title=words, place=words, account=words, url=words)],
    )
    made = typeset(said)
    text = text_of(made.pdf, tmp_path)
    assert "Łódź Ünal" in text
    for character in words.replace(" ", ""):
        assert character in text or f"⟨U+{ord(character):04X}⟩" in text or character in "ẹ́é"
    for character in made.missing:
        assert f"⟨U+{ord(character):04X}⟩" in text
    assert bool(made.missing) == (
        "for which the machine that made this file has no font" in " ".join(text.split())
    )


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.text(max_size=20))
def test_no_text_keeps_a_case_file_from_being_made(text: str, name: str) -> None:
    said = case(1)
    hard = replace(said.listings[0], text=text, title=name, listing_id=name or "L", account=name)
    assert typeset(replace(said, listings=[hard])).pdf.startswith(b"%PDF")


def test_values_are_worded_once() -> None:
    said = content(case())
    assert said["listings"][1]["entry"] == "1"
    assert all(isinstance(row, list) and len(row) == 2 for row in said["facts"])
