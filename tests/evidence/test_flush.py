"""Handles of folders are kept for the next commit, and never more than a few."""

from __future__ import annotations

import os
from pathlib import Path

from lamplighter.evidence.flush import _FOLDERS, Flusher, Unflushed


def _handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_more_folders_than_are_kept_open(tmp_path: Path) -> None:
    flusher = Flusher()
    open_before = _handles()
    for turn in range(3):
        with Unflushed(flusher) as files:
            for at in range(2 * _FOLDERS + 3):
                files.write(tmp_path / f"{at}" / f"{turn}", b"x")
            files.flush()
        assert _handles() <= open_before + _FOLDERS
    assert len(list(tmp_path.glob("*/*"))) == 3 * (2 * _FOLDERS + 3)
    flusher.close()
    assert _handles() <= open_before


def test_one_that_is_in_use_is_not_given_up(tmp_path: Path) -> None:
    flusher = Flusher()
    folders = [tmp_path / str(at) for at in range(_FOLDERS + 1)]
    for folder in folders:
        folder.mkdir()
    first = [flusher.folder(folder) for folder in folders[:_FOLDERS]]
    assert flusher.folder(folders[0]) == first[0]
    flusher.folder(folders[-1])  # gives up the second, which was used longest ago
    os.fstat(first[0])
    assert folders[1] not in flusher._folders
    flusher.close()
