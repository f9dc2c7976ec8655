"""Linking again while the console serves."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from lamplighter.console.record import relinker
from lamplighter.console.record.relinker import Relinker, in_own_process, relink_soon
from lamplighter.jobs.judged_links import FILE


@pytest.fixture(autouse=True)
def nothing_wanted() -> None:
    """Other tests of this process judge links, and nobody listens."""
    relinker._wanted.clear()


def _relinker(answers: list[bool], seen: list[Path], done: threading.Event) -> Relinker:
    def run(folder: Path) -> bool:
        seen.append(folder)
        if len(seen) == len(answers):
            done.set()
        return answers[min(len(seen), len(answers)) - 1]

    made = Relinker(Path("w"), run, settle=0.05, again=0.05)
    relink_soon()
    return made


def test_many_requests_at_once_are_one() -> None:
    seen: list[Path] = []
    done = threading.Event()
    made = _relinker([True, True], seen, done)
    for _ in range(20):
        relink_soon()
    threading.Event().wait(0.5)
    assert seen == [Path("w")]
    relink_soon()
    assert done.wait(10)
    made.close()
    assert len(seen) == 2


def test_judgements_newer_than_the_links_are_heard_at_the_start(tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / "run.json").write_text("{}")
    (tmp_path / FILE).write_text("")
    done = threading.Event()
    for moment, heard in ((1, False), (2_000_000_000, True)):
        os.utime(tmp_path / FILE, (moment, moment))
        done.clear()
        made = Relinker(tmp_path, lambda _: done.set() or True, settle=0.01)  # type: ignore[func-returns-value]
        assert done.wait(10 if heard else 0.3) is heard
        made.close()


def test_what_failed_is_tried_again() -> None:
    seen: list[Path] = []
    done = threading.Event()
    made = _relinker([False, False, True], seen, done)
    assert done.wait(10)
    made.close()
    assert len(seen) == 3


def test_a_process_of_its_own_says_whether_it_went_well(tmp_path: Path) -> None:
    from lamplighter.jobs.ingest import new_workspace

    assert not in_own_process(tmp_path / "none")
    new_workspace(tmp_path / "w", "test.invalid/relink")
    assert in_own_process(tmp_path / "w")  # nothing to link is no failure
