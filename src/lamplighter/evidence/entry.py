"""An entry: the public bytes of an act, as canonical JSON (RFC 8785), and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from lamplighter.evidence.act import ACT_KINDS, Act, Json
from lamplighter.evidence.errors import LedgerError, TamperError

MAX_ENTRY_BYTES = 65_535  # the length prefix of an entry bundle is a uint16 (C2SP tlog-tiles)
SALT_BYTES = 16
VERSION = 1
_LARGEST_WHOLE = 2**53 - 1  # RFC 8785 writes numbers as ECMAScript does, exact up to here
DIGEST = re.compile(r"[0-9a-f]{64}")
_ACTOR = re.compile(r"[a-z]+:[!-~]{1,200}")
_MAX_DEPTH = 16


@dataclass(frozen=True)
class Entry:
    """One entry as read from the log. `commitment` is hex SHA-256(salt ‖ private) or None."""

    index: int
    kind: str
    time: datetime
    actor: str
    public: Mapping[str, Any]
    commitment: str | None
    objects: tuple[str, ...]
    raw: bytes


def canonical(value: Mapping[str, Json]) -> bytes:
    """RFC 8785 bytes. Equal to orjson's sorted output for ASCII keys and no floats (tested)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def commit(salt: bytes, private: bytes) -> str:
    """The commitment to private bytes, in hex."""
    return sha256(salt + private).hexdigest()


def time_text(moment: datetime) -> str:
    """UTC with microseconds: `2026-01-31T09:30:00.000000Z`."""
    if moment.tzinfo is None:
        raise LedgerError("An act's time has no time zone.", where=moment.isoformat())
    # Not strftime: %Y writes the year 999 with three digits.
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "Z"


def check_public(value: object, depth: int = 0) -> None:
    """Refuse what RFC 8785 and JSON writers disagree about: floats, huge numbers, odd keys."""
    if depth > _MAX_DEPTH:
        raise LedgerError("An act's public part is nested too deeply.")
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST_WHOLE:
            raise LedgerError("A whole number in an act is too large for JSON.", where=str(value))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise LedgerError("Keys of an act's public part must be ASCII.", where=repr(key))
            check_public(inner, depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for inner in value:
            check_public(inner, depth + 1)
    else:
        raise LedgerError(
            "An act's public part may hold texts, whole numbers, truth values, null, lists and "
            "mappings only.",
            where=type(value).__name__,
        )


def check_head(kind: str, actor: str, objects: Sequence[str]) -> None:
    """Refuse an unknown kind, an actor that is no pseudonymous id, a digest that is none."""
    if kind not in ACT_KINDS:
        raise LedgerError("This kind of act is unknown.", where=kind)
    if not _ACTOR.fullmatch(actor):
        raise LedgerError(
            "An actor is a kind and a pseudonymous id, for example user:7.", where=actor
        )
    for digest in objects:
        if not DIGEST.fullmatch(digest):
            raise LedgerError("An object's digest is 64 lowercase hex digits.", where=digest)


def encode(act: Act, commitment: str | None) -> bytes:
    """The entry's bytes. Raises LedgerError where the act cannot be written."""
    check_head(act.kind, act.actor, act.objects)
    check_public(act.public)
    try:
        raw = canonical(
            {
                "actor": act.actor,
                "commitment": commitment,
                "kind": act.kind,
                "objects": list(act.objects),
                "public": act.public,
                "time": time_text(act.time),
                "v": VERSION,
            }
        )
    except (TypeError, ValueError) as error:  # a lone surrogate, a mapping that is no dict
        raise LedgerError("An act cannot be written as JSON.", where=str(error)) from error
    return check_length(raw)


def check_length(raw: bytes) -> bytes:
    """Refuse an entry that its length prefix cannot hold."""
    if len(raw) > MAX_ENTRY_BYTES:
        raise LedgerError(
            f"An entry is {len(raw):,} bytes long; a log entry holds at most {MAX_ENTRY_BYTES:,}.",
            hint="put large content into the object store and name its digest",
        )
    return raw


def decode(index: int, raw: bytes) -> Entry:
    """Read an entry. Raises TamperError where the bytes are no entry of this log."""
    try:
        value = orjson.loads(raw)
        return Entry(
            index=index,
            kind=value["kind"],
            time=datetime.fromisoformat(value["time"]),
            actor=value["actor"],
            public=value["public"],
            commitment=value["commitment"],
            objects=tuple(value["objects"]),
            raw=raw,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise TamperError(
            f"Entry {index} cannot be read.", where=str(error), entries=(index,)
        ) from error
