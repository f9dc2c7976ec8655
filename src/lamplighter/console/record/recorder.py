"""Group commit: many requests wait for one write to the ledger."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from lamplighter.evidence.act import Act

#: Acts that one write takes at most.
MOST = 5_000

_Waiting = tuple[Sequence[Act], "Future[range]"]


class Recorder:
    """Appends acts in the order they came. `record` returns when they are durable.

    While one write syncs, others gather; the next write takes them all, so that the cost of a
    sync is shared. `append` is the ledger's; it is called from one thread only.
    """

    def __init__(self, append: Callable[[Sequence[Act]], range]) -> None:
        self._append = append
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def record(self, acts: Sequence[Act]) -> range:
        """Indices of the acts, once they are on disk; the ledger's error where it has one."""
        waiting: Future[range] = Future()
        self._queue.put((acts, waiting))
        return waiting.result()

    def close(self) -> None:
        """Write what waits, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, ends = [first], False
            while sum(len(acts) for acts, _ in batch) < MOST:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    ends = True
                    break
                batch.append(more)
            self._write(batch)
            if ends:
                return

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            indices = self._append([act for acts, _ in batch for act in acts])
        except Exception as error:  # whoever waits must hear of it
            for _, waiting in batch:
                waiting.set_exception(error)
            return
        at = indices.start
        for acts, waiting in batch:
            waiting.set_result(range(at, at + len(acts)))
            at += len(acts)
