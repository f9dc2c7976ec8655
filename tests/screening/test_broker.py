"""Listings from a real Redis: each decided once, whatever dies in between."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import UsageError
from lamplighter.screening.broker import connect, consume
from lamplighter.screening.service import Screener
from tests.screening.workspaces import listing, make

redis = pytest.importorskip("redis", reason="the extra `broker` is not installed")
SERVER = shutil.which("redis-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="redis-server is not installed")


class Broker:
    """A Redis of our own, which keeps what it has when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        assert SERVER is not None
        self.process = subprocess.Popen(
            [SERVER, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
             "--appendonly", "yes", "--save", ""],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.client = connect(self.url)
        for _ in range(200):
            try:
                self.client.ping()
                return
            except redis.exceptions.ConnectionError:
                time.sleep(0.05)
        raise AssertionError("Redis does not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def decisions(self, stream: str = "in") -> list[tuple[bytes, Any]]:
        found = self.client.xrange(f"{stream}.decisions")
        return [(held[b"of"], orjson.loads(held[b"decision"])) for _, held in found]

    def wait(self, count: int) -> None:
        stop = time.monotonic() + 60
        while self.client.xlen("in.decisions") < count and time.monotonic() < stop:
            time.sleep(0.02)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    (tmp_path / "redis").mkdir()
    made = Broker(tmp_path / "redis")
    yield made
    made.stop()


def _received(folder: Path) -> list[Any]:
    with Ledger.open(folder) as ledger:
        return [entry for entry in ledger.entries() if entry.kind == "listing.received"]


def test_messages_are_decided_in_order_and_bad_ones_answered(
    tmp_path: Path, broker: Broker
) -> None:
    folder = make(tmp_path / "w", [])
    numbers = [broker.client.xadd("in", held) for held in (
        {"listing": orjson.dumps(listing("a"))}, {"listing": b"{"}, {"other": b"1"},
        {"listing": b"[1]"}, {"listing": orjson.dumps(listing("b")), "key": "k"},
        {"listing": orjson.dumps(listing("b")), "key": "k"},
    )]  # fmt: skip
    stop = threading.Event()
    with Screener.open(folder) as screener:
        thread = threading.Thread(target=consume, args=(screener, broker.client, "in", stop))
        thread.start()
        broker.wait(len(numbers))
        # A broker that goes away and comes back is followed again.
        broker.stop()
        broker.start()
        broker.client.xadd("in", {"listing": orjson.dumps(listing("c"))})
        broker.wait(len(numbers) + 1)
        stop.set()
        thread.join()
    found = broker.decisions()
    assert [of for of, _ in found[:-1]] == numbers
    told = [made.get("outcome") or made["error"]["reason"] for _, made in found]
    assert told[0] == told[4] == told[5] == told[6] == "publish"
    assert "Broken JSON" in told[1] and "field `listing`" in told[2] and "object" in told[3]
    assert (found[4][1]["replayed"], found[5][1]["replayed"]) == (False, True)
    assert broker.client.xpending("in", "lamplighter")["pending"] == 0
    assert len(_received(folder)) == 3


def test_kill_9_gives_no_listing_two_entries_and_no_message_two_decisions(
    tmp_path: Path, broker: Broker
) -> None:
    folder = make(tmp_path / "w", [])
    for number in range(1500):
        broker.client.xadd("in", {"listing": orjson.dumps(listing(f"n{number}"))})
    command = [sys.executable, "-c", "from lamplighter.cli.main import run; run()", "screen",
               str(folder), "--broker", broker.url, "--stream", "in"]  # fmt: skip
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", *sys.path])}
    killed = 0
    for _ in range(2):
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
            broker.wait(broker.client.xlen("in.decisions") + 1)
            killed += broker.client.xlen("in.decisions") < 1500
            process.send_signal(signal.SIGKILL)
    assert killed
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as process:
        broker.wait(1500)
        process.send_signal(signal.SIGTERM)
        assert b"messages answered" in process.communicate()[1]
    assert process.returncode == 0
    entries = _received(folder)
    assert len(entries) == 1500
    assert len({entry.public["key"] for entry in entries}) == 1500
    found = broker.decisions()
    assert len(found) == len({of for of, _ in found}) == 1500
    assert {made["log_index"] for _, made in found} == {entry.index for entry in entries}


def test_a_password_is_not_taken_from_the_command_line() -> None:
    with pytest.raises(UsageError, match="password"):
        connect("redis://:secret@127.0.0.1:6379/0")
    with pytest.raises(UsageError, match="no address"):
        connect("mailto:broker")
