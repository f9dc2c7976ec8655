"""An act: what happened, before it is an entry of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

ACT_KINDS = frozenset(
    {
        "access",
        "appeal",
        "audit",
        "decision",
        "erasure",
        "export",
        "hold",
        "link.judged",
        "listing.published",
        "listing.received",
        "listing.rejected",
        "moderation",
        "note",
        "policy",
        "purge",
        "release",
        "report",
        "statement",
    }
)


@dataclass(frozen=True)
class Act:
    """One entry to be.

    `public` is what a stranger needs to verify: ASCII keys; texts, whole numbers below 2^53, truth
    values, null, lists and mappings of these. Never personal data. `private` is committed to by a
    salted SHA-256 and kept in the openings, where it can be erased. `objects` are hex SHA-256
    digests of objects that were put into the object store before. `actor` is a pseudonymous id
    (`system:ingest`, `user:7`, `platform:m3`), never a person's name. `time` has a time zone.
    """

    kind: str
    time: datetime
    actor: str
    public: Mapping[str, Json] = field(default_factory=dict)
    private: bytes | None = None
    objects: Sequence[str] = ()
