"""What a command costs: wall and CPU seconds of its whole process tree, peak resident memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Costs of one command. `peak_mb` is the largest resident set of any process of the tree."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


def run(command: list[str]) -> Spent:
    """Run a command to its end; `RuntimeError` with the end of its standard error if it fails.

    `wait4` accounts for the child and every descendant it waited for (getrusage(2)); ru_maxrss is
    in KiB on Linux and in bytes on macOS.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, text=True)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            told = err.read()[-2000:]
            raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}: {told}")
        unit = 1.0 if os.uname().sysname == "Darwin" else 1024.0
        cpu = usage.ru_utime + usage.ru_stime
        return Spent(wall, cpu, usage.ru_maxrss * unit / 1e6, out.read())


def median(runs: list[Spent]) -> Spent:
    """The medians of several runs, each measure by itself; the output of the last."""
    return Spent(
        statistics.median(each.wall for each in runs),
        statistics.median(each.cpu for each in runs),
        statistics.median(each.peak_mb for each in runs),
        runs[-1].output,
    )
