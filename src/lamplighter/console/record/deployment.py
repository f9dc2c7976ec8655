"""The workspace this process serves: opened once, by the only writer of its ledger."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb
from django.conf import settings

from lamplighter.console.record.recorder import Recorder
from lamplighter.console.record.sidecar import open_layout
from lamplighter.evidence.act import Act
from lamplighter.screening.index.open import is_built
from lamplighter.screening.service import Screener
from lamplighter.workspace.workspace import Workspace


class Deployment:
    """The ledger through one recorder, and linking's result through one DuckDB."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace.open(folder, write=True)
        self._recorder = Recorder(self.workspace.ledger.append)
        self._lock = threading.Lock()
        # Building an index takes minutes: pages must not wait for it.
        self._opening = threading.Lock()
        self._screener: Screener | None = None
        self._layout: tuple[Path, duckdb.DuckDBPyConnection] | None = None

    def record(self, acts: Sequence[Act]) -> range:
        """Indices of the acts in the ledger, once they are durable."""
        return self._recorder.record(acts)

    def layout(self, folder: Path) -> duckdb.DuckDBPyConnection:
        """A cursor on the laid-out result in `folder`; safe to use in one thread."""
        with self._lock:
            if self._layout is None or self._layout[0] != folder:
                self._layout = (folder, open_layout(folder))
            return self._layout[1].cursor()

    @property
    def screener(self) -> Screener:
        """Screening over the same workspace; its index is opened at the first call."""
        with self._opening:
            if self._screener is None:
                self._screener = Screener.over(self.workspace)
            return self._screener

    def warm(self) -> None:
        """Open an index that is there, so that the first submission need not wait for it."""
        if is_built(self.workspace.folder):
            self.screener.warm()

    def refresh(self) -> None:
        """Let screening know a newer result of linking."""
        if self._screener is not None:
            self._screener.refresh()

    def close(self) -> None:
        """Write what waits and give the ledger back."""
        self._recorder.close()
        if self._screener is not None:
            self._screener.close()
        self.workspace.close()


@cache
def deployment() -> Deployment:
    """The one deployment of this process."""
    return Deployment(settings.CONSOLE.folder)
