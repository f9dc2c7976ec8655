"""Whom a package is sealed for, and with what it is opened: age keys and SSH keys."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from lamplighter.foundation.errors import LamplighterError, UsageError

_LONGEST_KEY_FILE = 64 * 1024


@dataclass(frozen=True)
class Recipient:
    """A public key that age can encrypt to."""

    key: Any  # pyrage x25519.Recipient or ssh.Recipient
    fingerprint: str  # `SHA256:…` as ssh-keygen shows it; for age keys over the key's text


def read_recipients(given: Iterable[str]) -> list[Recipient]:
    """Each is a key (`age1…`, `ssh-ed25519 …`, `ssh-rsa …`) or a file with one key a line.

    Raises UsageError where a key cannot be read; nothing is then encrypted to the others.
    """
    lines: list[str] = []
    for one in given:
        text = one.strip()
        if text.startswith(("age1", "ssh-")):
            lines.append(text)
            continue
        content = _small_file(Path(one), "recipient").decode("utf-8", "replace")
        found = [line.strip() for line in content.splitlines()]
        keys = [line for line in found if line and not line.startswith("#")]
        if not keys:
            raise _no_key(one)
        lines.extend(keys)
    return [_recipient(line) for line in dict.fromkeys(lines)]


def _recipient(line: str) -> Recipient:
    from pyrage import RecipientError, ssh, x25519

    try:
        if line.startswith("ssh-"):
            kind, body, *_ = [*line.split(), ""]
            blob = base64.b64decode(body, validate=True)
            key = ssh.Recipient.from_str(f"{kind} {body}")
        else:
            blob, key = line.encode(), x25519.Recipient.from_str(line)
    except (RecipientError, binascii.Error, ValueError) as error:
        raise _no_key(line) from error
    digest = base64.b64encode(sha256(blob).digest()).decode().rstrip("=")
    return Recipient(key, f"SHA256:{digest}")


def read_identity(path: Path) -> list[Any]:
    """The private keys in a file: an age identity file, or an SSH key without passphrase."""
    from pyrage import IdentityError, ssh, x25519

    content = _small_file(path, "identity")
    try:
        if b"PRIVATE KEY-----" in content:
            return [ssh.Identity.from_buffer(content)]
        lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
        keys = [x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except (IdentityError, ValueError) as error:
        raise _no_identity(path) from error
    if not keys:
        raise _no_identity(path)
    return keys


def _small_file(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_KEY_FILE)
    except OSError as error:
        raise UsageError(
            f"The {what} is no key and no file that can be read.",
            where=str(path)[:200],
            hint="A key begins with age1, ssh-ed25519 or ssh-rsa; or name a file.",
        ) from error


def _no_key(line: str) -> UsageError:
    return UsageError(
        "This is no public key that age can encrypt to.",
        where=line[:100],
        hint="age-keygen prints one that begins with age1; an ssh-ed25519 or ssh-rsa key will do.",
    )


def _no_identity(path: Path) -> LamplighterError:
    return UsageError(
        "The identity holds no private key that age can use.",
        where=str(path),
        hint="An age identity file (AGE-SECRET-KEY-1…) or an SSH private key without passphrase.",
    )
