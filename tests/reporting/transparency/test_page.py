"""The transparency report's page: nothing from a log becomes markup, nothing is fetched, it fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from lamplighter.reporting.assets import policy_hash
from lamplighter.reporting.transparency.page import duration, percent, scale, write_page
from tests.reporting.browser import opened
from tests.reporting.test_operations_report import HOSTILE, Page


def figures(text: str) -> dict[str, Any]:
    """Every part filled, with `text` wherever a log can put one."""
    rate = {"share": 0.1, "low": 0.05, "high": 0.2}
    measure = {"value": 0.8, "low": 0.7, "high": 0.9}
    cells: dict[str, int | None] = {text: 9, "b": None}
    row = {"name": text, "acted": True, "population": 90, "sampled": 9, "read": 8, "against": 7,
           "in_order": 1, "undetermined": 0}  # fmt: skip
    audit = {
        "announced": 1, "drawn": 2, "closed": 3, "period": {"from": "2026-01-01", "to": "2026-03-31"},
        "outside": text, "outside_value": text, "draw": "as selected", "simulated": True,
        "sampled": 9, "read": 8, "strata": [row], "precision": rate, "over_removal": rate,
        "prevalence": None, "agreement": {"items": 8, "observed": 0.9, "kappa": measure, "alpha": None,
                                          "ac1": measure},
        "wrongly_acted_on": {"listings": 9, "low": 5, "high": 18, "per_10000_received": 2.5},
        "known": {"shown": 1, "answers": 2, "hit": 1},
    }  # fmt: skip
    time = {"listings": None, "median_seconds": None, "p90_seconds": 4000.0}
    return {
        "lamplighter": text, "log": {"origin": text, "size": 9, "root": "0" * 64},
        "period": {"from": "2026-01-01", "to": "2026-03-31"}, "withheld_below": 5,
        "listings": dict.fromkeys(("received", "rejected", "published", "held", "refused", "removed",
                                   "nothing_known", "published_though_policy_would_act"), 7),
        "months": [{"month": f"2026-0{at}", "received": at, "rejected": 0, "decisions_and_acts": 3}
                   for at in (1, 2, 3)],
        "automated": {"decisions": 9, "by_outcome": cells, "by_policy": cells, "by_rule": cells},
        "platform": {"acts": 9, "by_action": cells, "untold": 1},
        "people": {"decisions": 9, "by_verdict": cells, "by_clause": cells, "by_two": cells},
        "statements": {"made": 9, **dict.fromkeys(
            ("by_measure", "by_ground", "by_category", "by_source", "by_automated_decision",
             "by_automated_detection"), cells)},
        "acted_on": {"automated": time, "others": time},
        "notices": {"received": 6, "decided": None, "by_channel": cells, "by_outcome": cells,
                    "median_seconds": 60.0},
        "appeals": {"received": 6, "decided": 6, "about_decisions": 6, "by_state": cells, "median_seconds": 60.0},
        "reports": cells, "holds": {"placed": 9, "by_rule": cells, "released": 0}, "exports": 0,
        "erasures": None, "reads_by_people": 4,
        "policies": [{"since": "2026-01-01T00:00:00+00:00", "policy": text, "mode": text, "sha256": text}],
        "audits": [audit, {**audit, "closed": None}, {**audit, "draw": "differs"}], "not_told": [text],
    }  # fmt: skip


@pytest.mark.parametrize("text", [*HOSTILE, "\x00\u202e"])
def test_no_text_becomes_markup(text: str) -> None:
    plain, hostile = (Page(write_page(figures(one)).decode()) for one in ("plain", text))
    assert hostile.tags == plain.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = write_page(figures("plain")).decode()
    (body,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    assert f"style-src '{policy_hash(body)}'" in page and "<script" not in page
    links = [value for name, value in Page(page).attributes if name in {"href", "src"}]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert page.encode() == write_page(orjson.loads(orjson.dumps(figures("plain"))))


def test_numbers_are_said_plainly() -> None:
    assert [percent(x) for x in (None, 0.0, 0.0034, 0.5, 1.0)] == [
        "–",
        "0 %",
        "0.34 %",
        "50.0 %",
        "100 %",
    ]
    assert [duration(x) for x in (None, 0.02, 3, 90, 7200)] == [
        "–",
        "0.02 s",
        "3 s",
        "1.5 min",
        "2.0 h",
    ]
    assert [scale({"high": 0.03}), scale({"high": 0.3}, None), scale(None)] == [0.05, 0.5, 1.0]


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser(width: int, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(write_page(figures("W" * 200)))
    with opened(page, width, tmp_path / "profile") as browser:
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth <= {root}.clientWidth")
        assert browser.get_log("browser") == []
