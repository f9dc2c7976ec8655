"""Files of many commits: written at once, flushed together when it is time.

What they hold is durable elsewhere until then (`journal`).
"""

from __future__ import annotations

import os
from pathlib import Path

from lamplighter.evidence.flush import Flusher
from lamplighter.foundation.durable import write_all

_AT_ONCE = 200


class Unsettled:
    """Files and folders that were written and not flushed."""

    def __init__(self, flusher: Flusher) -> None:
        self._flusher = flusher
        self._files: dict[Path, None] = {}
        self._partial: dict[Path, Path] = {}
        self._folders: dict[Path, None] = {}
        #: What was appended since `take_appended`: file, from which byte on, bytes.
        self._appended: list[tuple[Path, int, bytes]] = []

    def append(self, path: Path, data: bytes, mode: int) -> None:
        """Append to a file, which is made where it is not there."""
        if not path.exists():
            self._folders[path.parent] = None
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, mode)
        try:
            self._appended.append((path, os.fstat(handle).st_size, data))
            write_all(handle, data)
        finally:
            os.close(handle)
        self._files[path] = None

    def take_appended(self) -> list[tuple[Path, int, bytes]]:
        """What was appended since the last call."""
        taken, self._appended = self._appended, []
        return taken

    def write(self, path: Path, data: bytes) -> None:
        """Write a file from its beginning, with the folders it needs."""
        self._have(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            write_all(handle, data)
        finally:
            os.close(handle)
        self.note(path)

    def put(self, path: Path, data: bytes) -> None:
        """As `write`, where the file does not say so already: a full disk must not take what is
        there."""
        if not path.exists() or path.read_bytes() != data:
            self.write(path, data)
        self.note(path)

    def put_at(self, path: Path, offset: int, data: bytes, mode: int) -> None:
        """Have these bytes there in a file."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
        try:
            if os.pread(handle, len(data), offset) != data:
                os.lseek(handle, offset, os.SEEK_SET)
                write_all(handle, data)
        finally:
            os.close(handle)
        self.note(path)

    def note(self, path: Path) -> None:
        """A file was written, or got its name. Of the partial tiles of one place only the last is
        needed by the newest checkpoint."""
        if path.parent.suffix == ".p":
            old = self._partial.get(path.parent)
            if old is not None:
                self._files.pop(old, None)
            self._partial[path.parent] = path
        self._files[path] = None
        self._folders[path.parent] = None

    def settle(self) -> None:
        """Flush them; what is gone since needs none. OSError, and then all of them remain."""
        for paths, how in (
            (self._files, os.O_RDONLY),
            (self._folders, os.O_RDONLY | os.O_DIRECTORY),
        ):
            names = list(paths)
            for at in range(0, len(names), _AT_ONCE):
                self._flush(names[at : at + _AT_ONCE], how)
        self.forget()

    def forget(self) -> None:
        """Nothing is to be flushed any more."""
        for each in (self._files, self._partial, self._folders, self._appended):
            each.clear()

    def _flush(self, paths: list[Path], how: int) -> None:
        handles: list[int] = []
        try:
            for path in paths:
                try:
                    handles.append(os.open(path, how | os.O_CLOEXEC))
                except FileNotFoundError:
                    continue
            self._flusher.each(handles)
        finally:
            for handle in handles:
                os.close(handle)

    def _have(self, folder: Path) -> None:
        if folder in self._folders or folder.is_dir():
            return
        self._have(folder.parent)
        folder.mkdir(exist_ok=True)
        self._folders[folder.parent] = None
