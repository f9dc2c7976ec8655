"""Files of a report: media that the operation's listings hold, and the listings themselves as text.

NCMEC's form has no place for the words of a listing, so that reports of text alone were dropped by
others. They go along as one plain text.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.package.names import media_suffix
from lamplighter.jobs.cybertipline.facts import Facts, utc
from lamplighter.jobs.cybertipline.request import DraftRequest
from lamplighter.jobs.cybertipline.viewing import reads_of, viewed
from lamplighter.reporting.cybertipline.case import Evidence

LISTINGS = "listings-as-submitted.txt"


def files_of(
    ledger: Ledger, facts: Facts, request: DraftRequest, by: str
) -> tuple[list[Evidence], int]:
    """Media first, in the order of their listings, then the text, which is stored in the ledger; and
    how far the record of reads was looked through.
    """
    held = _media(ledger, facts.rows)
    text = ledger.put_object(listings_text(facts).encode())
    since = min(int(row["ledger_index"]) for row in facts.rows)
    reads = reads_of(ledger, [*held, text], facts.listings, since)
    files = []
    for digest, (row, name) in held.items():
        if digest in request.left_out:
            continue
        handled = bool(row["moderated_by"])
        seen, told = viewed(digest, reads, request.viewed.get(digest), by, handled)
        if handled:
            told += " Moderators handled its listing elsewhere."
        files.append(Evidence(
            path=ledger.object_path(digest), sha256=digest, name=name, viewed=seen, viewing=told,
            public=True if row["published_at"] else None,
            uploaded=utc(row["posted_at"]) if row["posted_at"] else None, url=row["url"],
        ))  # fmt: skip
    if text not in request.left_out:
        seen, told = viewed(
            text, reads, request.viewed.get(text), by, moderated=bool(reads.listings)
        )
        told += f" Of its {len(facts.listings)} listings people saw {len(reads.listings)} there."
        files.append(Evidence(
            path=ledger.object_path(text), sha256=text, name=LISTINGS, supplemental=True,
            viewed=seen, viewing=f"Made by Lamplighter from the listings. {told}",
        ))  # fmt: skip
    return files, reads.until


def holders(ledger: Ledger, rows: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Ids of listings by file."""
    out: dict[str, list[str]] = {}
    for row in rows:
        for digest in ledger.entry(int(row["ledger_index"])).objects:
            out.setdefault(digest, []).append(row["listing_id"])
    return out


def _media(ledger: Ledger, rows: Iterable[dict[str, Any]]) -> dict[str, tuple[dict[str, Any], str]]:
    """By digest: the first listing that has it, and what it was called there."""
    found: dict[str, tuple[dict[str, Any], str]] = {}
    for row in rows:
        objects = ledger.entry(int(row["ledger_index"])).objects
        named = [one for one in row["images"] or () if one and not one.startswith("pdq:")]
        for place, digest in enumerate(objects):
            path = ledger.object_path(digest)
            if digest in found or not path.is_file():
                continue
            with path.open("rb") as file:
                suffix = media_suffix(file.read(16))
            # Names tell which file is which only where all were read.
            whole = len(named) == len(objects)
            name = PurePosixPath(named[place]).name if whole else ""
            found[digest] = (row, name or f"{digest[:16]}{suffix}")
    return found


def listings_text(facts: Facts) -> str:
    """All listings as submitted, and what was shown instead where that differs."""
    parts = []
    for row in facts.rows:
        place = ", ".join(row[key] for key in ("city", "region", "country") if row[key])
        head = {"Listing": row["listing_id"], "Address": row["url"], "Account": row["account_id"],
                "Posted": row["posted_at"] and f"{utc(row['posted_at']):%Y-%m-%d %H:%M:%S} UTC",
                "Place": place, "Category": row["category"], "Phone": row["phone"],
                "E-mail": row["email"], "Title": row["title"]}  # fmt: skip
        lines = [f"{name}: {value}" for name, value in head.items() if value]
        lines += ["Text as submitted:", row["text"]]
        shown = row["published_text"]
        if shown is not None and shown != row["text"]:
            lines += ["Text as published:", shown]
        parts.append("\n".join(lines))
    rule = "\n\n" + "-" * 72 + "\n\n"
    return rule.join(parts) + "\n"
