"""Links again while the console serves, when people said something that linking must hear.

What was said is durable before anybody asks here, and linking compares what it would read with what
it read last: a request too many costs a look, and a judgement whose request a crash swallowed is
made up for at the next start.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from lamplighter.jobs.judged_links import FILE

_LOG = logging.getLogger("lamplighter.console")
#: Seconds that more may come in before it begins, and after one that failed.
_SETTLE, _AGAIN = 20.0, 120.0
_wanted = threading.Event()


def relink_soon() -> None:
    """Ask for a linking; several that come together are one. Without a server nothing happens."""
    _wanted.set()


def in_own_process(folder: Path) -> bool:
    """Link in a process that may use both cores and die alone; whether it went well."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "lamplighter.jobs.relink", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        _LOG.warning("linking again did not work: %s", done.stderr.strip()[-2_000:])
    return done.returncode == 0


class Relinker:
    """A thread that waits for requests; at the start, it asks where judgements are newer than links."""

    def __init__(
        self, folder: Path, run: Callable[[Path], bool] = in_own_process, *,
        settle: float = _SETTLE, again: float = _AGAIN,
    ) -> None:  # fmt: skip
        self._folder, self._run, self._settle, self._again = folder, run, settle, again
        self._stop = threading.Event()
        if _behind(folder):
            _wanted.set()
        self._thread = threading.Thread(target=self._work, name="relinker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; a linking that is under way is waited for."""
        self._stop.set()
        _wanted.set()
        self._thread.join()
        _wanted.clear()

    def _work(self) -> None:
        while True:
            _wanted.wait()
            if self._stop.wait(self._settle):
                return
            _wanted.clear()  # what comes from here on is heard the next time
            if not self._run(self._folder):
                _wanted.set()
                if self._stop.wait(self._again):
                    return


def _behind(folder: Path) -> bool:
    try:
        return (folder / FILE).stat().st_mtime_ns > (folder / "links/run.json").stat().st_mtime_ns
    except FileNotFoundError:
        return False
