"""Files that become durable together: their flushes run side by side, and the disk does them as one.

Seven flushes one after the other take seven turns of the disk. What may become durable in any
order, because nothing points to it yet, is written first and then flushed by several threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from lamplighter.foundation.closing import Closing
from lamplighter.foundation.durable import write_all

_OPEN_AT_ONCE = 200
_THREADS = 6
_FOLDERS = 8


class Flusher:
    """The threads of one writer; they end with `close`."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._folders: dict[Path, int] = {}

    def folder(self, path: Path) -> int:
        """A handle of a folder, kept for the next commit, which most often needs the same ones."""
        handle = self._folders.pop(path, None)
        if handle is None:
            while len(self._folders) >= _FOLDERS:
                os.close(self._folders.pop(next(iter(self._folders))))
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._folders[path] = handle  # the last to be given up
        return handle

    def forget(self) -> None:
        """Give the handles of folders back: a folder of the same name may be another one."""
        while self._folders:
            os.close(self._folders.popitem()[1])

    def each(self, handles: Iterable[int]) -> None:
        """Flush open files and folders. OSError of the first that fails, once all are done."""
        started = [self._threads().submit(os.fsync, handle) for handle in handles]
        for error in [each.exception() for each in started]:
            if error is not None:
                raise error

    def later(self, work: Callable[[], None]) -> Future[None]:
        """Have something done by another thread, before `close` returns."""
        return self._threads().submit(work)

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, "flush")
        return self._pool

    def close(self) -> None:
        """End the threads."""
        self.forget()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


class Unflushed(Closing):
    """What was written and is not durable yet; a context manager that closes all files.

    Nothing of it is durable before `flush` returns, and all of it, names included, when it has.
    """

    def __init__(self, flusher: Flusher) -> None:
        self._flusher = flusher
        self._handles: list[int] = []
        self._folders: dict[Path, None] = {}

    def append(self, path: Path, data: bytes, mode: int) -> None:
        """Append to a file, which is made where it is not there."""
        if not path.exists():
            self._folders[path.parent] = None
        self._write(path, data, os.O_APPEND, mode)

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Write a file from its beginning, with the folders it needs."""
        self._have(path.parent)
        self._folders[path.parent] = None
        self._write(path, data, os.O_TRUNC, mode)

    def flush(self) -> None:
        """Make all of it durable."""
        try:
            folders = list(self._folders)
            for at in range(0, len(folders), _FOLDERS):
                kept = [self._flusher.folder(path) for path in folders[at : at + _FOLDERS]]
                self._flusher.each([*self._handles, *kept])
                self.close()
            self._flusher.each(self._handles)
        finally:
            self.close()
        self._folders.clear()

    def _have(self, folder: Path) -> None:
        if folder in self._folders or folder.is_dir():
            return
        self._have(folder.parent)
        folder.mkdir(exist_ok=True)
        self._folders[folder.parent] = None

    def _write(self, path: Path, data: bytes, how: int, mode: int) -> None:
        if len(self._handles) >= _OPEN_AT_ONCE:
            self._flusher.each(self._handles)
            self.close()
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how
        self._handles.append(os.open(path, flags, mode))
        write_all(self._handles[-1], data)

    def close(self) -> None:
        """Give back the files that are open."""
        while self._handles:
            os.close(self._handles.pop())
