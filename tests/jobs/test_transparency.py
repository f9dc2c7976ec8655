"""The transparency report: the same figures for whoever has the log, and right ones."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from lamplighter.evidence.act import Act
from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.transparency import open_log, period, read_figures, write_report

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def _log(folder: Path) -> None:
    def at(minutes: float) -> datetime:
        return MARCH + timedelta(minutes=minutes)

    acts = [Act("listing.received", at(0), "system:screening") for _ in range(40)]
    for target in range(40):
        outcome = "refuse" if target < 6 else "hold" if target < 16 else "publish"
        public: dict[str, Any] = {"received": target, "outcome": outcome, "policy": "default 1",
                                  "policy_outcome": "hold" if target == 39 else outcome}  # fmt: skip
        if outcome != "publish":
            public["grounds"] = ["known text", "known contact"] if target == 3 else ["known text"]
        acts.append(Act("decision", at(1), "system:screening", public))
    for target in range(6, 12):  # six of the ten that were held are published by a person
        acts.append(Act("moderation", at(60), "platform:m1",
                        {"received": target, "action": "published"}))  # fmt: skip
    for target in range(20, 28):
        public = {"received": target, "action": "removed"}
        acts.append(Act("moderation", at(60 + target), "platform:m1", public))
    for number in range(7):
        state = "reversed" if number < 2 else "upheld"
        acts.append(
            Act("appeal", at(90), "poster:x", {"decision": 40 + number, "state": "received"})
        )
        acts.append(Act("appeal", at(150), "user:4", {"decision": 40 + number, "state": state}))
    acts += [Act("note", at(95), "notifier:x", {"topic": "notice", "received": 1})] * 6
    acts.append(Act("note", at(105), "user:4", {"topic": "notice.decided", "outcome": "acted on",
                                                "notices": list(range(len(acts) - 6, len(acts)))}))  # fmt: skip
    acts += [Act("statement", at(97), "system:statements",
                 {"decision": 40, "measure": "hold", "ground": "law", "category": "x",
                  "automated_detection": True, "automated_decision": "fully"})] * 6  # fmt: skip
    acts += [Act("report", at(99), "user:1", {"channel": "cybertipline", "step": "finished", "service": said})
             for said in ("production", *["stand-in"] * 6)]  # fmt: skip
    acts += [Act("report", at(99), "user:1", {"channel": "cybertipline", "step": step})
             for step in ("draft", "finished") for _ in range(5)]  # fmt: skip
    acts.append(Act("listing.received", MARCH + timedelta(days=31), "system:screening"))
    with Ledger.create(folder, "shop.invalid") as ledger:
        ledger.append(acts)


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Any]:
    _log(tmp_path / "shop")
    since, until = period("2026-03-01", "2026-03-31")
    return read_figures(open_log(tmp_path / "shop", None), since, until, Steps(quiet=True))


def test_counts_by_hand(found: dict[str, Any]) -> None:
    assert found["period"] == {"from": "2026-03-01", "to": "2026-03-31"}
    assert found["listings"] == {
        "received": 40, "rejected": 0, "published": 22, "nothing_known": 0, "held": 4,
        "refused": 6, "removed": 8, "published_though_policy_would_act": 1,
    }  # fmt: skip
    assert found["automated"]["by_outcome"] == {"publish": 24, "hold": 10, "refuse": 6}
    # One act named the second rule: withheld, and with it the other, or it could be worked out.
    assert found["automated"]["by_rule"] == {"known contact": None, "known text": None}
    assert found["acted_on"]["automated"] == {
        "listings": 16, "median_seconds": 60.0, "p90_seconds": 60.0,
    }  # fmt: skip
    assert found["acted_on"]["others"]["median_seconds"] == (60 + 23) * 60
    assert found["appeals"] == {"received": 7, "decided": 7, "median_seconds": 3600.0,
                                "about_decisions": 7,
                                "by_state": {"reversed": None, "upheld": None}}  # fmt: skip
    assert found["notices"] == {"received": 6, "decided": 6, "by_channel": {"programs": 6},
                                "by_outcome": {"acted on": 6}, "median_seconds": 600.0}  # fmt: skip
    assert found["statements"]["made"] == 6
    assert found["statements"]["by_automated_detection"] == {"yes": 6}
    assert found["statements"]["by_source"] == {"not said": 6}
    assert found["reports"] == {"cybertipline: finished": 6, "cybertipline (stand-in): finished": 6}


def test_an_objection_is_counted_by_its_statement_and_in_the_period_of_its_decision(
    tmp_path: Path,
) -> None:
    """One decision closed eight accounts; all object in February, six are decided in March."""
    february, march = MARCH - timedelta(days=5), MARCH + timedelta(days=5)
    acts = [
        Act(
            "appeal",
            february,
            "poster:x",
            {"decision": 3, "statement": 10 + n, "state": "received"},
        )
        for n in range(8)
    ]
    acts += [
        Act("appeal", march, "user:1", {"decision": 3, "statement": 10 + n, "state": "reversed"})
        for n in range(6)
    ]
    with Ledger.create(tmp_path / "shop", "shop.invalid") as ledger:
        ledger.append(acts)
    told = []
    for first, last in (("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31")):
        log = open_log(tmp_path / "shop", None)
        told.append(read_figures(log, *period(first, last), Steps(quiet=True))["appeals"])
    assert told == [
        {"received": 8, "decided": 0, "about_decisions": None, "by_state": {}, "median_seconds": None},
        {"received": 0, "decided": 6, "about_decisions": None, "by_state": {"reversed": 6},
         "median_seconds": 10 * 86_400.0},
    ]  # fmt: skip


def test_an_outsider_with_the_log_gets_the_same_bytes(tmp_path: Path) -> None:
    _log(tmp_path / "shop")
    shutil.copytree(tmp_path / "shop" / "ledger", tmp_path / "received")
    key = (tmp_path / "shop" / "keys" / "log.pub").read_text()
    with pytest.raises(UsageError, match="without its key"):
        open_log(tmp_path / "received", None)
    made = []
    for name, log in (("own", open_log(tmp_path / "shop", None)),
                      ("their", open_log(tmp_path / "received", key))):  # fmt: skip
        paths = write_report(
            read_figures(log, *period(None, None), Steps(quiet=True)), tmp_path / name
        )
        made.append([path.read_bytes() for path in paths])
    assert made[0] == made[1]
    assert orjson.loads(made[0][0])["period"] == {"from": "2026-03-01", "to": "2026-04-01"}


def test_a_period_is_checked() -> None:
    for first, last in (("2026-03-02", "2026-03-01"), ("March", None), (None, "2026-13-01")):
        with pytest.raises(UsageError):
            period(first, last)
