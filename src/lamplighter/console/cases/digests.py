"""Digest lists: two organisations find what identifiers both have, without showing the others.

Both agree on a secret, out of band. Each identifier becomes Argon2id(kind:value) under a salt that
only the secret gives. Who has no secret learns nothing from a list but its length. The partner, who
has it, can try guesses: at some 20 ms each. That shields addresses and handles; it does not shield
phone numbers from a patient partner (docs/console.md says how little).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import orjson
from argon2.low_level import Type, hash_secret_raw

from lamplighter.foundation.errors import InputError, UsageError

#: A shorter secret could be guessed itself.
LEAST_SECRET = 20
#: Digests and bytes of a list that is read.
MOST, MOST_BYTES = 100_000, 8_000_000
_BYTES = 16
_FORMAT = "lamplighter-digests/1"
#: OWASP's least for Argon2id: 19 MiB, two passes.
_COST = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}
_DIGEST = re.compile(r"[0-9a-f]{32}")

Identifier = tuple[str, str]


@dataclass(frozen=True)
class Secret:
    """What both organisations know."""

    key: bytes

    @classmethod
    def agreed(cls, words: str) -> Secret:
        """From the words agreed on; white space around them does not count. UsageError if short."""
        words = words.strip()
        if len(words) < LEAST_SECRET:
            raise UsageError(
                f"The secret has fewer than {LEAST_SECRET} characters.",
                hint="Take the one offered, and give it to the other organisation by another way.",
            )
        return cls(_slow(words.encode(), sha256(_FORMAT.encode()).digest()[:_BYTES]))

    def check(self) -> str:
        """Equal for equal secrets; stands at the head of a list."""
        return hmac.digest(self.key, b"check", "sha256")[:_BYTES].hex()

    def digest(self, one: Identifier) -> str:
        """32 hex digits for a normalised identifier; takes some 20 ms, as it should."""
        salt = hmac.digest(self.key, b"salt", "sha256")[:_BYTES]
        return _slow(f"{one[0]}:{one[1]}".encode(), salt).hex()

    def mixed(self, identifiers: Iterable[Identifier]) -> list[Identifier]:
        """In an order that says nothing of them."""
        return sorted(
            set(identifiers),
            key=lambda one: hmac.digest(self.key, f"{one[0]}:{one[1]}".encode(), "sha256"),
        )


def _slow(text: bytes, salt: bytes) -> bytes:
    return hash_secret_raw(text, salt, hash_len=_BYTES, type=Type.ID, **_COST)


def list_lines(secret: Secret, identifiers: Iterable[Identifier]) -> Iterator[bytes]:
    """The list as it is handed over: a head, then one digest a line."""
    mixed = secret.mixed(identifiers)
    head = {"format": _FORMAT, "check": secret.check(), "count": len(mixed)}
    yield orjson.dumps(head) + b"\n"
    for one in mixed:
        yield secret.digest(one).encode() + b"\n"


def read_list(data: bytes, secret: Secret) -> frozenset[str]:
    """The digests of another's list. InputError says what is wrong with it, and in which line."""
    if len(data) > MOST_BYTES:
        raise InputError(f"The list is larger than {MOST_BYTES // 1_000_000} MB.")
    head, *lines = data.decode("ascii", "replace").splitlines() or [""]
    try:
        told = orjson.loads(head)
        known, check, count = told["format"] == _FORMAT, str(told["check"]), told["count"]
    except (ValueError, TypeError, KeyError):
        known, check, count = False, "", 0
    if not known:
        raise InputError("The file is no digest list.", where="line 1")
    if not hmac.compare_digest(check.encode(), secret.check().encode()):
        raise InputError("The list was made with another secret.",
                         hint="Both organisations must type the same one.")  # fmt: skip
    if len(lines) > MOST:
        raise InputError(f"The list has more than {MOST:,} digests.")
    for number, line in enumerate(lines, start=2):
        if not _DIGEST.fullmatch(line):
            raise InputError("A digest is 32 hex digits.", where=f"line {number}")
    if count != len(lines):
        raise InputError(f"The list is cut: {len(lines):,} of {count!s:.20} digests are there.")
    return frozenset(lines)


def common(
    secret: Secret, theirs: frozenset[str], identifiers: Iterable[Identifier]
) -> list[Identifier]:
    """Those of our identifiers that are in their list, sorted."""
    return sorted(one for one in set(identifiers) if secret.digest(one) in theirs)
