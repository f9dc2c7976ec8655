"""Which entries of the ledger belong to an export: one pass over the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from lamplighter.evidence.entry import Entry
from lamplighter.evidence.erasure import erased_by
from lamplighter.evidence.holds.acts import KINDS as HOLD_KINDS
from lamplighter.evidence.ledger import Ledger
from lamplighter.jobs.custody.kept_by_rule import concerned, received_of
from lamplighter.jobs.custody.selection import Selection

#: Acts of people about listings. Whether one belongs here is read from what it names.
_ABOUT = frozenset(
    {
        "decision",
        "report",
        "link.judged",
        "access",
        "export",
        "listing.published",
        "moderation",
        "note",
    }
)


@dataclass
class Chain:
    """Entries by what they are. `versions`: received entry → those that belong to it.

    `others` are acts of people and of the system; True where the private part concerns nothing but
    what is exported, so that it may be handed on.
    """

    received: dict[int, Entry] = field(default_factory=dict)
    versions: dict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    others: list[tuple[Entry, bool]] = field(default_factory=list)

    def entries(self) -> list[tuple[Entry, bool]]:
        """All entries in the order of the log."""
        own = [*self.received.values(), *(each for some in self.versions.values() for each in some)]
        every = [*((entry, True) for entry in own), *self.others]
        return sorted(every, key=lambda pair: pair[0].index)


def find_chain(
    ledger: Ledger,
    rows: Mapping[int, str],
    selection: Selection,
    holds: Mapping[str, bool],
) -> Chain:
    """The entries of the versions in `rows` (ledger index → listing id) and of what was done about
    them. `holds` are the holds that cover any of them; True for one that is itself exported.
    """
    chain, listings = Chain(), set(rows.values())
    for entry in ledger.entries():
        if entry.kind == "listing.received":
            if entry.index in rows:
                chain.received[entry.index] = entry
        elif (received := received_of(entry)) is not None:
            if received in rows:
                chain.versions[received].append(entry)
        elif entry.kind in HOLD_KINDS:
            hold = str(entry.public.get("hold"))
            if hold in holds:
                chain.others.append((entry, holds[hold]))
        elif entry.kind in _ABOUT:
            about = concerned(entry, ledger.opening(entry.index), selection)
            if about & listings:
                chain.others.append((entry, about <= listings))
        elif entry.kind in ("erasure", "purge"):
            runs, _ = erased_by(entry)
            if any(index in rows for run in runs for index in run):
                chain.others.append((entry, True))
    return chain
