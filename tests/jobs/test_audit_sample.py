"""Blind samples from announcement to report: checked by whoever has the log, intervals that cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lamplighter.cli.main import app
from lamplighter.evidence.act import Act
from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.public_log import PublicLog
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.audit_sample import Desk
from lamplighter.jobs.transparency import open_log, period, read_figures
from lamplighter.reporting.transparency.audits import Audit, told
from lamplighter.reporting.transparency.page import write_page
from lamplighter.reporting.transparency.sample import Plan, draw, seed_of
from lamplighter.reporting.transparency.states import States

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
Make = Callable[[int], tuple[Ledger, Desk]]


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """A log of 900 listings in March: 60 held, 40 refused, 20 removed, the rest published."""
    with Ledger.create(tmp_path / "shop", "shop.invalid") as ledger:
        ledger.append_bulk("listing.received", "system:screening", MARCH, [None] * 900)
        for outcome, low, high in (("hold", 0, 60), ("refuse", 60, 100), ("publish", 100, 900)):
            of = list(range(low, high))
            public: dict[str, Any] = {"outcome": outcome, "policy_outcome": outcome, "policy": "p"}
            ledger.append_bulk("decision", "system:screening", MARCH, [None] * len(of), public=public,
                               columns={"received": of})  # fmt: skip
        ledger.append_bulk("moderation", "platform:m", MARCH + timedelta(days=1), [None] * 20,
                           public={"action": "removed"}, columns={"received": list(range(880, 900))})  # fmt: skip
        yield ledger, Desk(ledger.append, lambda: PublicLog(ledger.log_folder, ledger.key))


def test_a_sample_from_announcement_to_report(made: tuple[Ledger, Desk]) -> None:
    ledger, desk = made
    of = desk.announce("user:1", MARCH, APRIL, 100, 60)
    with pytest.raises(UsageError):
        desk.close("user:1", of, [], {})
    found = desk.draw("user:1", of)
    assert [(part.name, part.population, part.sampled) for part in found.strata] == [
        ("published", 780, 100), ("held", 60, 27), ("refused", 40, 20), ("removed", 20, 13),
    ]  # fmt: skip
    with pytest.raises(UsageError, match="once"):
        desk.draw("user:1", of)
    answers = [("against", "against" if entry % 9 else "unsure", "against") if stratum else
               ("in order", "in order", "in order") for entry, stratum in found.items]  # fmt: skip
    # What happens after the announcement changes nothing about the sample.
    ledger.append([Act("moderation", MARCH, "platform:m", {"received": 3, "action": "published"})])
    desk.close(
        "user:1", of, [*answers[:-1], (None, None, None)], {"shown": 3, "answers": 6, "hit": 5}
    )
    with pytest.raises(UsageError):
        desk.close("user:1", of, answers, {})
    log = open_log(ledger.folder, None)
    figures = read_figures(log, *period(None, None), Steps(quiet=True))
    (audit,) = figures["audits"]
    page = write_page(figures).decode()
    assert "was checked" in page and "6 answers" in page and "simulated" not in page
    assert (audit["draw"], audit["sampled"], audit["read"]) == ("as selected", 160, 159)
    assert audit["precision"]["share"] == 1.0 and 0.8 < audit["precision"]["low"] < 1
    assert audit["over_removal"]["share"] == audit["prevalence"]["share"] == 0.0
    assert 0 < audit["prevalence"]["high"] < 0.04
    assert audit["agreement"]["items"] == 159 and audit["agreement"]["kappa"]["value"] > 0.8
    assert audit["known"] == {"shown": 3, "answers": 6, "hit": 5}


def test_another_sample_than_the_root_selects_is_seen(
    made: tuple[Ledger, Desk], tmp_path: Path
) -> None:
    ledger, desk = made
    of = desk.announce("user:1", MARCH, APRIL, 20, 20, outside="beacon, round 7")
    with pytest.raises(UsageError, match="outside"):
        desk.draw("user:1", of)
    public: dict[str, Any] = {"event": "drawn", "announced": of, "value": "abc", "strata": [["held", 60, 1]],
              "items": [[5, 0]], "part": 0, "parts": 1}  # fmt: skip
    ledger.append([Act("audit", APRIL, "user:1", public)])
    ledger.close()
    told_ = CliRunner().invoke(
        app, ["report", "transparency", str(ledger.folder), "--out", str(tmp_path / "out")]
    )
    assert isinstance(told_.exception, TamperError)
    assert "Do not trust these figures" in (tmp_path / "out" / "report.html").read_text()


def test_what_cannot_be_announced(made: tuple[Ledger, Desk]) -> None:
    _, desk = made
    later = datetime.now(UTC) + timedelta(days=1)
    for since, until, shown, acted in ((APRIL, MARCH, 9, 9), (MARCH, later, 9, 9),
                                       (MARCH, APRIL, 0, 0), (MARCH, APRIL, -1, 9)):  # fmt: skip
        with pytest.raises(UsageError):
            desk.announce("user:1", since, until, shown, acted)
    empty = desk.announce("user:1", MARCH - timedelta(days=9), MARCH - timedelta(days=2), 5, 5)
    with pytest.raises(UsageError, match="no listing"):
        desk.draw("user:1", empty)


def test_the_published_interval_covers_the_truth_of_a_simulated_platform(
    made: tuple[Ledger, Desk],
) -> None:
    """The whole way that the report goes: states, strata, allocation, draw, estimate."""
    ledger, desk = made
    states = States()
    for table in desk.log().tables():
        states.add(table)
    chance = np.random.default_rng(5)
    plan = Plan(MARCH, APRIL, ledger.size, 120, 60)
    covered = dict.fromkeys(("precision", "over_removal", "prevalence"), 0)
    runs = 1000
    for run in range(runs):
        acted = np.r_[0:100, 880:900]
        wrong = np.zeros(900, bool)
        wrong[:60] = chance.uniform(size=60) < 0.5
        wrong[60:100] = chance.uniform(size=40) < 0.9
        wrong[880:] = chance.uniform(size=20) < 0.75
        wrong[100:880] = chance.uniform(size=780) < 0.02
        found = draw(states, plan, seed_of(run.to_bytes(4), None))
        answers = ["against" if wrong[entry] else "in order" for entry, _ in found.items]
        audit = Audit(0, plan, None, True, closed=1, draw=found,
                      results={at: (None, None, said) for at, said in enumerate(answers)})  # fmt: skip
        said = told(audit, states, lambda _: b"")
        for name, share in (("precision", wrong[acted].mean()), ("over_removal", 1 - wrong[acted].mean()),
                            ("prevalence", wrong[100:880].mean())):  # fmt: skip
            covered[name] += said[name]["low"] - 1e-9 <= share <= said[name]["high"] + 1e-9
    assert all(count >= 0.94 * runs for count in covered.values()), covered
