"""What lies in a log's folder beyond its checkpoint: a crash before the checkpoint leaves it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from lamplighter.evidence.tiles import TILE_WIDTH
from lamplighter.foundation.durable import sync_folder


def leftovers(folder: Path, size: int) -> Iterator[Path]:
    """Files and `.p` folders under tile/ that a tree of `size` entries has no place for."""
    tiles = folder / "tile"
    if not tiles.is_dir():
        return
    for top in sorted(tiles.iterdir()):
        level = 0 if top.name == "entries" else int(top.name) if top.name.isdigit() else None
        if level is not None:
            full, width = divmod(size >> (8 * level), TILE_WIDTH)
            yield from _beyond(top, 0, full, width)


def _beyond(folder: Path, group: int, full: int, width: int) -> Iterator[Path]:
    """`group` is the number that the folder's own name stands for (x001/x234 is 1234)."""
    with os.scandir(folder) as found:
        names = sorted(entry.name for entry in found)
    for name in names:
        digits = name.removeprefix("x").removesuffix(".p")
        if len(digits) != 3 or not digits.isdigit():
            continue
        number = group * 1000 + int(digits)
        path = folder / name
        if name.startswith("x"):
            yield from _beyond(path, number, full, width)
        elif name.endswith(".p"):
            if number > full or (number == full and width == 0):
                yield path
            elif number == full:
                yield from (part for part in path.iterdir() if int(part.name) > width)
        elif number >= full:
            yield path


def remove_leftovers(folder: Path, size: int) -> list[Path]:
    """Remove them, durably. Returns what was removed."""
    removed = list(leftovers(folder, size))
    for path in removed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for parent in {path.parent for path in removed}:
        if parent.is_dir():
            sync_folder(parent)
    return removed
