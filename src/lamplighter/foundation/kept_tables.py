"""Tables that take long to make and are the same every time: made once, then read from a file.

They are kept where numba keeps its kernels, beside the code, or in the user's cache folder where
that may not be written. A file's name holds a digest of all that its tables are made from: other
code or another version of a library reads another file.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Tables: TypeAlias = dict[str, NDArray[Any]]

_BESIDE = Path(__file__).with_name("__pycache__")


def kept_tables(
    name: str, modules: Sequence[str], version: str, make: Callable[[], Tables]
) -> Tables:
    """The tables that `make` gives, from a file if it is there.

    `modules`: files whose code makes them; `version`: that of the data they are made from. What
    cannot be read is made again; what cannot be written is made every time.
    """
    try:
        digest = hashlib.sha256(f"{version} {sys.version}".encode())
        for module in modules:
            digest.update(Path(module).read_bytes())
    except OSError:
        return make()
    file = f"{name}-{digest.hexdigest()[:20]}.npz"
    for folder in _folders():
        with (
            suppress(OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile),
            np.load(folder / file, allow_pickle=False) as found,
        ):
            return {key: found[key] for key in found.files}
    tables = make()
    for folder in _folders():
        with suppress(OSError):
            _write(folder, name, file, tables)
            break
    return tables


def _folders() -> list[Path]:
    cache = os.environ.get("XDG_CACHE_HOME")
    return [_BESIDE, Path(cache or "~/.cache").expanduser() / "lamplighter"]


def _write(folder: Path, name: str, file: str, tables: Tables) -> None:
    """Written beside and renamed, so that no one reads half a file; older ones go."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        try:
            np.savez(part, allow_pickle=False, **tables)
            part.close()
            Path(part.name).chmod(0o644)
            Path(part.name).replace(folder / file)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    for old in folder.glob(f"{name}-*.npz"):
        if old.name != file:
            old.unlink(missing_ok=True)


def pack(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts without a NUL as one array, for a table."""
    return np.frombuffer("\0".join(texts).encode(), np.uint8)


def unpack(table: NDArray[np.uint8]) -> list[str]:
    """The texts of `pack`; at least one."""
    return table.tobytes().decode().split("\0")
