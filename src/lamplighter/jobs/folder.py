"""An output folder that is either complete or not there."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from lamplighter.foundation.errors import LamplighterError, UsageError

#: Present in every finished output folder: what may be replaced by a re-run.
MARKER = "run.json"


@contextmanager
def finished_folder(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` to write into; rename it to `out` at the end.

    On any error, Ctrl-C included, nothing is left. An existing folder is replaced only if it is
    an earlier output (it has a run.json) or empty.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).is_file())):
        raise UsageError(
            "The output folder exists and is not an output of Lamplighter.",
            where=str(out),
            hint="Name a folder that does not exist yet: --out results",
        )
    _remove_of_the_dead(out)
    beside = out.parent / f".{out.name}.partial-{os.getpid()}"
    try:
        beside.mkdir(parents=True)
    except OSError as error:
        raise LamplighterError(
            "The output folder cannot be made.",
            where=str(out),
            hint=f"{error.strerror}. Choose a place you may write to.",
        ) from error
    try:
        yield beside
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    except OSError as error:
        raise LamplighterError(
            "Writing failed; nothing was left in the output folder.",
            where=str(error.filename or out),
            hint=f"{error.strerror or error}. Free some space or choose another place.",
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _remove_of_the_dead(out: Path) -> None:
    """Remove what runs left beside `out` that were killed before they could clear up."""
    for left in out.parent.glob(f".{glob.escape(out.name)}.partial-*"):
        number = left.name.rsplit("-", 1)[1]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            shutil.rmtree(left, ignore_errors=True)
