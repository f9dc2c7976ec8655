"""Writing so that a crash or a full disk leaves the old or the new, never half."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

_OPEN_AT_ONCE = 200


def sync_folder(folder: Path) -> None:
    """Make names in the folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make a folder and its parents, durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


def write_all(handle: int, data: bytes) -> None:
    """`os.write` until all is written: a full disk may take a part first."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def replace_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write beside, fsync, rename, fsync the folder."""
    beside = path.with_name(path.name + ".new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_files(files: Iterable[tuple[Path, bytes]]) -> None:
    """Write new files and make them durable, names included.

    All of a group is written before the first fsync: the journal is then flushed once for many.
    """
    folders: dict[Path, None] = {}
    group: list[int] = []
    try:
        for path, data in files:
            if path.parent not in folders:
                make_folder(path.parent)
                folders[path.parent] = None
            group.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
            write_all(group[-1], data)
            if len(group) == _OPEN_AT_ONCE:
                _sync_and_close(group)
        _sync_and_close(group)
    finally:
        for handle in group:
            os.close(handle)
    for folder in folders:
        sync_folder(folder)


def _sync_and_close(group: list[int]) -> None:
    for handle in group:
        os.fsync(handle)
    while group:
        os.close(group.pop())
