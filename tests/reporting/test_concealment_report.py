"""The audit's page: nothing hostile becomes markup, nothing is fetched, and it is not lost."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

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
from lamplighter.reporting.self_contained import policy_hash
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
