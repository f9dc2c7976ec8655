"""What the service is asked for, checked before it is queued."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyarrow as pa

from lamplighter.listings.coerce import EARLIEST, LATEST, read_time
from lamplighter.listings.part import Part
from lamplighter.screening.decision import Decision
from lamplighter.screening.said import Said
from lamplighter.screening.submission import MOST_TEXT, Submission, SubmissionError
from lamplighter.workspace.receiver import Receipt

_ACTOR = re.compile(r"[a-z]+:[A-Za-z0-9._-]{1,100}")
_KEY_LENGTH = 255


@dataclass(frozen=True)
class Submit:
    """A listing. `key` is the digest of its idempotency key."""

    submission: Submission
    key: str | None


@dataclass(frozen=True)
class About:
    """An act about a listing."""

    kind: str
    listing_id: str
    row: Mapping[str, str | None]
    actor: str
    key: str | None
    topic: str


@dataclass(frozen=True)
class Take:
    """Rows of an intake, as read and as they came; `said` is what they say."""

    batch: pa.RecordBatch
    part: Part
    media: Sequence[Sequence[str]] | None
    said: Said


@dataclass(frozen=True)
class Commit:
    """Make what was taken part of the listing store."""


@dataclass(frozen=True)
class Logged:
    """The answer to `About`."""

    log_index: int
    received: int | None
    replayed: bool


Request = Submit | About | Take | Commit
Outcome = Decision | Logged | Receipt | None


def check_key(key: str | None) -> str | None:
    """The digest of an idempotency key; SubmissionError if it will not do."""
    if key is None:
        return None
    if not isinstance(key, str) or not key or len(key) > _KEY_LENGTH or not key.isprintable():
        raise SubmissionError(
            f"An idempotency key is a text of 1 to {_KEY_LENGTH} printable characters.",
            "idempotency_key", "a UUID will do",
        )  # fmt: skip
    try:
        # It may be anything, so the ledger keeps a hash of it.
        return sha256(key.encode()).hexdigest()
    except UnicodeEncodeError:
        raise SubmissionError("The idempotency key is not valid Unicode.",
                              "idempotency_key") from None  # fmt: skip


def check_about(about: About) -> None:
    """Types and sizes; SubmissionError names what is wrong."""
    _text("listing_id", about.listing_id, 500)
    if not about.listing_id.strip():
        raise SubmissionError("An act names a listing.", "listing_id")
    for name, value in about.row.items():
        if value is None:
            continue
        _text(name, value, MOST_TEXT if name.startswith("published_") else 10_000)
        if name.endswith("_at"):
            moment = read_time(value)
            if moment is None or not EARLIEST <= moment[0] < LATEST:
                raise SubmissionError(f"{name} is no time between 1970 and 2099.", name,
                                      "ISO 8601: 2026-01-31T09:30:00Z")  # fmt: skip
    if not _ACTOR.fullmatch(about.actor):
        raise SubmissionError(
            "Whoever acted is named by a pseudonymous id: letters, digits, . _ -", "by",
            "m17, not a person's name",
        )  # fmt: skip


def _text(name: str, value: Any, most: int) -> None:
    if not isinstance(value, str):
        raise SubmissionError(f"{name} is a text.", name)
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise SubmissionError(f"{name} has half of a surrogate pair.", name) from None
    if size > most:
        raise SubmissionError(f"{name} is longer than {most:,} bytes.", name)
    if "\x00" in value:
        raise SubmissionError(f"{name} has a NUL byte.", name)


def other_request() -> SubmissionError:
    """A key that came with something else."""
    return SubmissionError(
        "This idempotency key was used for another request.", "idempotency_key",
        "give every request a key of its own, and the same key when you send it again",
    )  # fmt: skip
