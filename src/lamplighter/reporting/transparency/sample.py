"""Which listings go blind to two reviewers: a random sample that anyone can draw again."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable


def drawn(members: Iterable[str], size: int, *, seed: bytes) -> list[str]:
    """`size` of the members at random (all, if they are fewer), in the order they were drawn.

    The draw depends on the members and the seed alone. The seed must be fixed after the period has
    ended and be out of the platform's hands: the ledger's root at the end of the period is both, so
    nobody can choose what is audited, and everybody can check.
    """

    def place(member: str) -> bytes:
        return hashlib.sha256(seed + member.encode()).digest()

    return heapq.nsmallest(size, set(members), key=place)
