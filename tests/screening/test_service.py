"""The service: ledger first, the same answer to the same key, nothing lost when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import orjson
import pytest

from lamplighter.evidence.ledger import Ledger
from lamplighter.screening.service import Screener, SubmissionError
from lamplighter.workspace.workspace import Workspace
from tests.screening.workspaces import OTHER, listing, make


def test_a_listing_is_in_the_ledger_with_its_decision(tmp_path: Path) -> None:
    make(tmp_path / "w", [])
    with Screener.open(tmp_path / "w") as screener:
        decision = screener.submit(listing("a", colour="green"), "key-1")
        assert (decision.outcome, decision.replayed) == ("publish", False)
        status = screener.status("a")
        assert status is not None and status.decision == decision
    with Ledger.open(tmp_path / "w") as ledger:
        entry = ledger.entry(decision.log_index)
        assert entry.kind == "listing.received"
        row = orjson.loads(ledger.opening(decision.log_index) or b"")["row"]
        assert row["text"] == listing("a")["text"]
        assert orjson.loads(row["extra"]) == {"colour": "green"}
        kinds = [each.kind for each in ledger.entries()]
        assert kinds == ["policy", "listing.received", "decision"]
    with Workspace.open(tmp_path / "w") as workspace:
        held = workspace.listings.versions_of("a").to_pylist()
        assert [each["text"] for each in held] == [listing("a")["text"]]


def test_the_same_key_gets_the_same_answer_and_no_second_entry(tmp_path: Path) -> None:
    make(tmp_path / "w", [])
    with Screener.open(tmp_path / "w") as screener:
        first = screener.submit(listing("a"), "key-1")
        assert screener.submit(listing("a"), "key-1") == first.again()
        twice = screener.submit_batch([(listing("b"), "key-2"), (listing("b"), "key-2")])
        assert not isinstance(twice[0], SubmissionError)
        assert twice[1] == twice[0].again()
        with pytest.raises(SubmissionError, match="another request"):
            screener.submit(listing("c"), "key-1")
    with Screener.open(tmp_path / "w") as screener:
        assert screener.submit(listing("a"), "key-1") == first.again()
        size = screener.workspace.ledger.size
    # From the ledger alone the answers are the same.
    for name in ("screening.sqlite3", "screening.sqlite3-wal", "screening.sqlite3-shm"):
        (tmp_path / "w" / name).unlink(missing_ok=True)
    with Screener.open(tmp_path / "w") as screener:
        assert screener.submit(listing("a"), "key-1") == first.again()
        assert screener.workspace.ledger.size == size


def test_a_new_listing_is_known_at_once(tmp_path: Path) -> None:
    make(tmp_path / "w", [listing("z", OTHER)])
    with Screener.open(tmp_path / "w") as screener:
        screener.submit(listing("a"))
        decision = screener.submit(listing("b"))
        assert decision.resembles is not None
        assert decision.resembles.listings == ("a",)
        assert decision.resembles.likeness == 1.0
        again = screener.submit(listing("a"))  # its own earlier version is no resemblance
        assert again.resembles is not None and again.resembles.listings == ("b",)


def test_acts_about_a_listing(tmp_path: Path) -> None:
    make(tmp_path / "w", [])
    with Screener.open(tmp_path / "w") as screener:
        received = screener.submit(listing("a")).log_index
        shown = screener.published("a", text="Oak table", idempotency_key="p")
        assert shown.received == received
        assert screener.published("a", text="Oak table", idempotency_key="p").replayed
        screener.moderated("a", action="remove", by="m17")
        screener.notice("a", reason="looks odd")
        assert screener.notice("never-seen", reason="odd").received is None
        status = screener.status("a")
        assert status is not None
        assert [act.kind for act in status.acts] == ["listing.published", "moderation", "notice"]
        with pytest.raises(SubmissionError):
            screener.moderated("a", action="remove", by="Jane Doe <jane@example.com>")
        assert screener.status("unknown") is None


def test_a_listing_that_breaks_the_reading_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "w", [])
    with Screener.open(tmp_path / "w") as screener:
        read = screener.decider.read

        def broken(batch: Any) -> Any:
            if "poison" in batch.column(0).to_pylist():
                raise RuntimeError("kernel")
            return read(batch)

        monkeypatch.setattr(screener.decider, "read", broken)
        answers = screener.submit_batch([(listing(name), None) for name in ("a", "poison", "b")])
        outcomes = [each.outcome for each in answers if not isinstance(each, SubmissionError)]
        assert outcomes == ["publish", "hold", "publish"]


PROGRAM = """
import sys
from pathlib import Path
from lamplighter.screening.service import Screener
from tests.screening.workspaces import listing
with Screener.open(Path(sys.argv[1])) as screener:
    for number in range(int(sys.argv[2]), 100_000):
        decision = screener.submit(listing(f"n{number}"), f"key-{number}")
        print(number, decision.log_index, decision.outcome, flush=True)
"""


def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", [])
    acknowledged: dict[int, int] = {}
    for life in range(3):
        start = max(acknowledged, default=-1) + 1
        with subprocess.Popen(
            [sys.executable, "-c", dedent(PROGRAM), str(folder), str(start)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src:."},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            stop = time.monotonic() + 60
            for line in process.stdout:
                given, index, _ = line.split()
                acknowledged[int(given)] = int(index)
                if int(given) >= start + 7 + 6 * life or time.monotonic() > stop:
                    process.send_signal(signal.SIGKILL)
                    break
    with Screener.open(folder) as screener:
        for number, entry_index in acknowledged.items():
            again = screener.submit(listing(f"n{number}"), f"key-{number}")
            assert (again.log_index, again.replayed) == (entry_index, True)
        received = [e for e in screener.workspace.ledger.entries() if e.kind == "listing.received"]
        keys = [entry.public["key"] for entry in received]
        assert len(keys) == len(set(keys))
        assert len(keys) - len(acknowledged) <= 3  # at most the one in the making, each time
