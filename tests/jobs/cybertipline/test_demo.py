"""`lamplighter demo` on a terminal: two people release a report that its stand-in accepts."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

_PASSWORD = "a long password 42"
_COMMAND = "from lamplighter.cli.main import run; run()"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """The demonstration under way; gives what a pattern finds in its output, once it is there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    ours, theirs = pty.openpty()
    words = ["demo", "--out", str(tmp_path / "demo"), "-n", "400", "-p", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    said: list[str] = []

    def listen() -> None:
        while True:
            try:
                said.append(os.read(ours, 65_536).decode("utf-8", "replace"))
            except OSError:  # the other end is gone
                return

    threading.Thread(target=listen, daemon=True).start()

    def find(pattern: str) -> str:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            if found := re.search(pattern, "".join(said)):
                return found[1]
            time.sleep(0.1)
        raise AssertionError("".join(said)[-2_000:])

    yield find
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    os.close(ours)


class Visitor:
    """A person with a browser that runs no script."""

    def __init__(self, base: str, invitation: str, name: str) -> None:
        self.http = httpx.Client(base_url=base, follow_redirects=True, timeout=30)
        self.page = self.http.get(invitation)
        names = re.findall(r'name="(\w*(?:user|pass)\w*)"', self.page.text)
        self.post(invitation, {one: name if "user" in one else _PASSWORD for one in names})

    def get(self, path: str) -> str:
        self.page = self.http.get(path)
        assert self.page.status_code == 200, (path, self.page.status_code)
        return self.page.text

    def post(self, path: str, form: dict[str, str]) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page.text)
        assert token
        self.page = self.http.post(path, data=form | {"csrfmiddlewaretoken": token[1]},
                                   headers={"Referer": str(self.page.url)})  # fmt: skip
        assert self.page.status_code == 200, (path, self.page.status_code)
        return self.page.text


def test_two_people_release_a_report_in_the_demonstration(
    demo: Callable[[str], str], tmp_path: Path
) -> None:
    first_door, second_door = demo(r"Reviewer, once: (\S+)"), demo(r"Second person, once: (\S+)")
    demo(r"(Stand-in for NCMEC's service at http://127\.0\.0\.1:\d+; nothing reaches NCMEC)")
    base = demo(r"Console: (\S+)\s")
    for _ in range(300):
        try:
            httpx.get(f"{base}/alive")
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    first, second = Visitor(base, first_door, "ann"), Visitor(base, second_door, "ben")
    for _ in range(100):  # the queue fills when the result was laid out
        if found := re.search(r'href="/operation/(op-\w+)/', first.get("/queue/")):
            break
        time.sleep(0.2)
    assert found
    operation = found[1]
    first.get(f"/operation/{operation}/")
    verdict = {"verdict": "report", "clause": "control", "note": "my opinion first"}
    first.post(f"/operation/{operation}/decide", verdict)
    first.post(f"/operation/{operation}/tip", {"incident": "sex-trafficking"})
    page = first.page.url.path
    assert page.startswith("/tips/tip-") and "desk@sample.invalid" in first.page.text
    assert "Stand-in" in first.page.text
    first.post(f"{page}ask", {"note": "my opinion first"})
    assert "my opinion first" not in second.get(page)
    second.post(f"{page}second", {"word": "confirmed", "note": "I read it all"})
    for _ in range(100):
        if "Kept until" in second.get(page):
            break
        time.sleep(0.2)
    assert "1000000" in second.page.text and "hold-" in second.page.text
    kept = tmp_path / "demo" / "workspace" / "reports" / "stand-in" / "1000000"
    assert (kept / "state").read_text() == "finished"
    second.post(f"{page}casefile", {})
    assert second.page.content.startswith(b"%PDF")
