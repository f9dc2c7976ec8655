"""The audit's page: nothing hostile becomes markup, nothing is fetched, and it is not lost."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lamplighter.reporting.assets import policy_hash
from lamplighter.reporting.concealment_report import (
    Actor,
    AuditReport,
    Chain,
    Explanation,
    Finding,
    Original,
    Rate,
    Sample,
    Term,
    write_report,
)
from lamplighter.reporting.concealment_report.chart import HEIGHT, chart
from lamplighter.reporting.concealment_report.page import duration, marked, percent
from tests.reporting.browser import opened
from tests.reporting.test_operations_report import HOSTILE, Page

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def report(text: str) -> AuditReport:
    term = Term(text, "filter", 0.9, 0.8, 1.0, 9, 8, NOW, NOW, NOW, None, [text],
                [(text, 2, 1)], text, None, text)  # fmt: skip
    rate = Rate(text, 9, 3, 0.3, 0.1, 0.6)
    return AuditReport(
        text, "1", text, 9, 8, 0, [Finding(text, 4, text, [text], [Explanation(text, text, True)], [text] * 12)],
        [term], 1, [Actor(text, True, 1, 1, 1, 0.5, 3.0, 0.9, 0.4, 0.1, 0.8, 0.2, 0.001)],
        [Chain("coaching", text, text, 2.0, text, text, f"a ⟦{text}⟧ b", text)], 1,
        [Original(text, text, [text])], [rate, rate], [rate, rate], [(text, text, 3)],
        [Sample(text, text, text, 3.0, [("same", text), ("removed", text), ("added", text)])],
        [(text, text)],
    )  # fmt: skip


def html(given: AuditReport) -> str:
    out = io.BytesIO()
    write_report(given, out)
    return out.getvalue().decode()


@pytest.mark.parametrize("text", [*HOSTILE, "\x00\u202e", "⟦<b>⟧"])
def test_no_text_becomes_markup(text: str) -> None:
    plain, hostile = Page(html(report("plain"))), Page(html(report(text)))
    assert set(hostile.tags) <= set(plain.tags) | {"del", "ins"}
    assert hostile.tags.count("script") == 1 and "img" not in hostile.tags
    assert {name for name, _ in hostile.attributes} <= {name for name, _ in plain.attributes}


def test_the_policy_names_style_and_script_and_nothing_is_fetched() -> None:
    page = html(report("plain"))
    for tag in ("style", "script"):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert f"{tag}-src '{policy_hash(body)}'" in page
    links = [v for name, v in Page(page).attributes if name in {"href", "src"}]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "http://" not in page and "https://" not in page and "@import" not in page


def test_bars_stay_in_their_frame() -> None:
    drawn = chart([Rate("a", 1, 1, 1.0, 0.2, 1.0), Rate("b", 9, 0, 0.0, 0.0, 0.3)])
    assert drawn is not None and chart([Rate("a", 1, 1, 1.0, 0.2, 1.0)]) is None
    for bar in drawn.bars:
        assert 0 <= bar.top <= HEIGHT and 0 <= bar.high <= bar.low <= HEIGHT
        assert bar.x >= 0 and bar.x + bar.width <= 100


def test_numbers_are_said_plainly() -> None:
    assert [percent(x) for x in (None, 0.0, 0.034, 0.5)] == ["–", "0 %", "3.4 %", "50 %"]
    assert [duration(x) for x in (None, 3, 90, 7200, -3600)] == [
        "–", "3 s", "1.5 min", "2.0 h", "−1.0 h",
    ]  # fmt: skip
    assert marked("a ⟦b⟧ c") == [(False, "a "), (True, "b"), (False, " c")]


def terms() -> list[Term]:
    """One of each kind, in the order of the strip list."""
    return [
        Term(name, kind, rate, 0.1, 1.0, 90, removed, NOW, NOW, None, None, ["jobs"],
             [("small letters", 90, removed)], None, explanation, "Gone.")
        for name, kind, rate, removed, explanation in (
            ("pallet", "filter", 0.9, 80, None), ("barter", "filter", 0.99, 20, None),
            ("damn", "filter", 1.0, 9, "profanity"), ("attic", "judgement", 0.4, 36, None),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser(width: int, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    with page.open("wb") as out:
        write_report(replace(report("W" * 300), terms=terms()), out)
    with opened(page, width, tmp_path / "profile") as browser:
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth <= {root}.clientWidth")
        assert browser.execute_script(f"return {root}.clientWidth") <= width
        shown = "return [...document.querySelectorAll('.terms > li:not([hidden])')]"
        shown += ".map(t => t.dataset.term)"
        assert browser.execute_script(shown) == ["pallet", "barter", "damn", "attic"]
        change = "const s = document.getElementById('sort'); s.value = arguments[0];"
        change += "s.dispatchEvent(new Event('change'));"
        for by, wanted in (("rate", ["damn", "barter", "pallet", "attic"]),
                           ("term", ["attic", "barter", "damn", "pallet"]),
                           ("removed", ["pallet", "attic", "barter", "damn"])):  # fmt: skip
            browser.execute_script(change, by)
            assert browser.execute_script(shown) == wanted, by
        browser.execute_script("document.querySelector('input[value=explained]').click()")
        assert browser.execute_script(shown) == ["pallet", "attic", "barter"]
        browser.find_element("id", "find").send_keys("bart")
        assert browser.execute_script(shown) == ["barter"]
        assert browser.find_element("id", "shown").text == "1 of 4"
        # What is written on a colour can be read: no text in the colour of its ground.
        chips = "return [...document.querySelectorAll('.k, .g, .flag, del, ins')].every(e => {"
        chips += "const s = getComputedStyle(e); return s.color !== s.backgroundColor})"
        assert browser.execute_script(chips)
        assert browser.get_log("browser") == []
