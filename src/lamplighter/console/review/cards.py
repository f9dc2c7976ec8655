"""A listing as the page shows it: as submitted, with marks, beside what was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lamplighter.concealment.diff import Stretch, word_diff
from lamplighter.console.wellbeing.kinds import media_type
from lamplighter.evidence.entry import DIGEST
from lamplighter.evidence.ledger import Ledger
from lamplighter.reporting.operations_report.marks import Piece, pieces
from lamplighter.reporting.operations_report.wording import SHOWN


@dataclass(frozen=True)
class Medium:
    """Bytes of the store that a page may offer."""

    digest: str
    video: bool


@dataclass(frozen=True)
class Card:
    """One listing. `diff` is empty where nothing else was published than was submitted."""

    row: dict[str, Any]
    title: list[Piece]
    text: list[Piece]
    cut: int
    diff: list[Stretch]
    withheld: bool
    media: list[Medium]
    #: Images that it names and that are not kept here.
    missing: int

    @property
    def name(self) -> str:
        """The listing's id."""
        return str(self.row["listing_id"])


def card(row: dict[str, Any], ledger: Ledger | None = None) -> Card:
    """From a row of the laid-out members; media are those of the ledger's object store."""
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
    media = media_of(row, ledger) if ledger else []
    return Card(
        row=row,
        title=pieces(title, spans["title"], 300),
        text=pieces(text, spans["text"]),
        cut=max(0, len(text) - SHOWN),
        diff=word_diff(text[:SHOWN], published[:SHOWN]) if differs else [],
        withheld=published is None and bool(row["moderation_action"]),
        media=media,
        missing=max(
            0, sum(not name.startswith("pdq:") for name in row["images"] or ()) - len(media)
        ),
    )


def media_of(row: dict[str, Any], ledger: Ledger) -> list[Medium]:
    """Media of a listing that the store keeps: those that its entry in the ledger names, and those
    that it names by digest itself. Nothing else is ever fetched.
    """
    if not row["images"]:
        return []
    digests = [name.removeprefix("sha256:") for name in row["images"]]
    if row.get("ledger_index") is not None:
        digests += ledger.entry(row["ledger_index"]).objects
    found = []
    for digest in dict.fromkeys(filter(DIGEST.fullmatch, digests)):
        path = ledger.object_path(digest)
        kind = media_type(path) if path.is_file() else ""
        if kind:
            found.append(Medium(digest, kind.startswith("video/")))
    return found
