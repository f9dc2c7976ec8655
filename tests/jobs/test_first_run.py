"""Kernels compiled ahead are those that a link asks for."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from lamplighter.jobs import first_run


def test_what_is_compiled_ahead_is_what_reads_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    from lamplighter.linking.templates import reading, search

    monkeypatch.setattr(first_run, "_begun", False)
    first_run._compile_templates()
    first_run._compile_linking()
    for kernel in (search._search, reading._read):
        compiled: Any = kernel
        assert compiled.signatures
    assert first_run._compiled()


def test_it_runs_by_itself_once_and_never_outlives_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    start = subprocess.Popen

    def seen(command: list[str], **more: Any) -> Any:
        begun.append(
            (command, start([sys.executable, "-c", "import time; time.sleep(60)"], **more))
        )
        return begun[-1][1]

    monkeypatch.setattr(subprocess, "Popen", seen)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(first_run, "_begun", False)
    monkeypatch.setattr(first_run, "_compiled", lambda: False)
    with first_run.compiling_beside(), first_run.compiling_beside():
        assert begun[0][1].poll() is None
    ((command, other),) = begun
    assert command == [sys.executable, "-m", "lamplighter.jobs.first_run"]
    assert other.returncode is not None
