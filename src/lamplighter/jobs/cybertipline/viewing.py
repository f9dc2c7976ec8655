"""Who looked at what, from the access acts of the ledger: the truth about viewing, or what lacks.

It decides whether police may open a file without a warrant (United States v. Wilson, 13 F.4th 961,
9th Cir. 2021), so nothing is guessed: a file that was only loaded under its cover was perhaps not
seen, and one that the platform's own moderators handled elsewhere may have been.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import orjson

from lamplighter.evidence.ledger import Ledger
from lamplighter.foundation.errors import UsageError


@dataclass
class Reads:
    """By name: (person, day, entry) of each read. `gaps`: acts whose private part is erased."""

    uncovered: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    loaded: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    listings: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    gaps: int = 0
    until: int = 0


def reads_of(
    ledger: Ledger, files: Collection[str], listings: Collection[str], since: int
) -> Reads:
    """Reads of these files and listings in the entries from `since` on."""
    found = Reads(until=ledger.size)  # before reading: what comes meanwhile is read next time
    wanted = {
        "uncovered": (set(files), found.uncovered),
        "medium": (set(files), found.loaded),
        "listing": (set(listings), found.listings),
    }
    for entry in ledger.entries(since, found.until, kinds=["access"]):
        counts = entry.public.get("reads")
        if not isinstance(counts, dict) or not set(counts) & set(wanted):
            continue
        opening = ledger.opening(entry.index)
        if opening is None:
            found.gaps += "medium" in counts or "uncovered" in counts
            continue
        names = orjson.loads(opening).get("reads", {})
        for kind, (asked, into) in wanted.items():
            for name in asked.intersection(names.get(kind, ())):
                read = (entry.actor, f"{entry.time:%Y-%m-%d %H:%M} UTC", entry.index)
                into.setdefault(name, []).append(read)
    return found


@dataclass
class Later:
    """What was read since a draft was made: `upto` is how far the record was looked through."""

    upto: int
    uncovered: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    listings: set[str] = field(default_factory=set)

    def follow(self, ledger: Ledger, files: Collection[str], listings: Collection[str]) -> None:
        """Look through what the ledger got meanwhile."""
        found = reads_of(ledger, files, listings, self.upto)
        self.uncovered |= set(found.uncovered)
        self.loaded |= set(found.loaded)
        self.listings |= set(found.listings)
        self.upto = found.until


def viewed(
    digest: str, reads: Reads, said: bool | None, by: str, moderated: bool
) -> tuple[bool | None, str]:
    """Whether a person viewed the whole file, and how that is known. None: nobody knows.

    `said` is what the person who drafts says; the record is told beside it in any case. `moderated`:
    its contents may have been seen elsewhere. UsageError where a person denies what is on record.
    """
    record = _record(digest, reads)
    if said is False and digest in reads.uncovered:
        raise UsageError(
            "The record says that a person saw this file; a report cannot say that nobody did.",
            where=digest, hint=record,
        )  # fmt: skip
    if said is not None:
        return said, f"{by} states that {'a' if said else 'no'} person viewed it. {record}"
    if digest in reads.uncovered:
        return True, record
    if digest in reads.loaded or moderated or reads.gaps:
        return None, record
    return False, record


def _record(digest: str, reads: Reads) -> str:
    for held, words in ((reads.uncovered, "Uncovered"), (reads.loaded, "Loaded under a cover")):
        if digest in held:
            told = "; ".join(f"{who} at {when} (entry {at})" for who, when, at in held[digest][:5])
            return f"{words} in the review console by {told}."
    lacks = f" The record has {reads.gaps} gaps." if reads.gaps else ""
    return f"Nobody opened it in the review console (record to entry {reads.until}).{lacks}"
