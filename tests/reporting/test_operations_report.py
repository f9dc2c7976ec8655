"""The page: what it says, what it must not let through, and how it behaves in a browser."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.reporting.operations_report import (
    Identifier,
    Lead,
    Link,
    Part,
    Reason,
    Report,
    Sample,
    Slot,
    Template,
    write_report,
)
from lamplighter.reporting.operations_report.atlas import atlas
from lamplighter.reporting.operations_report.marks import pieces, visible
from lamplighter.reporting.operations_report.strip import strip
from lamplighter.reporting.operations_report.wording import SHOWN, clean
from tests.reporting.browser import opened
from tests.reporting.leads import lead, leg, report

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='x", "&lt;b>"]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.characters(), max_size=60),
    st.text(alphabet="<>&\"'/= abscript\x00\u202e\u200b{}%#", max_size=60),
)


class Page(HTMLParser):
    """Tags, attribute names and text outside style and script."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def html(given_report: Report) -> str:
    out = io.BytesIO()
    write_report(given_report, out)
    return out.getvalue().decode()


def filled(text: str) -> Lead:
    return replace(
        lead(0),
        operation_id=text,
        headline=text,
        band=text,
        reasons=[Reason(text, 1.0, text, text, [text] * 6)],
        templates=[
            Template(
                text,
                2,
                [Part("text", text), Part("slot", text, 0)],
                [Slot(0, text, [(text, 2)], 1)],
                1.0,
            )
        ],
        days=[(date(2026, 3, 1), text, 1)],
        legs=[replace(leg("Lyon", "Milano", 0), from_=text)],
        identifiers=[Identifier(text, text, 1, 0)],
        samples=[Sample(text, text, text, [(0, 9, text)], None, text, text)],
        links=[Link(text, text, text, 1.0, text, False, text)],
    )


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_no_text_becomes_markup(text: str) -> None:
    plain = Page(html(replace(report(), leads=[filled("plain")], rest=0)))
    hostile = Page(html(replace(report(), leads=[filled(text)], rest=0)))
    extra = set(hostile.tags) - set(plain.tags)
    assert not extra
    assert hostile.tags.count("script") == 1
    assert hostile.tags.count("img") == 0
    assert {name for name, _ in hostile.attributes} <= {name for name, _ in plain.attributes}
    assert clean(text)[:300].strip() in hostile.text.replace("\r", "\n") or "\r" in text


def test_nothing_is_fetched() -> None:
    page = html(report())
    parsed = Page(page)
    links = [value for name, value in parsed.attributes if name in {"href", "src", "xlink:href"}]
    assert all(value.startswith(("#", "data:")) for value in links)
    assert "http://" not in page and "https://" not in page and "@import" not in page
    assert not [value for name, value in parsed.attributes if name == "style" or name[:2] == "on"]


def test_policy_names_the_hashes_of_what_is_on_the_page() -> None:
    page = html(report())
    for tag in ("style", "script"):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_the_same_report_gives_the_same_bytes() -> None:
    assert html(report()) == html(report())


def test_an_empty_report_says_so() -> None:
    assert "No operation to show." in html(replace(report(), leads=[], rest=0))


def test_a_long_listing_is_cut_with_a_note() -> None:
    page = html(report())
    assert f"Cut after {SHOWN:,}" in page


def test_leads_are_written_as_they_come() -> None:
    out = io.BytesIO()
    sizes = []

    def come() -> Iterator[Lead]:
        for number in range(3):
            sizes.append(len(out.getvalue()))
            yield lead(number)

    write_report(replace(report(), leads=come()), out)
    assert 0 < sizes[0] < sizes[1] < sizes[2] < len(out.getvalue())


@given(
    st.text(max_size=50),
    st.lists(
        st.tuples(st.integers(-5, 60), st.integers(-5, 60), st.sampled_from("ab")), max_size=8
    ),
    st.integers(0, 60),
)
def test_pieces_join_to_the_text(text: str, spans: list[tuple[int, int, str]], limit: int) -> None:
    assert "".join(piece.text for piece in pieces(text, spans, limit)) == text[:limit]


@given(st.lists(st.tuples(st.dates(), st.text(max_size=3), st.integers(1, 9)), max_size=40))
def test_a_strip_stays_in_its_frame_and_loses_no_listing(days: list[tuple[date, str, int]]) -> None:
    drawn = strip(days)
    assert (drawn is None) == (not days)
    if drawn is None:
        return
    assert sum(row.listings for row in drawn.rows) == sum(count for _, _, count in days)
    for row in drawn.rows:
        cells = [tuple(map(int, cell.split(":"))) for cell in row.cells.split()]
        assert sum(count for _, count in cells) == row.listings
        assert all(0 <= index < drawn.buckets for index, _ in cells)
        assert sum(path.count("M") for _, path in row.paths) == len(cells)
        assert all(1 <= level <= 4 for level, _ in row.paths)
    for gap in drawn.silences:
        assert gap.x > 0 and gap.x + gap.width < 100.001


def test_a_gap_is_named() -> None:
    first = date(2026, 3, 1)
    drawn = strip([(first, "Lyon", 1), (first + timedelta(days=24), "Lyon", 1)])
    assert drawn is not None
    sentence = "23 days silent, 2–24 Mar 2026, then Lyon"
    assert [gap.sentence for gap in drawn.silences] == [sentence]


def test_a_map_needs_coordinates() -> None:
    assert atlas([replace(leg("Lyon", "Milano", 0), to_lat=None)]) is None
    assert atlas([replace(leg("Lyon", "Milano", 0), to_lat=float("nan"))]) is None


def test_a_leg_over_the_date_line_is_drawn_the_short_way() -> None:
    over = replace(
        leg("Lyon", "Milano", 0), from_lat=-17.0, from_lon=178.0, to_lat=-14.0, to_lon=-171.0
    )
    drawn = atlas([over])
    assert drawn is not None and len(drawn.worlds) == 3
    west, east = drawn.dots
    assert 0 < west.x < east.x < 480


def test_what_cannot_be_seen_is_drawn() -> None:
    shown = visible("ab\u200bc <b>")
    assert "ZERO WIDTH SPACE" in shown.upper() and "&lt;b&gt;" in shown
    assert "unseen" not in visible(
        "\u0645\u06cc\u200c\u0631\u0648\u0645"
    )  # a joiner that Persian needs


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser(width: int, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    with path.open("wb") as out:
        long = replace(filled("W" * 400), band="C", score=99.0, listings=900)
        write_report(replace(report(), leads=[*report().leads, long]), out)
    with opened(path, width, tmp_path / "profile") as browser:
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth <= {root}.clientWidth")
        assert browser.execute_script(f"return {root}.clientWidth") <= width
        order = "return [...document.querySelectorAll('#leads > article:not([hidden])')]"
        ranks = order + ".map(a => +a.dataset.rank)"
        assert browser.execute_script(ranks) == [1, 2, 3, 4, 5]
        change = "const s = document.getElementById('sort'); s.value = arguments[0];"
        change += "s.dispatchEvent(new Event('change'));"
        expected = {"score": [5, 1, 4, 2, 3], "size": [5, 4, 3, 2, 1], "rank": [1, 2, 3, 4, 5]}
        for by, wanted in [*expected.items(), ("recent", [4, 3, 2, 1, 5])]:
            browser.execute_script(change, by)
            assert browser.execute_script(ranks) == wanted, by
        browser.find_element("id", "find").send_keys("milano packing")
        assert browser.execute_script(ranks) == [2]
        browser.find_element("css selector", "input[name=band][value=C]").click()
        assert browser.execute_script(ranks) == []
        assert browser.find_element("id", "none").is_displayed()
        assert browser.get_log("browser") == []


def test_paper_has_the_first_leads_in_brief_or_what_the_filter_left(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    many = replace(report(), leads=(lead(number % 4) for number in range(25)))
    path.write_text(html(many), "utf-8")
    printed = """
        dispatchEvent(new Event("beforeprint"));
        const kept = [...document.querySelectorAll("#leads > article:not(.left-out):not([hidden])")];
        const open = kept.filter((one) => one.querySelector("details.card").open).length;
        const brief = document.body.classList.contains("brief");
        dispatchEvent(new Event("afterprint"));
        return [kept.length, open, brief, document.querySelectorAll("details.card[open]").length];
    """
    only = """
        const find = document.getElementById("find");
        find.value = arguments[0];
        find.dispatchEvent(new Event("input"));
    """
    with opened(path, 1280, tmp_path / "profile") as browser:
        assert browser.execute_script(printed) == [20, 20, True, 1]
        browser.execute_script(only, lead(1).operation_id)
        kept, shown, brief, after = browser.execute_script(printed)
        assert 0 < kept == shown < 20 and not brief and after <= 1
        browser.execute_script(only, "")
        assert browser.execute_script(printed) == [20, 20, True, 1]
