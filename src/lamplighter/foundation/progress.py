"""Progress on standard error: a bar on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import psutil


class Progress(Protocol):
    """What a long step reports to."""

    def advance(self, amount: int) -> None:
        """Say that `amount` more units are done."""

    def total(self, amount: int) -> None:
        """Say how many units there are in all, once it is known."""


@dataclass
class _Bar:
    bar: Any
    task: Any

    def advance(self, amount: int) -> None:
        self.bar.advance(self.task, amount)

    def total(self, amount: int) -> None:
        self.bar.update(self.task, total=amount)


class _Silent:
    def advance(self, amount: int) -> None:
        return

    def total(self, amount: int) -> None:
        return


@dataclass
class Steps:
    """Runs named steps, shows a bar for each, and records seconds and memory (for run.json)."""

    quiet: bool = False
    record: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(
        self, name: str, total: int | None = None, unit: str = "listings"
    ) -> Iterator[Progress]:
        """One step; its wall seconds, CPU seconds and resident memory afterwards are recorded."""
        process = psutil.Process()
        wall, cpu = time.perf_counter(), sum(process.cpu_times()[:2])
        try:
            if self.quiet or not sys.stderr.isatty():
                yield _Silent()
            else:
                yield from self._shown(name, total, unit)
        finally:
            self.record.append(
                {
                    "step": name,
                    "seconds": round(time.perf_counter() - wall, 3),
                    "cpu_seconds": round(sum(process.cpu_times()[:2]) - cpu, 3),
                    "resident_mb": round(process.memory_info().rss / 1e6),
                }
            )

    @staticmethod
    def _shown(name: str, total: int | None, unit: str) -> Iterator[Progress]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=Console(stderr=True), transient=False) as bar:
            yield _Bar(bar, bar.add_task(name, total=total))
