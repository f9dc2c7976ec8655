"""On what machine and with which versions a table was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

_PACKAGES = ("lamplighter", "numpy", "numba", "pyarrow", "datasketch", "rensa")


def processor() -> str:
    """The processor's model name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe() -> str:
    """One paragraph for the head of a table."""
    memory = psutil.virtual_memory().total / 2**30
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return (
        f"Measured on {processor()}, {cores()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}; {', '.join(found)}."
    )
