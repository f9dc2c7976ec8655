"""A bag as one file: a tar, sealed with age to the recipients' keys."""

from __future__ import annotations

import os
import tarfile
import threading
from collections.abc import Sequence
from pathlib import Path

from lamplighter.evidence.package.names import confined
from lamplighter.evidence.package.recipient import Recipient

#: Times, owners and modes in the tar are fixed: the same bag gives the same tar.
_MODE, _MTIME = 0o644, 0


def write_tar(folder: Path, out: object, top: str) -> None:
    """Write the files of `folder` below `top/` to the binary stream `out`, names sorted (ustar)."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.USTAR_FORMAT) as tar:  # type: ignore[call-overload]
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = tarfile.TarInfo(f"{top}/{confined(path.relative_to(folder).as_posix())}")
            entry.size, entry.mode, entry.mtime = path.stat().st_size, _MODE, _MTIME
            with path.open("rb") as source:
                tar.addfile(entry, source)


def seal(folder: Path, out: Path, top: str, recipients: Sequence[Recipient]) -> None:
    """Write `out`: the bag as tar, encrypted as it is made; the tar itself touches no disk.

    `out` must not exist. Durable when this returns; removed again if it fails.
    """
    import pyrage

    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def feed() -> None:
        try:
            with os.fdopen(writing, "wb") as pipe:
                write_tar(folder, pipe, top)
        except BaseException as error:  # handed to the caller, in the other thread
            failed.append(error)

    feeder = threading.Thread(target=feed, daemon=True)
    try:
        with out.open("xb") as sealed:
            feeder.start()
            with os.fdopen(reading, "rb") as pipe:
                pyrage.encrypt_io(pipe, sealed, [each.key for each in recipients])
            feeder.join()
            if failed:
                raise failed[0]
            sealed.flush()
            os.fsync(sealed.fileno())
    except FileExistsError:
        raise
    except BaseException:
        out.unlink(missing_ok=True)
        raise
