"""One thread that works for many: whatever waits is taken together, so one fsync serves all.

Work that comes when nobody waits is done by the thread that brings it: to hand it over and back takes two
turns of the scheduler and of Python's lock.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from lamplighter.foundation.errors import LamplighterError

#: Seconds in which an answer is on its way: what comes after it would only hold it up.
_ANSWER = 0.0005

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

    `rest` is called when nothing has come for `pause` seconds and something is left to do. `after` is
    called soon after each group, before the next one. An error of `handle` settles every future of its
    group with it. None of the three is called by two threads at a time.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Job[T, R]]], None],
        rest: Callable[[float], bool],
        after: Callable[[], None],
        *,
        most: int,
        pause: float,
        waiting: int,
    ) -> None:
        self._handle, self._rest, self._after = handle, rest, after
        self._most, self._pause, self._waiting = most, pause, waiting
        self._jobs: deque[Job[T, R]] = deque()
        self._changed = threading.Condition()
        self._turn = threading.Lock()  # held by whoever calls `handle`, `rest` or `after`
        self._grouped = False  # a group was taken and waits for its turn
        self._answered = False  # by a thread that brought its work; `after` is to be called
        self._idle_since = time.monotonic()
        self._more = True  # something may be left to do while nothing comes
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

    def do(self, work: T) -> R:
        """The result of one piece of work: done here and now where nobody waits, else queued.

        Ctrl-C comes to the main thread and would leave work half done, so that one always queues.
        """
        main = threading.current_thread() is threading.main_thread()
        if main or not self._turn.acquire(blocking=False):
            return self.put([work])[0].result()
        job: Job[T, R] = Job(work)
        try:
            with self._changed:
                alone = not self._jobs and not self._grouped and not self._closed
            if alone:
                self._settle([job])
        finally:
            self._turn.release()
        if not alone:
            return self.put([work])[0].result()
        with self._changed:
            self._answered = True
            self._changed.notify_all()
        return job.future.result()

    def close(self) -> None:
        """Finish what is queued, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        with self._turn:  # a thread may still do what it brought before
            pass

    def _run(self) -> None:
        while True:
            with self._changed:
                self._grouped = False
                if not self._jobs and not self._closed and not self._answered:
                    self._changed.wait(self._pause if self._more else None)
                answered, self._answered = self._answered, False
                group = [self._jobs.popleft() for _ in range(min(self._most, len(self._jobs)))]
                self._grouped = bool(group)
                self._changed.notify_all()
                if not group and not answered and self._closed:
                    return
            if answered and not group:
                time.sleep(_ANSWER)
            with self._turn:
                if group:
                    self._settle(group)
                    self._after()
                elif answered:
                    self._after()
                else:
                    self._more = self._rest(time.monotonic() - self._idle_since)

    def _settle(self, group: Sequence[Job[T, R]]) -> None:
        try:
            self._handle(group)
            error: BaseException | None = None
        except BaseException as caught:
            error = caught
        for job in group:
            if not job.future.done():
                job.future.set_exception(error or RuntimeError("a job was left without an answer"))
        self._idle_since, self._more = time.monotonic(), True
