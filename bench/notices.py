"""Thousands of notices from one address: are all kept, and what does the desk show?"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import markdown
from lamplighter.console.serve import prepare
from lamplighter.jobs.ingest import new_workspace


def options(parser: argparse.ArgumentParser) -> None:
    """How many."""
    parser.add_argument("--notices", type=int, default=10_000, help="from one address")


def run(asked: argparse.Namespace) -> None:
    """Send them through the form and the API, look at the desk, decide; print the table."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        new_workspace(workspace, "bench.invalid/notices")
        prepare(workspace, "testserver")
        _flood(asked.notices)


def _flood(count: int) -> None:
    # These need Django, which needs a workspace.
    from django.test import Client
    from tests.console import flood

    from lamplighter.console.people.models import Person
    from lamplighter.console.record.deployment import deployment

    told, sent = _timed(lambda: flood.flood(count, flood.Clock()))
    flood.check(told, count)
    desk = Client()
    desk.force_login(Person.objects.create(username="bench", roles=["senior"]))
    page, shown = _timed(lambda: desk.get("/notices/").content.decode())
    flood.desk_shows(page, told)
    groups = sorted(set(re.findall(r"/notices/many/\w+/public/\w+", page)))
    decided = 0.0
    for group in groups:
        upto = re.search(r'name="upto" value="(\d+)"', desk.get(group).content.decode())
        assert upto
        answer = {"state": "nothing", "reasons": "Looked at all of them.", "upto": upto[1]}
        after, spent = _timed(lambda g=group, a=answer: desk.post(g, a, follow=True))  # type: ignore[misc]
        assert "decided (entry" in after.content.decode()
        decided += spent
    assert "Many from one address" not in desk.get("/notices/").content.decode()
    assert "Looked at all" in Client().get(told.links[-1]).content.decode()
    deployment().close()
    markdown.head(("from one address", "from others meanwhile", "asked to wait", "minutes waited",
                   "lost", "CPU s", "desk, CPU ms", "lines on it for the flood", "deciding all, CPU s"))  # fmt: skip
    markdown.row((count, len(told.others), told.waits, told.seconds_waited // 60, 0,
                  f"{sent:.0f}", round(1_000 * shown), len(groups), f"{decided:.1f}"))  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and CPU seconds."""
    begun = time.process_time()
    return work(), time.process_time() - begun
