"""Unpacking what a stranger sent: confined to one folder, bounded, files only."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from lamplighter.evidence.errors import TamperError
from lamplighter.evidence.package.names import confined
from lamplighter.foundation.errors import LamplighterError

MAX_FILES = 5_000_000
_CHUNK = 1 << 20
_LARGEST_HEADER = 1 << 20  # tarfile reads an extended header whole: a forged size must not do harm


class _Guarded:
    """A seekable file that refuses to be read in one large piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _LARGEST_HEADER:
            raise tarfile.ReadError("a header of the archive is too large")
        return self._file.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()


def open_sealed(sealed: Path, identities: Sequence[Any], out: Path) -> None:
    """Decrypt an age file into the new file `out` (0600). Raises TamperError if it was altered, or
    LamplighterError if no identity opens it.
    """
    import pyrage

    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as plain, sealed.open("rb") as source:
        try:
            pyrage.decrypt_io(source, plain, list(identities))
        except pyrage.DecryptError as error:
            if "No matching keys" in str(error):
                raise LamplighterError(
                    "This identity does not open the package.",
                    where=str(sealed),
                    hint="It was sealed for another key; its sender knows the fingerprint.",
                ) from error
            raise _altered(sealed, error) from error
        except OSError as error:
            if error.errno is not None:  # the disk, not the package
                raise
            raise _altered(sealed, error) from error


def _altered(sealed: Path, error: Exception) -> TamperError:
    return TamperError(
        "The sealed package was altered or cut short.",
        where=f"{sealed}: {error}",
        hint="Ask for it again; nothing was unpacked.",
    )


def unpack_tar(archive: Path, folder: Path) -> None:
    """Unpack a tar into the new folder, without its top folder.

    Regular files only: links, devices, sparse files, absolute names, `..`, doubled names and names
    outside the plain set are refused (TamperError). What it unpacks to is never more than the
    archive's own size, for tar does not compress; compressed archives are refused.
    """
    limit = archive.stat().st_size
    written = files = 0
    folder.mkdir()
    try:
        with (
            archive.open("rb") as raw,
            tarfile.open(fileobj=_Guarded(raw), mode="r:") as tar,  # type: ignore[call-overload]
        ):
            for member in tar:
                if member.isdir():
                    continue
                name = _inner(member.name)
                if not member.isreg() or member.issparse():
                    raise TamperError("The package holds something that is no file.", where=name)
                files, written = files + 1, written + member.size
                if files > MAX_FILES or written > limit:
                    raise TamperError("The package holds more than it can.", where=str(archive))
                source = tar.extractfile(member)
                if source is None:
                    raise TamperError("A file of the package cannot be read.", where=name)
                _place(source, folder / name, member.size)
    except tarfile.TarError as error:
        raise TamperError(
            "This is no package: its archive cannot be read.", where=f"{archive}: {error}"
        ) from error
    if not files:
        raise TamperError("The package is empty.", where=str(archive))


def _inner(name: str) -> str:
    top, _, inner = name.partition("/")
    confined(top)
    return confined(inner)


def _place(source: Any, path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    left = size
    try:
        with path.open("xb") as out:
            while left:
                chunk = source.read(min(left, _CHUNK))
                if not chunk:
                    raise TamperError("The package was cut short.", where=path.name)
                out.write(chunk)
                left -= len(chunk)
    except FileExistsError as error:
        raise TamperError("A file is in the package twice.", where=path.name) from error


def copy_bag(source: Path, folder: Path) -> None:
    """Copy a bag that came as a folder; links and odd names are refused as in an archive."""
    folder.mkdir()
    count = 0
    for place, folders, files in os.walk(source, followlinks=False):
        for name in [*folders, *files]:
            path = Path(place) / name
            inner = confined(path.relative_to(source).as_posix())
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise TamperError("The package holds something that is no file.", where=inner)
            count += 1
            if count > MAX_FILES:
                raise TamperError("The package holds more than it can.", where=str(source))
            if path.is_dir():
                (folder / inner).mkdir()
            else:
                shutil.copyfile(path, folder / inner, follow_symlinks=False)
