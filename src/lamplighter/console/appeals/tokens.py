"""The poster's key to one statement: 256 bits that nobody can guess and nothing keeps.

It is derived from a secret of the workspace, so that the same link can be told again (a webhook that
is tried anew, a letter) without being stored; the database has a digest to find it by.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings


def token_of(puid: str) -> str:
    """The token of a statement: 43 characters of base64url."""
    made = hmac.new(_secret(settings.CONSOLE.folder), puid.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What is kept of it. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def hidden_address(address: str) -> str:
    """A network address as a pseudonym: tells one from another, and cannot be read back."""
    key = b"address:" + _secret(settings.CONSOLE.folder)
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:24]


@cache
def _secret(folder: Path) -> bytes:
    """Made once, readable by its owner alone."""
    path = folder / "keys" / "statements.secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_bytes(32))
        out.flush()
        os.fsync(out.fileno())
    return path.read_bytes()
