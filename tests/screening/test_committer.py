"""Work that is done by whoever brings it, and work that is queued: one at a time, none lost."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from lamplighter.screening.committer import ClosedError, Committer, Job


class Desk:
    """Notes who did what, and that nothing is done by two at a time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.inside = threading.Lock()
        self.seconds = seconds
        self.done: list[int] = []
        self.sizes: list[int] = []
        self.threads: set[str] = set()
        self.left: list[int] = []
        self.rested = threading.Event()

    def handle(self, group: Sequence[Job[int, int]]) -> None:
        assert self.inside.acquire(blocking=False)
        try:
            self.left.clear()  # as the writer does it: what is left comes before the next group
            time.sleep(self.seconds)
            self.threads.add(threading.current_thread().name)
            self.sizes.append(len(group))
            for job in group:
                if job.work < 0:
                    raise ValueError(job.work)
                self.done.append(job.work)
                self.left.append(job.work)
                job.future.set_result(2 * job.work)
        finally:
            self.inside.release()

    def rest(self, idle: float) -> bool:
        assert self.inside.acquire(blocking=False)
        self.inside.release()
        self.rested.set()
        return False

    def after(self) -> None:
        assert self.inside.acquire(blocking=False)
        self.left.clear()
        self.inside.release()


def committer(desk: Desk) -> Committer[int, int]:
    return Committer(desk.handle, desk.rest, desk.after, most=50, pause=0.01, waiting=100)


def test_one_alone_is_done_by_the_thread_that_brings_it_and_the_rest_follows() -> None:
    desk = Desk()
    made = committer(desk)
    with ThreadPoolExecutor(1, "brings") as pool:
        assert pool.submit(made.do, 4).result() == 8
    assert desk.threads == {"brings_0"}
    deadline = time.monotonic() + 5
    while desk.left and time.monotonic() < deadline:
        time.sleep(0.001)
    assert not desk.left
    assert made.do(5) == 10 and desk.threads == {"brings_0", "committer"}  # the main thread queues
    time.sleep(0.05)
    desk.threads.clear()
    with ThreadPoolExecutor(1, "brings") as pool:
        assert [pool.submit(made.do, n).result() for n in range(20)] == [2 * n for n in range(20)]
    assert "brings_0" in desk.threads  # again, after a group that was queued
    made.close()


def test_many_at_once_are_done_once_each_and_share_groups() -> None:
    desk = Desk(0.002)
    made = committer(desk)

    def queued(number: int) -> int:
        return made.put([number])[0].result()

    with ThreadPoolExecutor(16, "brings") as pool:
        mixed = [pool.submit(made.do if n % 3 else queued, n) for n in range(400)]
        assert [each.result() for each in mixed] == [2 * n for n in range(400)]
    made.close()
    assert sorted(desk.done) == list(range(400)) and max(desk.sizes) > 1


def test_an_error_is_told_to_who_brought_it() -> None:
    desk = Desk()
    made = committer(desk)
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(ValueError, match="-1"):
            pool.submit(made.do, -1).result()
        assert pool.submit(made.do, 1).result() == 2
    made.close()


def test_closing_waits_for_what_is_being_done_and_takes_nothing_more() -> None:
    desk = Desk(0.2)
    made = committer(desk)
    with ThreadPoolExecutor(2) as pool:
        under_way = pool.submit(made.do, 1)
        while not desk.inside.locked():
            time.sleep(0.001)
        made.close()
        assert desk.done == [1] and under_way.result() == 2
        with pytest.raises(ClosedError):
            pool.submit(made.do, 2).result()
