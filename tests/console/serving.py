"""`lamplighter serve` as people run it: a process of its own, which can be killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

COMMAND = [sys.executable, "-c", "from lamplighter.cli.main import run; run()"]


def clean_environment() -> dict[str, str]:
    """Without what conftest.py set for this process, which has another workspace."""
    ours = ("LAMPLIGHTER", "DJANGO")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Served:
    """A console on a free port; a context manager. `invitation` is the first administrator's link."""

    def __init__(self, home: Path, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base, self.invitation = f"http://127.0.0.1:{port}", ""
        self.process = subprocess.Popen(
            [*COMMAND, "serve", str(home), "--port", str(port), "--threads", "4"],
            stdout=subprocess.PIPE, text=True, env=clean_environment() | environment,
            start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http\S+/invitation/\S+", line):
                self.invitation = found[0]
            if line.startswith("Console:"):
                break
        for _ in range(600):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the console does not listen")

    def kill(self) -> None:
        """End the server and its worker at once, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def client(self, name: str, password: str) -> Browser:
        """Whoever signs in with a name and a password."""
        made = Browser(base_url=self.base, follow_redirects=False, timeout=60)
        made.submit("/account/login/", {"login": name, "password": password})
        assert "sessionid" in made.cookies
        return made

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.kill()


class Browser(httpx.Client):
    """Sends forms as a page would."""

    def submit(self, address: str, given: dict[str, str]) -> httpx.Response:
        """A form with its token."""
        if "csrftoken" not in self.cookies:
            self.get("/account/login/")
        token = self.cookies["csrftoken"]
        return self.post(address, data=given | {"csrfmiddlewaretoken": token},
                         headers={"Referer": f"{self.base_url}"})  # fmt: skip
