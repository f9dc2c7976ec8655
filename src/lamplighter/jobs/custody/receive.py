"""Receiving a package on another machine: decrypt, unpack confined, check everything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate

from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.note import read_key
from lamplighter.evidence.package.recipient import read_identity
from lamplighter.evidence.package.unpack import copy_bag, open_sealed, unpack_tar
from lamplighter.evidence.verifier.lamplighter_verify import check_package
from lamplighter.foundation.errors import UsageError

_SHOWN = 20


def receive(
    package: Path,
    *,
    identity: Path | None = None,
    out: Path | None = None,
    key: str | None = None,
    roots: Sequence[Certificate] = (),
) -> dict[str, Any]:
    """Check a package: a bag, a tar of one, or one sealed with age. What was found in it.

    A folder is checked where it is; with `out` it is copied first. A file needs `out`, where it is
    unpacked; if anything was altered nothing is left there. Raises TamperError that names it.
    `roots`: what the signers of its timestamps must lead to.
    """
    if not package.exists():
        raise UsageError("There is no package.", where=str(package))
    key = _trusted(key)
    if package.is_dir() and out is None:
        return _checked(package, key, roots) | {"out": str(package)}
    if out is None:
        raise UsageError("A sealed package is unpacked first.", hint="Say where: --out FOLDER")
    if out.exists() or out.is_symlink():
        raise UsageError("There is something already.", where=str(out), hint="Name a new folder.")
    work = out.parent / f".{out.name}.partial-{os.getpid()}"
    out.parent.mkdir(parents=True, exist_ok=True)
    work.mkdir(mode=0o700)
    try:
        folder = work / "package"
        if package.is_dir():
            copy_bag(package, folder)
        else:
            unpack_tar(_plain(package, identity, work), folder)
        found = _checked(folder, key, roots)
        folder.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return found | {"out": str(out)}


def _trusted(key: str | None) -> str | None:
    """The key that the caller trusts: itself, or the content of a file. Raises UsageError."""
    if key is None:
        return None
    try:
        return str(read_key(key))
    except LedgerError as error:
        raise UsageError(error.what, where=error.where, hint=error.hint) from error


def _plain(package: Path, identity: Path | None, work: Path) -> Path:
    with package.open("rb") as file:
        head = file.read(64)
    if not head.startswith((b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")):
        return package
    if identity is None:
        raise UsageError("This package is sealed.", where=str(package),
                         hint="Give the private key: --identity key.txt")  # fmt: skip
    plain = work / "plain.tar"
    open_sealed(package, read_identity(identity), plain)
    return plain


def _checked(folder: Path, key: str | None, roots: Sequence[Certificate]) -> dict[str, Any]:
    if not (folder / "bagit.txt").is_file():
        raise TamperError("This is no package: bagit.txt is missing.", where=str(folder))
    facts, problems = check_package(folder, key, list(roots))
    if problems:
        more = f"\n  and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise TamperError(
            f"The package is not as it was made: {problems[0]}",
            where="\n  ".join(problems[1:_SHOWN]) + more or None,
            hint="Ask for it again, and keep this copy: what differs may matter.",
        )
    return dict(facts) | {"key_given": key is not None}
