"""Work on threads, results in the order of the work, and never many of them at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """Results of `work` on each item. At most `threads` + 1 are in the making or waiting.

    Trap: `ThreadPoolExecutor.map` starts everything at once; if the one who takes the results is
    slower, they fill the memory.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(max(1, threads)) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
