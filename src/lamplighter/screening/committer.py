"""One thread that works for many: whatever waits is taken together, so one fsync serves all."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from lamplighter.foundation.errors import LamplighterError

T = TypeVar("T")
R = TypeVar("R")


class ClosedError(LamplighterError):
    """The service is stopping; nothing of this was taken."""


class Job(Generic[T, R]):
    """A piece of work and the promise of its result."""

    __slots__ = ("future", "work")

    def __init__(self, work: T) -> None:
        self.work = work
        self.future: Future[R] = Future()


class Committer(Generic[T, R]):
    """`handle` gets up to `most` jobs at a time and must settle the future of each.

    `rest` is called when nothing has come for `pause` seconds and `busy()` says there is something
    left to do. An error of `handle` settles every future of its group with it.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Job[T, R]]], None],
        rest: Callable[[float], bool],
        *,
        most: int,
        pause: float,
        waiting: int,
    ) -> None:
        self._handle, self._rest = handle, rest
        self._most, self._pause, self._waiting = most, pause, waiting
        self._jobs: deque[Job[T, R]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def put(self, works: Sequence[T]) -> list[Future[R]]:
        """Queue work; waits while too much is queued. ClosedError after `close`."""
        jobs: list[Job[T, R]] = [Job(work) for work in works]
        with self._changed:
            while len(self._jobs) >= self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                raise ClosedError("The screening service is stopping.", hint="Ask again shortly.")
            self._jobs.extend(jobs)
            self._changed.notify_all()
        return [job.future for job in jobs]

    def close(self) -> None:
        """Finish what is queued, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        idle_since = time.monotonic()
        more = True  # something may be left to do while nothing comes
        while True:
            with self._changed:
                if not self._jobs and not self._closed:
                    self._changed.wait(self._pause if more else None)
                group = [self._jobs.popleft() for _ in range(min(self._most, len(self._jobs)))]
                self._changed.notify_all()
                if not group and self._closed:
                    return
            if group:
                self._settle(group)
                idle_since, more = time.monotonic(), True
            else:
                more = self._rest(time.monotonic() - idle_since)

    def _settle(self, group: Sequence[Job[T, R]]) -> None:
        try:
            self._handle(group)
            error: BaseException | None = None
        except BaseException as caught:
            error = caught
        for job in group:
            if not job.future.done():
                job.future.set_exception(error or RuntimeError("a job was left without an answer"))
