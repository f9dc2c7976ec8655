"""A document of a package, before and after it has its number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

#: What a document can be, with how it is called for people.
KINDS: Mapping[str, str] = {
    "original": "Listing as received",
    "published": "Listing as published",
    "rejected": "Row refused by the schema, as received",
    "media": "Media",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Document:
    """One document: what was kept, and what to say about it.

    `native` is the exact bytes (or the file that holds them); None where there are only words, as
    for the published version that came in the same row as the original. Documents with the same
    `family` belong together: the original first, then its published version and its media.
    """

    kind: str
    family: int
    index: int  # entry of the ledger that it rests on
    time: datetime  # when that entry was logged
    actor: str
    listing_id: str = ""
    words: str = ""
    native: bytes | Path | None = None
    suffix: str = ".json"
    fields: Mapping[str, str] = field(default_factory=dict)

    def page(self, number: str) -> str:
        """The text file: a short head, then the words. Control characters are shown, not sent."""
        head = [
            f"{number}  {KINDS[self.kind]}",
            f"ledger entry {self.index}, {self.time:%Y-%m-%d %H:%M:%S} UTC",
        ]
        head += [f"{name}: {value}" for name, value in sorted(self.fields.items()) if value]
        if self.listing_id:
            head.insert(1, f"listing {self.listing_id}")
        shown = [visible(line.replace("\n", " ")) for line in head]
        return "\n".join([*shown, "-" * 60, visible(self.words), ""])


@dataclass(frozen=True)
class Numbered:
    """A document in its place: number, family range and files (names below the payload)."""

    document: Document
    number: str
    family_first: str
    family_last: str
    text_name: str
    native_name: str | None
    sha256: str  # of the native, or of the text where there is none
    size: int


def visible(text: str) -> str:
    """Control characters (tab and newline apart) as `\\x1b`, so that a terminal is not steered."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
