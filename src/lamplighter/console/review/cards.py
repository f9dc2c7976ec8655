"""A listing as the page shows it: as submitted, with marks, beside what was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lamplighter.concealment.diff import Stretch, word_diff
from lamplighter.reporting.operations_report.marks import Piece, pieces
from lamplighter.reporting.operations_report.wording import SHOWN

_OBJECT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Card:
    """One listing. `diff` is empty where nothing else was published than was submitted."""

    row: dict[str, Any]
    title: list[Piece]
    text: list[Piece]
    cut: int
    diff: list[Stretch]
    withheld: bool
    media: list[str]

    @property
    def name(self) -> str:
        """The listing's id."""
        return str(self.row["listing_id"])


def card(row: dict[str, Any]) -> Card:
    """From a row of the laid-out members."""
    title, text = row["title"] or "", row["text"] or ""
    spans: dict[str, list[tuple[int, int, str]]] = {"title": [], "text": []}
    for one in row["identifiers"] or []:
        if one["field"] in spans and one["current"]:
            spans[one["field"]].append((one["start"], one["end"], one["kind"]))
    for one in row["indicators"] or []:
        if one["field"] in spans and one["counts"]:
            spans[one["field"]].append((one["start"], one["end"], one["category"]))
    published = row["published_text"]
    differs = published is not None and published != text
    return Card(
        row=row,
        title=pieces(title, spans["title"], 300),
        text=pieces(text, spans["text"]),
        cut=max(0, len(text) - SHOWN),
        diff=word_diff(text[:SHOWN], published[:SHOWN]) if differs else [],
        withheld=published is None and bool(row["moderation_action"]),
        media=media_of(row["images"] or []),
    )


def media_of(images: list[str]) -> list[str]:
    """Digests of media that the workspace keeps; other names are never fetched."""
    found = []
    for name in images:
        bare = name.removeprefix("sha256:")
        if _OBJECT.fullmatch(bare):
            found.append(bare)
    return found
