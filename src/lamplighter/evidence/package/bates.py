"""Bates-style numbers: one for each document of a production, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lamplighter.foundation.errors import UsageError

_PREFIX = re.compile(r"[A-Z][A-Z0-9_-]{0,15}")
_PER_FOLDER = 1000


@dataclass(frozen=True)
class Bates:
    """A prefix and a zero-padded number: LL0000001."""

    prefix: str = "LL"
    first: int = 1
    digits: int = 7

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix) or self.first < 1 or not 4 <= self.digits <= 12:
            raise UsageError(
                "These Bates numbers cannot be given.",
                where=f"{self.prefix!r} from {self.first}",
                hint="A prefix is capital letters, digits, - and _, 16 at most: --bates-prefix ABC",
            )

    def number(self, place: int) -> str:
        """The number of the document at this place (0-based)."""
        return f"{self.prefix}{self.first + place:0{self.digits}d}"

    def folder(self, place: int) -> str:
        """The sub-folder for it: a thousand documents each, as review platforms like it."""
        return f"{place // _PER_FOLDER + 1:04d}"
